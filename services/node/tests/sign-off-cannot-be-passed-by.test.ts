import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishReview } from '../src/features/publishing/publishing.ts';
import { readReview, saveReview } from '../src/features/reviews/reviews.ts';
import {
  answerIntruderQuestion,
  decide,
  editionToRead,
  sendForReading,
} from '../src/features/signing-off/signing-off.ts';
import { attemptsAt } from './attempts-at.ts';
import { cleanRecord, type GuardedNode, startGuardedNode, workingFrom } from './guarded-node.ts';

let node: GuardedNode;
beforeAll(async () => {
  node = await startGuardedNode();
});
afterAll(() => node.stop());

const { refused, insertSignOff, rolesOf } = attemptsAt(() => node);

describe('the author', () => {
  it('cannot approve their own text, as a reviewer or straight in the database', async () => {
    const { context, people } = node;
    const id = await node.begin(cleanRecord, people.both);
    await sendForReading(context, people.both, id);
    const { contentHash } = await editionToRead(context, id);
    await refused(
      id,
      () => answerIntruderQuestion(context, people.both, { id, contentHash, answer: 'nobody' }),
      /You wrote/,
    );
    await refused(id, () => decide(context, people.both, { id, contentHash, approve: true }), /You wrote/);
    const own = { content_hash: contentHash, author: people.both.id, person: people.both.id };
    await refused(id, () => insertSignOff(id, own), /has not answered|second_person_is_not_the_author/);
    await refused(
      id,
      () =>
        node.database.db
          .insertInto('second_reading')
          .values({ review: id, edition: 1, content_hash: contentHash, person: people.both.id, answer: 'nobody' })
          .execute(),
      /not the author/,
    );
    // Under somebody else's name as author, the pair of review and author does not exist.
    await refused(id, () => insertSignOff(id, { ...own, author: people.author.id }), /has not answered|foreign key/);
  });

  it('cannot be changed afterwards, so nobody becomes the second person of their own text', async () => {
    const { id } = await node.sendForReading();
    await refused(
      id,
      () =>
        node.database.db.updateTable('case_review').set({ author: node.people.both.id }).where('id', '=', id).execute(),
      /keeps its author/,
    );
  });

  it('signs only while they hold the role', async () => {
    const id = await node.begin();
    await rolesOf('author', ['practitioner']);
    try {
      await refused(id, () => sendForReading(node.context, node.people.author, id), /no longer writes/);
    } finally {
      await rolesOf('author', ['author']);
    }
  });
});

