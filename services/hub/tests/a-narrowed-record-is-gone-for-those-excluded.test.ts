import { newId } from '@practice-exchange/platform';
import {
  type Audience,
  authoritiesAudience,
  type OnBehalfOf,
  type PublicationIntent,
  regionsAudience,
  type SealedPublication,
  sealPublication,
  sha256,
  startOfEpoch,
  verifyPurgeCertificate,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { updateIndex } from '../src/features/indexing/indexing.ts';
import { refuse } from '../src/features/quarantine/deciding.ts';
import { proveNarrowed } from '../src/features/withdrawing/narrowing.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const southWest = regionsAudience(['south-west']);
const northEast = regionsAudience(['north-east']);

describe('a narrowed record is gone for those whom its audience excludes', { timeout: 60_000 }, () => {
  let test: TestHub;
  let inside: TestMember;
  let outside: TestMember;

  beforeAll(async () => {
    test = await startTestHub();
    inside = await test.enrol({ region: 'south-west' });
    outside = await test.enrol({ region: 'north-east' });
  });
  afterAll(() => test.stop());

  const drain = () => test.hub.context.jobs.drain();
  const database = () => test.hub.context.database;
  const publish = (record: string, audience: Audience = wholeNetwork): PublicationIntent => ({
    op: 'publish',
    record,
    audience,
    body: exampleLearning({ title: titleOf(record) }),
  });
  const revise = (record: string, revision: number, audience: Audience): PublicationIntent => ({
    op: 'revise',
    record,
    revision,
    audience,
    body: exampleLearning({ title: `${titleOf(record)} again` }),
  });
  const titleOf = (record: string) =>
    `The visit number ${[...record.replaceAll('-', '')].map((c) => letters[Number.parseInt(c, 16)]).join('')}`;
  const letters = [...'abcdefghijklmnop'];

  /** A log whose owner seals as it likes, and sends what it likes. */
  async function owner(region: 'london' | 'north-east' = 'london') {
    const member = await test.enrol({ region });
    let { head } = member;
    const seal = (intent: PublicationIntent): SealedPublication => {
      const sealed = sealPublication(head, intent, { key: member.key, created: '2026-01-01T00:00:00Z' });
      head = sealed.head;
      return sealed;
    };
    const send = (...sealed: SealedPublication[]) => member.client.publish(sealed.map(({ item }) => item));
    return { member, seal, send };
  }

  async function sharedBy(region?: 'london') {
    const { member, seal, send } = await owner(region);
    const record = newId();
    await send(seal(publish(record)));
    await drain();
    return { member, seal, send, record };
  }

  /** What a member sees of a record: whether it can be read, found and counted. */
  async function seenBy({ client }: TestMember, record: string): Promise<string> {
    const read = await client.learning(record, person).then(
      () => 'read',
      (error: { code: string }) => error.code,
    );
    const { results } = await client.search({ q: titleOf(record) }, person);
    const all = await client.search({ q: '' }, person);
    const found = results.some(({ id }) => id === record);
    expect(all.total).toBe((await client.search({ q: '', sort: 'newest' }, person)).total);
    return `${read}${found ? ', found' : ''}`;
  }

  it('WIT-19: a rescope in its turn hides with its commit, tells those excluded, and is proved', async () => {
    const { member, seal, send, record } = await sharedBy();
    const { next } = await outside.client.tombstones(0);
    const rescope = seal({ op: 'rescope', record, revision: 2, audience: southWest });
    await send(rescope);
    expect(await seenBy(outside, record)).toBe('not-found');
    expect(await seenBy(inside, record)).toBe('read, found');
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
    expect((await outside.client.tombstones(next)).tombstones).toMatchObject([{ record, why: 'narrowed' }]);
    const standing = await member.client.withdrawal(record);
    expect(standing).toMatchObject({ record, why: 'narrowed', envelope: rescope.hash, copies: { confirmed: 0 } });
    expect(standing.copies.told).toBeGreaterThan(0);
    const keys = new Map(test.hub.context.hub.keys.map(({ kid, key }) => [kid, key]));
    const { certificate } = verifyPurgeCertificate(standing.certificate ?? '', (kid) => keys.get(kid));
    expect(certificate).toMatchObject({
      node: member.node,
      record,
      envelope: rescope.hash,
      audience: southWest,
      stores: [
        { store: 'shared-records', askedBy: ['id'], found: 'nothing' },
        { store: 'search-index', askedBy: ['phrase'], found: 'nothing' },
      ],
    });
    await outside.client.confirmTombstones((await outside.client.tombstones(0)).next);
    expect((await member.client.withdrawal(record)).copies.confirmed).toBe(1);
    await expect(inside.client.withdrawal(record)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('WIT-19: a wider audience is no withdrawal: nobody is told, and nothing is proved', async () => {
    const { seal, send, member } = await owner();
    const record = newId();
    await send(seal(publish(record, southWest)));
    await drain();
    const { next } = await inside.client.tombstones(0);
    await send(seal({ op: 'rescope', record, revision: 2, audience: wholeNetwork }));
    await drain();
    expect(await seenBy(outside, record)).toBe('read, found');
    expect((await inside.client.tombstones(next)).tombstones).toEqual([]);
    await expect(member.client.withdrawal(record)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('WIT-20: goes ahead of what waits before it, and leaves the head and the log’s audience where they are', async () => {
    const { member, seal, send, record } = await sharedBy();
    const { next } = await outside.client.tombstones(0);
    const backlog = [seal(publish(newId())), seal(revise(record, 2, wholeNetwork))];
    const rescope = seal({ op: 'rescope', record, revision: 3, audience: southWest });
    const heads = () =>
      database().db.selectFrom('member').select(['node', 'last_seq', 'last_hash']).orderBy('node').execute();
    const before = await heads();
    const receipts = (await member.client.receipts(0)).next;
    expect(await member.client.withdrawAhead(rescope.jws)).toMatchObject({
      record,
      why: 'narrowed',
      envelope: rescope.hash,
    });
    expect(await seenBy(outside, record)).toBe('not-found');
    expect(await seenBy(inside, record)).toBe('read, found');
    expect(await heads()).toEqual(before);
    await drain();
    expect(await member.client.withdrawal(record)).toMatchObject({ certificate: expect.any(String) });
    expect((await member.client.receipts(receipts)).receipts).toEqual([]);
    const once = await test.state();
    await member.client.withdrawAhead(rescope.jws);
    expect(await test.state()).toEqual(once);
    // What comes before it in the log is served within it.
    await send(...backlog);
    expect(await seenBy(outside, record)).toBe('not-found');
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
    expect(await seenBy(inside, record)).toBe('read, found');
    await send(rescope);
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
    expect((await outside.client.tombstones(next)).tombstones).toMatchObject([{ record, why: 'narrowed' }]);
    expect(
      await database().db.selectFrom('narrowing').select('ended_at').where('record', '=', record).execute(),
    ).toEqual([{ ended_at: expect.any(Date) }]);
  });

  it('WIT-20: holds for a record that has not arrived, whatever audience it arrives with', async () => {
    const { member, seal, send } = await owner();
    const record = newId();
    const first = seal(publish(record));
    const rescope = seal({ op: 'rescope', record, revision: 2, audience: southWest });
    const wider = seal({ op: 'rescope', record, revision: 3, audience: wholeNetwork });
    await member.client.withdrawAhead(rescope.jws);
    await send(first);
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
    expect(await seenBy(inside, record)).toBe('read, found');
    await send(rescope, wider);
    await drain();
    expect(await seenBy(outside, record)).toBe('read, found');
  });

  it('WIT-21: several hold together, and regions with authorities leave those of the authorities that are there', async () => {
    const { member, seal, send, record } = await sharedBy();
    const named = authoritiesAudience([inside.authority, outside.authority]);
    const [one, two] = [
      seal({ op: 'rescope', record, revision: 2, audience: named }),
      seal({ op: 'rescope', record, revision: 3, audience: northEast }),
    ];
    await member.client.withdrawAhead(two.jws);
    await member.client.withdrawAhead(one.jws);
    expect(await seenBy(inside, record)).toBe('not-found');
    expect(await seenBy(outside, record)).toBe('read, found');
    const elsewhere = await test.enrol({ region: 'north-east' });
    expect(await seenBy(elsewhere, record)).toBe('not-found');
    await send(one);
    await drain();
    expect(await seenBy(inside, record)).toBe('not-found');
    expect(await seenBy(elsewhere, record)).toBe('not-found');
    await send(two);
    await drain();
    expect(await seenBy(inside, record)).toBe('not-found');
    expect(await seenBy(elsewhere, record)).toBe('read, found');
  });

  it('WIT-21: audiences without anybody in common leave the owner alone', async () => {
    const { member, seal, send } = await owner();
    const record = newId();
    await send(seal(publish(record, southWest)));
    const rescope = seal({ op: 'rescope', record, revision: 2, audience: northEast });
    await member.client.withdrawAhead(rescope.jws);
    await drain();
    expect(await seenBy(inside, record)).toBe('not-found');
    expect(await seenBy(outside, record)).toBe('not-found');
    expect(await seenBy(member, record)).toBe('read, found');
    await send(rescope);
    await drain();
    expect(await seenBy(outside, record)).toBe('read, found');
  });

  it('WIT-22: ends when its place is rejected: what applied holds again', async () => {
    const { member, seal, send, record } = await sharedBy();
    const wrong = seal({ op: 'rescope', record, revision: 9, audience: southWest });
    await member.client.withdrawAhead(wrong.jws);
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
    await send(wrong);
    await drain();
    expect(await seenBy(outside, record)).toBe('read, found');
    expect(
      await database()
        .db.selectFrom('narrowing')
        .select('hash')
        .where('record', '=', record)
        .where('ended_at', 'is', null)
        .execute(),
    ).toEqual([]);
  });

  it('WIT-22: holds while its place waits for a person, and ends when that person refuses it', async () => {
    const { member, seal, send, record } = await sharedBy();
    const rescope = seal({ op: 'rescope', record, revision: 2, audience: southWest });
    await member.client.withdrawAhead(rescope.jws);
    await database()
      .db.updateTable('member_key')
      .set({ not_trusted_after_epoch: 1, not_trusted_after_seq: rescope.head.seq - 1 })
      .where('kid', '=', member.key.kid)
      .execute();
    await send(rescope);
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
    const { id } = await database()
      .db.selectFrom('quarantined_publication')
      .select('id')
      .where('record', '=', record)
      .executeTakeFirstOrThrow();
    await refuse(test.hub.context, { id, operator: null as never, note: 'The key was stolen.' });
    await drain();
    expect(await seenBy(outside, record)).toBe('read, found');
  });

  it('WIT-22: ends with the record’s withdrawal, and those whom it excluded are not told of that', async () => {
    const { member, seal, send, record } = await sharedBy();
    const rescope = seal({ op: 'rescope', record, revision: 2, audience: southWest });
    const withdrawal = seal({ op: 'withdraw', record, revision: 3 });
    await member.client.withdrawAhead(rescope.jws);
    await drain();
    const { next } = await outside.client.tombstones(0);
    await member.client.withdrawAhead(withdrawal.jws);
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
    expect(await seenBy(inside, record)).toBe('gone');
    expect((await outside.client.tombstones(next)).tombstones).toEqual([]);
    expect(await member.client.withdrawal(record)).toMatchObject({ why: 'withdrawn', envelope: withdrawal.hash });
    await send(rescope, withdrawal);
    await drain();
    expect(await seenBy(outside, record)).toBe('not-found');
  });

  it('WIT-20: refuses what is not its owner’s, of an unknown authority or late; nothing changes', async () => {
    const { member, seal, record } = await sharedBy();
    const thief = await test.enrol();
    const options = { key: thief.key, created: '2026-01-01T00:00:00Z' };
    const theft = sealPublication(thief.head, { op: 'rescope', record, revision: 2, audience: southWest }, options);
    const stranger = seal({ op: 'rescope', record, revision: 2, audience: authoritiesAudience([newId()]) });
    const late = sealPublication(
      startOfEpoch(member.node, 1),
      { op: 'rescope', record, revision: 2, audience: southWest },
      { key: member.key, created: '2026-01-01T00:00:00Z' },
    );
    const far = sealPublication(
      startOfEpoch(member.node, 3),
      { op: 'rescope', record, revision: 2, audience: southWest },
      { key: member.key, created: '2026-01-01T00:00:00Z' },
    );
    const before = await test.state();
    await expect(thief.client.withdrawAhead(theft.jws)).rejects.toMatchObject({ code: 'not-found' });
    await expect(member.client.withdrawAhead(stranger.jws)).rejects.toMatchObject({ code: 'envelope-invalid' });
    await expect(member.client.withdrawAhead(late.jws)).rejects.toMatchObject({ code: 'not-found' });
    await expect(member.client.withdrawAhead(far.jws)).rejects.toMatchObject({ code: 'epoch-not-approved' });
    expect(await test.state()).toEqual(before);
    expect(await seenBy(outside, record)).toBe('read, found');
  });

  it('WIT-20: of an id that another node publishes later, it narrows nothing', async () => {
    const { member, seal, send } = await owner();
    const thief = await test.enrol();
    const record = newId();
    const options = { key: thief.key, created: '2026-01-01T00:00:00Z' };
    const theft = sealPublication(thief.head, { op: 'rescope', record, revision: 2, audience: southWest }, options);
    await thief.client.withdrawAhead(theft.jws);
    await send(seal(publish(record)));
    await drain();
    expect(await seenBy(outside, record)).toBe('read, found');
    expect(member.node).not.toBe(thief.node);
  });

  it('WIT-23: nothing is signed for while what answers readers still finds it, and others are not kept waiting', async () => {
    const { member, seal, record } = await sharedBy();
    const other = await sharedBy();
    const { index } = test.hub.context;
    const search = index.search.bind(index);
    index.search = async (query, options) => {
      const answer = await search(query, options);
      const isStuck = query.words === titleOf(record);
      return isStuck ? { ...answer, hits: [...answer.hits, { id: record, score: 1, highlights: [] }] } : answer;
    };
    await member.client.withdrawAhead(seal({ op: 'rescope', record, revision: 2, audience: southWest }).jws);
    await other.member.client.withdrawAhead(
      other.seal({ op: 'rescope', record: other.record, revision: 2, audience: southWest }).jws,
    );
    await updateIndex(test.hub.context);
    await expect(proveNarrowed(test.hub.context)).rejects.toThrow('still found');
    expect(await member.client.withdrawal(record)).toMatchObject({ certificate: null, purgedAt: null });
    expect(await other.member.client.withdrawal(other.record)).toMatchObject({ certificate: expect.any(String) });
    index.search = search;
    await proveNarrowed(test.hub.context);
    expect(await member.client.withdrawal(record)).toMatchObject({ certificate: expect.any(String) });
  });

  it('WIT-23: whoever was named once is asked for by name, whoever else is of the same region', async () => {
    const { member, seal, send } = await owner();
    const record = newId();
    await send(seal(publish(record, authoritiesAudience([inside.authority, outside.authority]))));
    await drain();
    await test.enrol({ region: 'north-east' });
    const { index } = test.hub.context;
    const search = index.search.bind(index);
    index.search = async (query, options) => {
      const answer = await search(query, options);
      const isStale = query.words === titleOf(record) && query.viewer.authority === outside.authority;
      return isStale ? { ...answer, hits: [...answer.hits, { id: record, score: 1, highlights: [] }] } : answer;
    };
    const only = authoritiesAudience([inside.authority]);
    await member.client.withdrawAhead(seal({ op: 'rescope', record, revision: 2, audience: only }).jws);
    await updateIndex(test.hub.context);
    await expect(proveNarrowed(test.hub.context)).rejects.toThrow('still found');
    expect(await member.client.withdrawal(record)).toMatchObject({ certificate: null });
    index.search = search;
    await proveNarrowed(test.hub.context);
    expect(await member.client.withdrawal(record)).toMatchObject({ certificate: expect.any(String) });
  });

  it('WIT-23: one that a wider audience has overtaken is not proved any more', async () => {
    const { member, seal, send, record } = await sharedBy();
    await send(
      seal({ op: 'rescope', record, revision: 2, audience: southWest }),
      seal({ op: 'rescope', record, revision: 3, audience: wholeNetwork }),
    );
    await drain();
    expect(await seenBy(outside, record)).toBe('read, found');
    await expect(member.client.withdrawal(record)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('EPO-3, EPO-4: what was taken ahead of a place that has not come is named to its node, and given back', async () => {
    const { member, seal, send, record } = await sharedBy();
    const rescope = seal({ op: 'rescope', record, revision: 2, audience: southWest });
    await member.client.withdrawAhead(rescope.jws);
    expect((await member.client.cursor()).ahead).toEqual([rescope.hash]);
    expect((await member.client.log(1, 0)).ahead).toEqual([rescope.jws]);
    await send(rescope);
    expect((await member.client.cursor()).ahead).toEqual([]);
  });

  it('MAN-1: what goes ahead of the log is no part of what is held until the log comes to it', async () => {
    const { member, seal, record } = await sharedBy();
    const held = async () => {
      const { holdings } = await member.client.chunk(record.slice(-2));
      return holdings.find((holding) => holding.record === record);
    };
    const before = await held();
    await member.client.withdrawAhead(seal({ op: 'rescope', record, revision: 2, audience: southWest }).jws);
    expect(await held()).toEqual(before);
    const { rows } =
      await sql`select 1 from learning_record where id = ${record} and audience_scope = 'regions'`.execute(
        database().db,
      );
    expect(rows).toHaveLength(1);
  });
});
