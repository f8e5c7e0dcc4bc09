import type { LearningResponse, SimilarityReason } from '@practice-exchange/protocol';
import { labelOf, learningFields, prevalenceField } from '@practice-exchange/vocabulary';
import { inWords } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { hubAnswer } from '../searching/searching.ts';

/** Reading one learning record, with learning that is like it. */
export async function learningPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get<{ Params: { id: string } }>(paths.learning, { config: { access: 'signed-in' } }, async (request, reply) => {
    const person = personOf(request);
    const { id } = request.params;
    if (!/^[0-9a-f-]{36}$/.test(id)) return reply.callNotFound();
    const hub = await context.network.hub();
    const learning = await hubAnswer(hub.learning(id, context.network.onBehalfOf(person)));
    return reply.page('learning/views/learning.njk', {
      title: learning.record.title,
      learning,
      facts: factsOf(learning),
      similar: learning.similar.map((similar) => ({ ...similar, why: inWords(similar.reasons.map(inPlainWords)) })),
    });
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

/** Why another record is like this one, as the end of a sentence. */
function inPlainWords(reason: SimilarityReason): string {
  if (reason.kind === 'similar-words') return `similar words: ${reason.words.join(', ')}`;
  const list = [...learningFields, prevalenceField].find(({ field }) => field === reason.field);
  return list ? `same ${list.label.toLowerCase()} (${labelOf(list.codes, reason.code).toLowerCase()})` : 'shared codes';
}
