import { newId } from '@practice-exchange/platform';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishReview } from '../src/features/publishing/publishing.ts';
import { readReview, saveReview } from '../src/features/reviews/reviews.ts';
import {
  answerIntruderQuestion,
  decide,
  editionToRead,
  sendForReading,
} from '../src/features/signing-off/signing-off.ts';
import { cleanRecord, type GuardedNode, startGuardedNode, workingFrom } from './guarded-node.ts';

let node: GuardedNode;
beforeAll(async () => {
  node = await startGuardedNode();
});
afterAll(() => node.stop());

/** Everything that an attempt could have changed. */
async function stateOf(id: string) {
  const { db } = node.database;
  const [review, editions, signOffs, readings, publications, trail] = await Promise.all([
    db.selectFrom('case_review').selectAll().where('id', '=', id).executeTakeFirst(),
    db.selectFrom('edition').selectAll().where('review', '=', id).orderBy('number').execute(),
    db.selectFrom('sign_off').selectAll().where('review', '=', id).execute(),
    db.selectFrom('second_reading').selectAll().where('review', '=', id).execute(),
    db.selectFrom('publication').selectAll().where('review', '=', id).execute(),
    db.selectFrom('audit_entry').select(['action', 'person']).where('subject', '=', id).orderBy('id').execute(),
  ]);
  return { review, editions, signOffs, readings, publications, trail };
}

/** The attempt is refused in these words, and nothing of the review is other than it was. */
async function refused(id: string, attempt: () => Promise<unknown>, words: RegExp) {
  const before = await stateOf(id);
  await expect(attempt()).rejects.toThrow(words);
  expect(await stateOf(id)).toEqual(before);
}

function insertSignOff(id: string, values: Record<string, unknown>) {
  const row = {
    review: id,
    edition: 1,
    author: node.people.author.id,
    person: node.people.reader.id,
    part: 'second-person',
    decision: 'approved',
    intruder_answer: 'nobody',
    ...values,
  };
  return node.database.db
    .insertInto('sign_off')
    .values(row as never)
    .execute();
}

/** The entry that would come next in the log, so that nothing but its approvals can speak against it. */
async function insertPublication(id: string, values: Record<string, unknown>) {
  const { epoch } = await node.database.db.selectFrom('membership').select('epoch').executeTakeFirstOrThrow();
  const last = await node.database.db
    .selectFrom('publication')
    .select(['seq', 'hash'])
    .where('epoch', '=', epoch)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return node.database.db
    .insertInto('publication')
    .values({
      epoch,
      seq: (last?.seq ?? 0) + 1,
      op: 'publish',
      record: newId(),
      revision: 1,
      hash: newId(),
      prev: last?.hash ?? 'x',
      envelope: 'x',
      body: Buffer.from(JSON.stringify(cleanRecord)),
      salt: Buffer.alloc(32),
      review: id,
      edition: 1,
      publisher: node.people.publisher.id,
      delivered_at: null,
      ...values,
    } as never)
    .execute();
}

const rolesOf = (who: keyof GuardedNode['people'], roles: string[], active = true) =>
  node.database.db.updateTable('person').set({ roles, active }).where('id', '=', node.people[who].id).execute();

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

