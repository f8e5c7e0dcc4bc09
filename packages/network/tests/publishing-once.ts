import {
  answerIntruderQuestion,
  beginReview,
  decide,
  editionToRead,
  groupsNeedingReason,
  publishReview,
  type RunningNode,
  readReview,
  saveReview,
  sendForReading,
} from '@practice-exchange/node';
import { type Audience, splitRecord, wholeNetwork } from '@practice-exchange/protocol';
import type { Person, Role } from '@practice-exchange/web';
import { readDemoLearning } from '../src/demo/demo-learning.ts';

type People = { author: string; reader: string };

/** Has two people of a node, by their subjects, write, read and publish one case review, of one of the demo's texts. Gives its id. */
export async function publishOnce(
  context: RunningNode['context'],
  { text: nth = 0, ...people }: People & { text?: number },
): Promise<string> {
  const texts = await readDemoLearning();
  const text = texts[nth % texts.length];
  if (!text) throw new Error('there is no demo learning');
  const author = await personIn(context, people.author);
  const review = await beginReview(context, author, { ...splitRecord(text.content), audience: wholeNetwork });
  await approveAndPublish(context, people, review);
  return review;
}

/** Has the same two people publish a review again, for another audience. */
export async function publishFor(
  context: RunningNode['context'],
  { review, audience, ...people }: People & { review: string; audience: Audience },
): Promise<void> {
  const { version, working } = await readReview(context, review);
  const author = await personIn(context, people.author);
  await saveReview(context, author, { id: review, version, working: { ...working, audience } });
  await approveAndPublish(context, people, review);
}

async function approveAndPublish(context: RunningNode['context'], people: People, review: string): Promise<void> {
  const [author, reader] = [await personIn(context, people.author), await personIn(context, people.reader)];
  await sendForReading(context, author, review);
  const { contentHash, findings } = await editionToRead(context, review);
  await answerIntruderQuestion(context, reader, { id: review, contentHash, answer: 'nobody' });
  const reasons = Object.fromEntries(groupsNeedingReason(findings).map(({ entity }) => [entity, 'Known to nobody.']));
  await decide(context, reader, { id: review, contentHash, approve: true, reasons });
  await publishReview(context, author, review);
}

async function personIn(context: RunningNode['context'], subject: string): Promise<Person> {
  const row = await context.database.db
    .selectFrom('person')
    .select(['id', 'name', 'roles'])
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  return { ...row, roles: row.roles as Role[] };
}
