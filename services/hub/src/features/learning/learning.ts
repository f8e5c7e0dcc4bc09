import {
  type LearningResponse,
  ProtocolError,
  type SimilarLearning,
  type Viewer,
  type WithdrawalNotice,
  withdrawalNotices,
} from '@practice-exchange/protocol';
import { SearchUnavailable } from '@practice-exchange/search';
import { britishDate } from '@practice-exchange/web';
import type { HubContext } from '../../context.ts';
import { askEngine } from '../searching/ask-engine.ts';
import { cardOf, citationOf, codesOf } from './present.ts';
import { findVisible, findWithdrawn } from './store.ts';

const similarAtMost = 5;

/**
 * One record for a viewer. `gone` when it was withdrawn and the viewer could have seen it; `not-found` for everything else,
 * whether it never was or is not for them.
 */
export async function readLearning(
  context: Pick<HubContext, 'database' | 'index'>,
  id: string,
  viewer: Viewer,
): Promise<LearningResponse> {
  const record = (await findVisible(context.database, [id], viewer)).get(id);
  if (!record) throw await whyNotThere(context.database, id, viewer);
  const { content } = record;
  return {
    id,
    revision: record.revision,
    record: {
      title: content.title,
      summary: content.summary,
      situation: content.situation,
      response: content.response,
      whatHappened: content.whatHappened,
      whatWorked: content.whatWorked,
      whatDidNot: content.whatDidNot,
      learningPoints: content.learningPoints,
      nextTime: content.nextTime,
    },
    codes: codesOf(content),
    region: content.region,
    prevalenceBand: record.prevalenceBand,
    period: content.period,
    citation: citationOf(record),
    similar: await similarTo(context, id, viewer),
  };
}

/** `gone`, with the notice that its authority left, for those who could see the record; `not-found` for everybody else. */
export async function whyNotThere(
  database: HubContext['database'],
  id: string,
  viewer: Viewer,
): Promise<ProtocolError> {
  const withdrawn = await findWithdrawn(database, id, viewer);
  if (!withdrawn) return new ProtocolError('not-found');
  const words = withdrawalNotices[withdrawn.notice as WithdrawalNotice];
  if (words === undefined) return new ProtocolError('gone');
  return new ProtocolError(
    'gone',
    `The authority that published this withdrew it on ${britishDate(withdrawn.at)}: ${words}.`,
  );
}

/** Learning like a record, checked against the database. None while the engine is away: the record itself is what counts. */
async function similarTo(
  context: Pick<HubContext, 'database' | 'index'>,
  id: string,
  viewer: Viewer,
): Promise<SimilarLearning[]> {
  try {
    const found = await askEngine(context.index, (index, signal) =>
      index.similar(id, viewer, similarAtMost, { signal }),
    );
    const records = await findVisible(
      context.database,
      found.map((similar) => similar.id),
      viewer,
    );
    return found.flatMap((similar) => {
      const record = records.get(similar.id);
      return record ? [{ ...cardOf(record), reasons: [...similar.reasons] }] : [];
    });
  } catch (error) {
    if (error instanceof SearchUnavailable) return [];
    throw error;
  }
}