describe('publishing', () => {
  it('needs both approvals, of these bytes, whoever asks', async () => {
    const { context, people } = node;
    const { id, edition } = await node.sendForReading();
    await refused(id, () => publishReview(context, people.publisher, id), /approved/);
    const row = { content_hash: edition.contentHash };
    await refused(id, () => insertPublication(id, row), /two approvals/);
    await refused(
      id,
      () => node.database.db.updateTable('case_review').set({ state: 'approved' }).where('id', '=', id).execute(),
      /approvals for this state/,
    );
    await refused(
      id,
      () =>
        node.database.db
          .updateTable('case_review')
          .set({ state: 'published', published_edition: 1 })
          .where('id', '=', id)
          .execute(),
      /publication log/,
    );
    const approved = await node.approve();
    const approvedRow = { content_hash: approved.edition.contentHash };
    const otherBody = Buffer.from(JSON.stringify({ ...cleanRecord, title: 'Something else' }));
    await refused(
      approved.id,
      () => insertPublication(approved.id, { ...approvedRow, body: otherBody }),
      /not the content/,
    );
    await refused(approved.id, () => insertPublication(approved.id, { ...approvedRow, body: null }), /not the content/);
    await refused(
      approved.id,
      () => insertPublication(approved.id, { ...approvedRow, publisher: people.reader.id }),
      /only a publisher/,
    );
    await refused(approved.id, () => publishReview(context, people.author, approved.id), /Only a publisher/);
  });

  it.each(['an edit', 'an edit past the service', 'a new entry on the deny-list'])(
    'is undone by %s after approval',
    async (change) => {
      const { context, people, database } = node;
      const { id, edition } = await node.approve();
      const working = workingFrom({ ...cleanRecord, title: 'Explaining why' });
      if (change === 'an edit') {
        const { version } = await readReview(context, id);
        await saveReview(context, people.author, { id, version, working });
      } else if (change === 'an edit past the service') {
        const edit = (set: Record<string, unknown>) =>
          database.db
            .updateTable('case_review')
            .set({ working: JSON.stringify(working), ...set })
            .where('id', '=', id)
            .execute();
        await refused(id, () => edit({}), /voids both approvals/);
        await refused(id, () => edit({ version: sql`version + 1` }), /voids both approvals/);
        await edit({ version: sql`version + 1`, state: 'draft' });
      } else {
        await database.db
          .insertInto('deny_entry')
          .values({ id: newId(), review: id, kind: 'person', value: 'Kayleigh', added_by: people.author.id })
          .execute();
      }
      await refused(id, () => publishReview(context, people.publisher, id), /approved|changed since/);
      await refused(id, () => insertPublication(id, { content_hash: edition.contentHash }), /changed since/);
      if (change === 'a new entry on the deny-list') return;
      await refused(
        id,
        () => database.db.updateTable('case_review').set({ version: 1 }).where('id', '=', id).execute(),
        /versions only go up/,
      );
    },
  );

  it('needs people who still hold their roles', async () => {
    const { context, people } = node;
    const { id } = await node.approve();
    await rolesOf('reader', ['practitioner']);
    try {
      await refused(id, () => publishReview(context, people.publisher, id), /two approvals/);
      await rolesOf('reader', ['reviewer'], false);
      await refused(id, () => publishReview(context, people.publisher, id), /two approvals/);
      await rolesOf('reader', ['reviewer']);
      await rolesOf('publisher', ['practitioner']);
      await refused(id, () => publishReview(context, people.publisher, id), /only a publisher/);
    } finally {
      await rolesOf('reader', ['reviewer']);
      await rolesOf('publisher', ['publisher']);
    }
    await publishReview(context, people.publisher, id);
    const { publications } = await stateOf(id);
    expect(publications).toHaveLength(1);
    // What was signed stays what it is: its body can be destroyed, not replaced.
    await refused(
      id,
      () =>
        node.database.db
          .updateTable('publication')
          .set({ body: Buffer.from('{}') })
          .where('review', '=', id)
          .execute(),
      /may only be destroyed/,
    );
  });
});

describe('an edition', () => {
  it('does not enter the database unchecked', async () => {
    const id = await node.begin();
    const insert = (values: Record<string, unknown>) =>
      node.database.db
        .insertInto('edition')
        .values({
          review: id,
          number: 1,
          author: node.people.author.id,
          review_version: 1,
          deny_version: 0,
          content: JSON.stringify(cleanRecord),
          audience: JSON.stringify({ scope: 'network' }),
          content_hash: 'x',
          guard_version: 'x',
          findings: '[]',
          risk: JSON.stringify({ k: 40 }),
          blocked: false,
          ...values,
        } as never)
        .execute();
    await refused(id, () => insert({ findings: JSON.stringify([{ severity: 'block' }]) }), /guard blocks/);
    await refused(id, () => insert({ risk: JSON.stringify({ k: 2 }) }), /guard blocks/);
    await refused(id, () => insert({ risk: null }), /guard blocks/);
    await refused(id, () => insert({ review_version: 2 }), /newest text/);
    await refused(id, () => insert({ number: 2 }), /newest text/);
    await refused(id, () => insert({ deny_version: 1 }), /newest text/);
  });
});

describe('the audit trail', () => {
  it('holds every step with who took it, and a step that cannot be written down is not taken', async () => {
    const { context, people, database } = node;
    const { id } = await node.approve();
    await publishReview(context, people.publisher, id);
    const { trail } = await stateOf(id);
    expect(trail).toEqual([
      { action: 'review-begun', person: people.author.id },
      { action: 'sent-for-second-reading', person: people.author.id },
      { action: 'second-reading-answered', person: people.reader.id },
      { action: 'approved', person: people.reader.id },
      { action: 'published', person: people.publisher.id },
    ]);
    const other = await node.begin();
    await sql`alter table audit_entry add constraint none_for_now check (false) not valid`.execute(database.db);
    try {
      await refused(other, () => sendForReading(context, people.author, other), /none_for_now/);
    } finally {
      await sql`alter table audit_entry drop constraint none_for_now`.execute(database.db);
    }
  });
});
