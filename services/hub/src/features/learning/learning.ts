import { type LearningResponse, ProtocolError, type SimilarLearning, type Viewer } from '@practice-exchange/protocol';
import { SearchUnavailable } from '@practice-exchange/search';
import type { HubContext } from '../../context.ts';
import { cardOf, citationOf, codesOf } from './present.ts';
import { findVisible, wasWithdrawn } from './store.ts';

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
  if (!record) throw new ProtocolError((await wasWithdrawn(context.database, id, viewer)) ? 'gone' : 'not-found');
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

/** Learning like a record, checked against the database. None while the engine is away: the record itself is what counts. */
async function similarTo(
  context: Pick<HubContext, 'database' | 'index'>,
  id: string,
  viewer: Viewer,
): Promise<SimilarLearning[]> {
  try {
    const found = await context.index.similar(id, viewer, similarAtMost);
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
