import {
  answerIntruderQuestion,
  beginReview,
  decide,
  editionToRead,
  groupsNeedingReason,
  publishReview,
  type RunningNode,
  sendForReading,
} from '@practice-exchange/node';
import { splitRecord, wholeNetwork } from '@practice-exchange/protocol';
import type { Person, Role } from '@practice-exchange/web';
import { readDemoLearning } from '../src/demo/demo-learning.ts';

/** Has two people of a node, by their subjects, write, read and publish one case review, of one of the demo's texts. Gives its id. */
export async function publishOnce(
  context: RunningNode['context'],
  { author, reader, text: nth = 0 }: { author: string; reader: string; text?: number },
): Promise<string> {
  const person = async (subject: string): Promise<Person> => {
    const row = await context.database.db
      .selectFrom('person')
      .select(['id', 'name', 'roles'])
      .where('subject', '=', subject)
      .executeTakeFirstOrThrow();
    return { ...row, roles: row.roles as Role[] };
  };
  const texts = await readDemoLearning();
  const text = texts[nth % texts.length];
  if (!text) throw new Error('there is no demo learning');
  const [lead, second] = [await person(author), await person(reader)];
  const review = await beginReview(context, lead, { ...splitRecord(text.content), audience: wholeNetwork });
  await sendForReading(context, lead, review);
  const { contentHash, findings } = await editionToRead(context, review);
  await answerIntruderQuestion(context, second, { id: review, contentHash, answer: 'nobody' });
  const reasons = Object.fromEntries(groupsNeedingReason(findings).map(({ entity }) => [entity, 'Known to nobody.']));
  await decide(context, second, { id: review, contentHash, approve: true, reasons });
  await publishReview(context, lead, review);
  return review;
}
