import { newId } from '@practice-exchange/platform';
import {
  authoritiesAudience,
  type HubProblem,
  type OnBehalfOf,
  type PublicationIntent,
  type SealedPublication,
  sealPublication,
  sha256,
  startOfEpoch,
  verifyPurgeCertificate,
  verifyReceipt,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateIndex } from '../src/features/indexing/indexing.ts';
import { purgeWithdrawn } from '../src/features/withdrawing/purging.ts';
import { type RecordStore, recordStores } from '../src/features/withdrawing/stores.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const canary = 'An unmistakable canary of words';

describe('a withdrawn record is proved to be gone', { timeout: 60_000 }, () => {
  let test: TestHub;
  let reader: TestMember;
  let outsider: TestMember;

  beforeAll(async () => {
    test = await startTestHub();
    reader = await test.enrol({ region: 'south-west' });
    outsider = await test.enrol({ region: 'north-east' });
  });
  afterAll(() => test.stop());

  const drain = () => test.hub.context.jobs.drain();
  const database = () => test.hub.context.database;
  const publish = (record: string, title: string): PublicationIntent => ({
    op: 'publish',
    record,
    audience: wholeNetwork,
    body: exampleLearning({ title, situation: `${title}, in the situation.` }),
  });

  async function owner() {
    const member = await test.enrol();
    return { member, log: publishAs(test, member) };
  }

  async function feedOf(member: TestMember) {
    const keys = new Map(test.hub.context.hub.keys.map(({ kid, key }) => [kid, key]));
    const { receipts } = await member.client.receipts(0);
    return receipts.map(({ jws, certificate }) => ({
      receipt: verifyReceipt(jws, (kid) => keys.get(kid)).receipt,
      certificate: certificate ? verifyPurgeCertificate(certificate, (kid) => keys.get(kid)) : null,
    }));
  }

  it('WIT-10, WIT-12: the hub signs for every store, and the receipt names the certificate', async () => {
    const { member, log } = await owner();
    const record = newId();
    await log.publish(publish(record, 'The certified visit'));
    await drain();
    await log.publish({ op: 'withdraw', record, revision: 2 });
    await drain();
    const last = (await feedOf(member)).at(-1);
    expect(last?.receipt).toMatchObject({ state: 'purged', certificate: last?.certificate?.hash });
    expect(last?.certificate?.certificate).toMatchObject({
      record,
      node: member.node,
      envelope: last?.receipt.envelope,
      stores: recordStores.map(({ name }) => ({ store: name, found: 'nothing' })),
      notProven: ['print-outs', 'downloads', 'backups', 'other-nodes'],
    });
  });

  it('WIT-10: nothing is signed for while one store still holds it, and others are not kept waiting', async () => {
    const { member, log } = await owner();
    const [stuck, free] = [newId(), newId()];
    await log.publish(publish(stuck, 'The stuck visit'), publish(free, 'The free visit'));
    await drain();
    const purged = async () =>
      (await feedOf(member))
        .filter(({ receipt }) => receipt.state === 'purged' && receipt.seq > member.head.seq)
        .map(({ receipt }) => receipt.record);
    const stubborn: RecordStore = {
      name: 'a-cache',
      askedBy: ['id'],
      tables: [],
      purge: async () => undefined,
      holds: async (_context, { record }) => record === stuck,
    };
    // The hub's own worker is kept away, so that only this run purges.
    const { index } = test.hub.context;
    const remove = index.remove.bind(index);
    index.remove = async () => {
      throw new Error('the engine is away');
    };
    await log.publish({ op: 'withdraw', record: stuck, revision: 2 }, { op: 'withdraw', record: free, revision: 2 });
    await expect(drain()).rejects.toThrow();
    expect(await purged()).toEqual([]);
    index.remove = remove;
    await expect(purgeWithdrawn(test.hub.context, [...recordStores, stubborn])).rejects.toThrow('still held');
    expect(await purged()).toEqual([free]);
    await updateIndex(test.hub.context);
    expect(await purged()).toEqual([free, stuck]);
  });

  it('WIT-2: no table of the hub holds a word of it, in any form', async () => {
    const { log } = await owner();
    const [record, waits] = [newId(), newId()];
    const identifying = `${canary} 943 476 5919`;
    await log.publish(publish(record, canary), publish(waits, identifying));
    await log.publish({
      op: 'revise',
      record,
      revision: 2,
      audience: wholeNetwork,
      body: exampleLearning({ title: canary, nextTime: identifying }),
    });
    await drain();
    expect(await tablesHolding(canary)).not.toEqual([]);
    await log.publish({ op: 'withdraw', record, revision: 3 }, { op: 'withdraw', record: waits, revision: 2 });
    await drain();
    expect(await tablesHolding(canary)).toEqual([]);
  });

  /** Every table with a row in which the words stand, as text or as the bytes of a text. */
  async function tablesHolding(words: string): Promise<string[]> {
    const hex = Buffer.from(words, 'utf8').toString('hex');
    const found: string[] = [];
    for (const table of await tablesOfTheHub()) {
      const { rows } = await sql`
        select 1 from ${sql.table(table)} t where t::text ilike ${`%${words}%`} or t::text ilike ${`%${hex}%`} limit 1`.execute(
        database().db,
      );
      if (rows.length > 0) found.push(table);
    }
    return found;
  }

  async function tablesOfTheHub(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%' order by 1`.execute(
      database().db,
    );
    return rows.map(({ name }) => name);
  }

  it('every table is a store that is purged and asked, or is known to hold nothing of a record', async () => {
    const stores = new Set<string>(recordStores.flatMap(({ tables }) => [...tables]));
    const unspoken = (await tablesOfTheHub()).filter((table) => !stores.has(table) && !withoutContent.has(table));
    // A new table that can hold something of a record needs a store in features/withdrawing/stores.ts; else name it below.
    expect(unspoken).toEqual([]);
  });

  it('WIT-9: those who could see it read the notice, if its owner left one', async () => {
    const { log } = await owner();
    const [noted, removed] = [newId(), newId()];
    await log.publish(publish(noted, 'The noted visit'), publish(removed, 'The removed visit'));
    await log.publish(
      { op: 'withdraw', record: noted, revision: 2, notice: 'out-of-date' },
      { op: 'withdraw', record: removed, revision: 2 },
    );
    const detail = async (record: string) => {
      const problem = await reader.client.learning(record, person).then(
        () => undefined,
        (error: unknown) => error,
      );
      return (problem as HubProblem).problem?.detail;
    };
    expect(await detail(noted)).toContain('the practice in it is out of date');
    expect(await detail(removed)).toBe('The authority that published this has withdrawn it.');
  });

  describe('ahead of the log', () => {
    /** A log of which only the beginning was sent. */
    async function withBacklog() {
      const { member } = await owner();
      const options = { key: member.key, created: '2026-01-01T00:00:00Z' };
      let { head } = member;
      const seal = (intent: PublicationIntent): SealedPublication => {
        const sealed = sealPublication(head, intent, options);
        head = sealed.head;
        return sealed;
      };
      const record = newId();
      const first = seal(publish(record, `The urgent visit ${record}`));
      await member.client.publish([first.item]);
      await drain();
      const backlog = Array.from({ length: 5 }, () => seal(publish(newId(), 'Something that waits')));
      const withdrawal = seal({ op: 'withdraw', record, revision: 2 });
      return { member, record, backlog, withdrawal };
    }

    it('WIT-13, WIT-14: hides at once, and leaves the head where it is', async () => {
      const { member, record, withdrawal } = await withBacklog();
      const heads = () =>
        database().db.selectFrom('member').select(['node', 'last_seq', 'last_hash']).orderBy('node').execute();
      const before = await heads();
      await member.client.withdrawAhead(withdrawal.jws);
      await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'gone' });
      expect(await heads()).toEqual(before);
      await drain();
      expect(await member.client.withdrawal(record)).toMatchObject({ purgedAt: expect.any(String) });
      const once = await test.state();
      await member.client.withdrawAhead(withdrawal.jws);
      expect(await test.state()).toEqual(once);
    });

    it('WIT-15: its place is answered with the receipt that it has, and the log goes on', async () => {
      const { member, record, backlog, withdrawal } = await withBacklog();
      await member.client.withdrawAhead(withdrawal.jws);
      await drain();
      const answer = await member.client.publish([...backlog.map(({ item }) => item), withdrawal.item]);
      expect(answer).toMatchObject({ refused: null, next: { seq: member.head.seq + 8 } });
      await drain();
      const said = (await feedOf(member)).map(({ receipt }) => receipt).filter((receipt) => receipt.record === record);
      expect(said.map(({ state }) => state)).toEqual(['accepted', 'indexed', 'withdrawn', 'purged']);
    });

    it('WIT-14: refuses what is not a withdrawal, not of its sender, or of somebody else’s record', async () => {
      const { member, record, backlog } = await withBacklog();
      const thief = await test.enrol();
      const options = { key: thief.key, created: '2026-01-01T00:00:00Z' };
      const theft = sealPublication(thief.head, { op: 'withdraw', record, revision: 2 }, options);
      const before = await test.state();
      await expect(member.client.withdrawAhead(backlog[0]?.jws as never)).rejects.toMatchObject({
        code: 'envelope-invalid',
      });
      await expect(member.client.withdrawAhead(theft.jws)).rejects.toMatchObject({ code: 'unknown-key' });
      await expect(thief.client.withdrawAhead(theft.jws)).rejects.toMatchObject({ code: 'not-found' });
      expect(await test.state()).toEqual(before);
    });

    it('WIT-16: takes one of a frozen node, and nothing else of it', async () => {
      const { member, record, backlog, withdrawal } = await withBacklog();
      await drain();
      await database().db.updateTable('member').set({ state: 'frozen' }).where('node', '=', member.node).execute();
      const before = await test.state();
      const [first] = backlog;
      if (!first) throw new Error('nothing waits');
      await expect(member.client.publish([first.item])).rejects.toMatchObject({ code: 'node-frozen' });
      await expect(member.client.publish([withdrawal.item])).rejects.toMatchObject({ code: 'node-frozen' });
      await expect(member.client.withdrawAhead(first.jws)).rejects.toMatchObject({ code: 'envelope-invalid' });
      expect(await test.state()).toEqual(before);
      await member.client.withdrawAhead(withdrawal.jws);
      await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'gone' });
      await drain();
      expect(await member.client.withdrawal(record)).toMatchObject({ purgedAt: expect.any(String) });
      const head = (state: unknown) => (state as { member: string[] }).member.find((row) => row.includes(member.node));
      const settled = (row?: string) => ({ ...JSON.parse(row ?? '{}'), last_receipt: 0, receipts_read: 0 });
      expect(settled(head(await test.state()))).toEqual(settled(head(before)));
    });

    it('WIT-14, WIT-16: takes one of an epoch that nobody has approved yet, and none of a later one, or under a key that is not trusted there', async () => {
      const { member, record } = await withBacklog();
      await drain();
      const options = { key: member.key, created: '2026-01-01T00:00:00Z' };
      const inEpoch = (epoch: number) =>
        sealPublication(startOfEpoch(member.node, epoch), { op: 'withdraw', record, revision: 2 }, options);
      const before = await test.state();
      await expect(member.client.withdrawAhead(inEpoch(3).jws)).rejects.toMatchObject({ code: 'epoch-not-approved' });
      const untrusted = (seq: number | null) =>
        database()
          .db.updateTable('member_key')
          .set({ not_trusted_after_epoch: seq && 1, not_trusted_after_seq: seq })
          .where('kid', '=', member.key.kid)
          .execute();
      await untrusted(member.head.seq);
      await expect(member.client.withdrawAhead(inEpoch(2).jws)).rejects.toMatchObject({ code: 'may-not-publish' });
      await untrusted(null);
      expect(await test.state()).toEqual(before);
      await member.client.withdrawAhead(inEpoch(2).jws);
      await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'gone' });
    });
  });

  describe('tombstones', () => {
    it('WIT-17, WIT-18: are given to those who could see it, without gaps, and count when confirmed', async () => {
      const { member, log } = await owner();
      const [everyones, readers, narrowed] = [newId(), newId(), newId()];
      const forReader = authoritiesAudience([reader.authority]);
      await log.publish(publish(everyones, 'For everyone'), publish(narrowed, 'Narrowed later'));
      await log.publish({ ...publish(readers, 'For the reader'), audience: forReader } as PublicationIntent);
      await drain();
      const from = (await outsider.client.tombstones(0)).next;
      await log.publish(
        { op: 'withdraw', record: readers, revision: 2 },
        { op: 'rescope', record: narrowed, revision: 2, audience: forReader },
        { op: 'withdraw', record: everyones, revision: 2 },
      );
      await drain();
      const { tombstones, next } = await outsider.client.tombstones(from);
      expect(tombstones.map(({ position, record, why }) => [position - from, record, why])).toEqual([
        [1, narrowed, 'narrowed'],
        [2, everyones, 'withdrawn'],
      ]);
      expect((await member.client.tombstones(0)).tombstones).toEqual([]);
      const { copies } = await member.client.withdrawal(everyones);
      expect(copies.confirmed).toBe(0);
      await outsider.client.confirmTombstones(next);
      expect((await member.client.withdrawal(everyones)).copies).toEqual({ told: copies.told, confirmed: 1 });
      await expect(reader.client.withdrawal(everyones)).rejects.toMatchObject({ code: 'not-found' });
    });
  });
});

/** Tables that can hold nothing of a learning record's content: who takes part, envelopes, receipts, work to do, figures. */
const withoutContent = new Set<string>([
  'audit_entry',
  'authority',
  'comparison',
  'epoch_request',
  'hub_key',
  'identity',
  'index_comparison',
  'index_task',
  'invitation',
  'member',
  'member_contact',
  'member_key',
  'narrowing',
  'person',
  'prevalence_cut',
  'publication',
  'receipt',
  'record',
  'record_owner',
  'request_seen',
  'session',
  'stranger_contact',
  'tombstone',
  'tombstone_due',
  // Its phrase is destroyed with the certificate, by a constraint.
  'withdrawal',
]);
