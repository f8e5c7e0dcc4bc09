import { AppError } from '@practice-exchange/platform';
import { type LearningResponse, referenceOf, type SimilarityReason } from '@practice-exchange/protocol';
import { labelOf, learningFields, prevalenceField } from '@practice-exchange/vocabulary';
import { inWords } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { mayRead } from '../risk-reports/reporting.ts';
import { shown } from '../risk-reports/shown.ts';
import { newestMadeOf } from '../risk-reports/store.ts';
import { pageWhileAway } from '../searching/network-away.ts';
import { showWhenClosed } from '../searching/network-closed.ts';
import { readLearning } from './learning.ts';
import { withdrawnPage } from './withdrawn-page.ts';

/** Reading one learning record, with learning that is like it; or, once it was withdrawn, that it was there and is gone. */
export async function learningPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  showWhenClosed(app, context);

  app.get<{ Params: { id: string } }>(paths.learning, { config: { access: 'signed-in' } }, async (request, reply) => {
    const { id } = request.params;
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return reply.callNotFound();
    try {
      const person = personOf(request);
      const learning = await readLearning(context, person, id);
      const report = await newestMadeOf(context.database, id);
      return await reply.page('learning/views/learning.njk', {
        title: learning.record.title,
        learning,
        facts: factsOf(learning),
        report: report && shown(report, person),
        mayReadReport: report !== undefined && mayRead(report, person),
        similar: learning.similar.map((similar) => ({ ...similar, why: whyAlike(similar.reasons) })),
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'gone') {
        return pageWhileAway(reply, error, {
          template: 'learning/views/away.njk',
          data: {},
          titled: (away) => `${away}: learning record ${referenceOf(id)}`,
          href: pathTo(paths.learning, id),
        });
      }
      return withdrawnPage(reply, error, `Learning record ${referenceOf(id)} has been withdrawn`);
    }
  });
}

function factsOf({ codes, region, prevalenceBand }: LearningResponse): { label: string; text: string }[] {
  const coded = learningFields.flatMap(({ field, label, codes: list }) => {
    const value = field === 'region' ? region : codes[field];
    const values = typeof value === 'string' ? [value] : value;
    return values.length === 0 ? [] : [{ label, text: inWords(values.map((code) => labelOf(list, code))) }];
  });
  return prevalenceBand
    ? [...coded, { label: 'Prevalence', text: labelOf(prevalenceField.codes, prevalenceBand) }]
    : coded;
}

const mostReasons = 4;
/** With as many shared codes as this, shared words add nothing. */
const enoughCodes = 3;

/** Why another record is like this one: by code, most telling first; by words where few codes say it. */
function whyAlike(reasons: readonly SimilarityReason[]): { text: string }[] {
  const codes = reasons.filter(({ kind }) => kind === 'same-code').slice(0, mostReasons);
  const words = codes.length < enoughCodes ? reasons.filter(({ kind }) => kind === 'similar-words') : [];
  return [...codes, ...words].map((reason) => {
    if (reason.kind === 'similar-words') return { text: `both speak of ${inWords(reason.words)}` };
    const list = [...learningFields, prevalenceField].find(({ field }) => field === reason.field);
    return {
      // A label keeps its capital: "Channel" and "Home Office" are names.
      text: list ? `same ${list.label.toLowerCase()}: ${labelOf(list.codes, reason.code)}` : 'shared codes',
    };
  });
}
