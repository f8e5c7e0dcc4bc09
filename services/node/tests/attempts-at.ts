import { newId } from '@practice-exchange/platform';
import { expect } from 'vitest';
import { cleanRecord, type GuardedNode } from './guarded-node.ts';

/** What passes by the service, straight into the database of a node; and how to see that nothing came of it. */
export function attemptsAt(node: () => GuardedNode) {
  /** Everything that an attempt could have changed. */
  async function stateOf(id: string) {
    const { db } = node().database;
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
      author: node().people.author.id,
      person: node().people.reader.id,
      part: 'second-person',
      decision: 'approved',
      intruder_answer: 'nobody',
      ...values,
    };
    return node()
      .database.db.insertInto('sign_off')
      .values(row as never)
      .execute();
  }

  /** The entry that would come next in the log, so that nothing but its approvals can speak against it. */
  async function insertPublication(id: string, values: Record<string, unknown>) {
    const { epoch } = await node().database.db.selectFrom('membership').select('epoch').executeTakeFirstOrThrow();
    const last = await node()
      .database.db.selectFrom('publication')
      .select(['seq', 'hash'])
      .where('epoch', '=', epoch)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return node()
      .database.db.insertInto('publication')
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
        publisher: node().people.publisher.id,
        delivered_at: null,
        ...values,
      } as never)
      .execute();
  }

  const rolesOf = (who: keyof GuardedNode['people'], roles: string[], active = true) =>
    node().database.db.updateTable('person').set({ roles, active }).where('id', '=', node().people[who].id).execute();

  return { stateOf, refused, insertSignOff, insertPublication, rolesOf };
}
