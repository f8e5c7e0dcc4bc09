import { AppError, newId } from '@practice-exchange/platform';
import { learningRecordSchema, parseCanonical, splitRecord } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { insertAdopted, newestText } from './recovery-store.ts';
import { currentEpoch, holdingsUpTo } from './store.ts';

/**
 * Takes a record that came back from the hub, and that this node has no case review of, into the case reviews: its published
 * text becomes the working text, and whoever takes it its author, so that it can be revised and withdrawn again. Gives the
 * review's id. Throws `nothing-to-take` (404) when it has a review, was withdrawn, or no text of it is left.
 */
export async function adoptRecord(
  context: Pick<NodeContext, 'database'>,
  author: Person,
  record: string,
): Promise<string> {
  return context.database.transaction(async (tx) => {
    const held = (await holdingsUpTo(tx, (await currentEpoch(tx)) ?? 1)).get(record);
    const text = await newestText(tx, record);
    const { audience } = held ?? {};
    if (held?.state !== 'shared' || !audience || !text?.body) throw nothingToTake();
    const working = { ...splitRecord(learningRecordSchema.parse(parseCanonical(text.body))), audience };
    const id = newId();
    if (!(await insertAdopted(tx, { id, record, author: author.id, working, revision: held.revision, audience }))) {
      throw nothingToTake();
    }
    await audit(tx, { person: author.id, action: 'record-adopted', subjectType: 'review', subject: id });
    return id;
  });
}

function nothingToTake(): AppError {
  return new AppError({
    code: 'nothing-to-take',
    status: 404,
    title: 'Nothing to take',
    message: 'There is a case review of this record already, or it was withdrawn.',
  });
}