describe('an approval', () => {
  it('is of the newest edition only', async () => {
    const { context, people } = node;
    const { id, edition } = await node.sendForReading();
    await answerIntruderQuestion(context, people.reader, { id, contentHash: edition.contentHash, answer: 'nobody' });
    const review = await readReview(context, id);
    const working = workingFrom({ ...cleanRecord, nextTime: 'We would ring first, and write later.' });
    await saveReview(context, people.author, { id, version: review.version, working });
    await refused(
      id,
      () => decide(context, people.reader, { id, contentHash: edition.contentHash, approve: true }),
      /not waiting/,
    );
    await refused(id, () => insertSignOff(id, { content_hash: edition.contentHash }), /has changed since/);
    await sendForReading(context, people.author, id);
    await refused(
      id,
      () => decide(context, people.reader, { id, contentHash: edition.contentHash, approve: true }),
      /text has changed/,
    );
    await refused(id, () => insertSignOff(id, { content_hash: edition.contentHash }), /has changed since/);
  });

  it('binds the content: another hash is none of this edition', async () => {
    const { id } = await node.sendForReading();
    await refused(
      id,
      () => decide(node.context, node.people.reader, { id, contentHash: 'another', approve: true }),
      /text has changed/,
    );
    await refused(id, () => insertSignOff(id, { content_hash: 'another' }), /has not answered|foreign key/);
  });

  it('comes after the clean text was read and the question answered', async () => {
    const { context, people } = node;
    const { id, edition } = await node.sendForReading();
    const { contentHash } = edition;
    await refused(id, () => decide(context, people.reader, { id, contentHash, approve: true }), /answer the question/);
    await refused(id, () => insertSignOff(id, { content_hash: contentHash }), /has not answered/);
    await answerIntruderQuestion(context, people.reader, {
      id,
      contentHash,
      answer: 'perhaps',
      account: 'The local paper wrote about it.',
    });
    await refused(id, () => decide(context, people.reader, { id, contentHash, approve: true }), /perhaps tell/);
    await refused(id, () => insertSignOff(id, { content_hash: contentHash }), /has not answered/);
    await refused(
      id,
      () => insertSignOff(id, { content_hash: contentHash, intruder_answer: 'perhaps' }),
      /second_person_answers/,
    );
    // The answer stays as it was given, through the service and past it.
    await refused(
      id,
      async () => {
        await answerIntruderQuestion(context, people.reader, { id, contentHash, answer: 'nobody' });
        return decide(context, people.reader, { id, contentHash, approve: true });
      },
      /perhaps tell/,
    );
    await refused(
      id,
      () => node.database.db.updateTable('second_reading').set({ answer: 'nobody' }).where('review', '=', id).execute(),
      /append-only/,
    );
  });

  it('is only given by an active reviewer', async () => {
    const { context, people } = node;
    const { id, edition } = await node.sendForReading();
    const { contentHash } = edition;
    await refused(
      id,
      () => answerIntruderQuestion(context, people.practitioner, { id, contentHash, answer: 'nobody' }),
      /second reader/,
    );
    await answerIntruderQuestion(context, people.reader, { id, contentHash, answer: 'nobody' });
    await rolesOf('reader', ['practitioner']);
    try {
      // The service was told the roles that the session had a moment ago; the database looks again.
      await refused(id, () => decide(context, people.reader, { id, contentHash, approve: true }), /not a reviewer/);
    } finally {
      await rolesOf('reader', ['reviewer']);
    }
  });

  it('cannot be changed, doubled or taken away', async () => {
    const { id, edition } = await node.approve();
    const { db } = node.database;
    await refused(id, () => insertSignOff(id, { content_hash: edition.contentHash }), /sign_off_pkey/);
    await refused(id, () => db.deleteFrom('sign_off').where('review', '=', id).execute(), /append-only/);
    await refused(
      id,
      () => db.updateTable('sign_off').set({ person: node.people.both.id }).where('review', '=', id).execute(),
      /append-only/,
    );
    await refused(
      id,
      () => db.updateTable('edition').set({ blocked: false }).where('review', '=', id).execute(),
      /append-only/,
    );
  });
});

describe('a finding that may stay with a reason', () => {
  const risky = { ...cleanRecord, situation: `${cleanRecord.situation} The car was AB12 CDE.` };

  it('keeps an edition from approval until the second person gives one, and the reason is kept with the sign-off', async () => {
    const { context, people } = node;
    const { id, edition } = await node.sendForReading(risky);
    const { contentHash } = edition;
    const needing = edition.findings.filter((finding) => finding.severity === 'block-unless-reason');
    expect(needing.map(({ kind }) => kind)).toEqual(['vehicle-registration']);
    await answerIntruderQuestion(context, people.reader, { id, contentHash, answer: 'nobody' });
    const entity = needing[0]?.entity ?? '';
    await refused(
      id,
      () => decide(context, people.reader, { id, contentHash, approve: true }),
      /reason for every finding/,
    );
    await refused(
      id,
      () => decide(context, people.reader, { id, contentHash, approve: true, reasons: { [entity]: '  ' } }),
      /reason for every finding/,
    );
    await refused(id, () => insertSignOff(id, { content_hash: contentHash }), /neither gone nor been given a reason/);
    await refused(
      id,
      () => insertSignOff(id, { content_hash: contentHash, finding_reasons: JSON.stringify({ [entity]: ' ' }) }),
      /neither gone nor been given a reason/,
    );
    await decide(context, people.reader, {
      id,
      contentHash,
      approve: true,
      reasons: { [entity]: 'An invented plate.' },
    });
    const signed = await editionToRead(context, id);
    expect(signed.signOffs.find(({ part }) => part === 'second-person')?.findingReasons).toEqual({
      [entity]: 'An invented plate.',
    });
    await publishReview(context, people.publisher, id);
    expect((await readReview(context, id)).state).toBe('published');
  });
});
