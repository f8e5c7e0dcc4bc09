import { newId } from '@practice-exchange/platform';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishReview } from '../src/features/publishing/publishing.ts';
import { readReview, saveReview } from '../src/features/reviews/reviews.ts';
import { sendForReading } from '../src/features/signing-off/signing-off.ts';
import { attemptsAt } from './attempts-at.ts';
import { cleanRecord, type GuardedNode, startGuardedNode, workingFrom } from './guarded-node.ts';

let node: GuardedNode;
beforeAll(async () => {
  node = await startGuardedNode();
});
afterAll(() => node.stop());

const { stateOf, refused, insertPublication, rolesOf } = attemptsAt(() => node);

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
