import { newId } from '@practice-exchange/platform';
import {
  type Audience,
  generatePrivateJwk,
  type LearningRecord,
  type OnBehalfOf,
  openSigningKey,
  type PublicationIntent,
  regionsAudience,
  sealPublication,
  sha256,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { suspectIdentifiers } from '../src/features/ingest/second-guard.ts';
import { markKeyNotTrusted } from '../src/features/keys/keys.ts';
import { refuse, release } from '../src/features/quarantine/deciding.ts';
import { listWaiting } from '../src/features/quarantine/store.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { type Publisher, publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
// The example number of the NHS data dictionary: its check digit is right, and it is nobody's.
const identifying = 'The worker wrote 943 476 5919 on the form.';

describe('what waits for a person at the hub', () => {
  let test: TestHub;
  let owner: TestMember;
  let reader: TestMember;
  let log: Publisher;
  let operator: string;

  beforeAll(async () => {
    test = await startTestHub();
    owner = await test.enrol();
    reader = await test.enrol({ region: 'south-west' });
    log = publishAs(test, owner);
    operator = newId();
    await test.hub.context.database.db
      .insertInto('person')
      .values({ id: operator, subject: 'op', name: 'Operator', job_title: 'Operator', roles: ['operator'] })
      .execute();
  });
  afterAll(() => test.stop());

  const publish = (record: string, body: Partial<LearningRecord>, audience: Audience = wholeNetwork) =>
    ({ op: 'publish', record, audience, body: exampleLearning(body) }) satisfies PublicationIntent;
  const revise = (record: string, revision: number, body: Partial<LearningRecord>) =>
    ({
      op: 'revise',
      record,
      revision,
      audience: wholeNetwork,
      body: exampleLearning(body),
    }) satisfies PublicationIntent;

  async function saidOf(record: string) {
    await test.hub.context.jobs.drain();
    return (await log.receipts())
      .filter((receipt) => receipt.record === record)
      .map(({ revision, state, reason }) => [revision, state, reason]);
  }

  async function waitingIdOf(record: string): Promise<string> {
    return (await listWaiting(test.hub.context.database)).find((held) => held.record === record)?.id ?? '';
  }

  const foundBy = async (word: string) => (await reader.client.search({ q: word }, person)).results.map(({ id }) => id);
  const bodiesOf = (record: string) =>
    test.hub.context.database.db.selectFrom('body').selectAll().where('record', '=', record).execute();

  it('QUA-1: takes its place in the log, and nobody finds, reads or counts it', async () => {
    const record = newId();
    const before = (await reader.client.search({ q: '' }, person)).total;
    await log.publish(publish(record, { title: 'The ladybird visit', situation: identifying }), {
      op: 'heartbeat',
    });
    expect(await saidOf(record)).toEqual([[1, 'quarantined', 'identifier-suspected']]);
    expect(await foundBy('ladybird')).toEqual([]);
    expect((await reader.client.search({ q: '' }, person)).total).toBe(before);
    for (const { client } of [reader, owner]) {
      await expect(client.learning(record, person)).rejects.toMatchObject({ code: 'not-found' });
    }
    expect(await test.hub.context.index.has(record)).toBe(false);
    expect(await bodiesOf(record)).toEqual([]);
    const [receipt] = (await log.receipts()).filter((each) => each.record === record);
    expect(receipt?.findings).toEqual([{ kind: 'nhs-number', field: 'situation' }]);
  });

  it('QUA-1: leaves what was shared of the record before as it was', async () => {
    const record = newId();
    await log.publish(publish(record, { title: 'The dragonfly visit' }));
    await test.hub.context.jobs.drain();
    await log.publish(revise(record, 2, { title: 'The dragonfly visit again', response: identifying }));
    expect(await saidOf(record)).toEqual([
      [1, 'accepted', null],
      [1, 'indexed', null],
      [2, 'quarantined', 'identifier-suspected'],
    ]);
    const shared = await reader.client.learning(record, person);
    expect([shared.revision, shared.record.title]).toEqual([1, 'The dragonfly visit']);
  });

  it('QUA-2: waits when the check itself fails', () => {
    const log = { error: () => undefined } as never;
    const publication = { envelope: { op: 'publish', epoch: 1, seq: 1 }, body: exampleLearning() } as never;
    const broken = () => {
      throw new Error('a detector that crashes');
    };
    expect(suspectIdentifiers(publication, log, broken)).toEqual({ reason: 'identifier-suspected', marks: [] });
    expect(suspectIdentifiers(publication, log)).toBeNull();
  });

  it('QUA-3: ends when a clean revision comes, which is shared', async () => {
    const record = newId();
    await log.publish(publish(record, { title: 'The grasshopper visit', nextTime: identifying }));
    await log.publish(revise(record, 2, { title: 'The grasshopper visit' }));
    expect(await saidOf(record)).toEqual([
      [1, 'quarantined', 'identifier-suspected'],
      [2, 'accepted', null],
      [1, 'rejected', 'superseded'],
      [2, 'indexed', null],
    ]);
    expect(await foundBy('grasshopper')).toEqual([record]);
    expect(await waitingIdOf(record)).toBe('');
  });

  it('QUA-3: ends when it is withdrawn, and never returns', async () => {
    const record = newId();
    await log.publish(publish(record, { title: 'The earwig visit', nextTime: identifying }));
    const id = await waitingIdOf(record);
    await log.publish({ op: 'withdraw', record, revision: 2 });
    expect(await saidOf(record)).toEqual([
      [1, 'quarantined', 'identifier-suspected'],
      [2, 'withdrawn', null],
      [1, 'rejected', 'record-withdrawn'],
      [2, 'purged', null],
    ]);
    const before = await test.state();
    await expect(release(test.hub.context, { id, operator, note: 'Nobody.' })).rejects.toMatchObject({
      code: 'nothing-waits',
    });
    expect(await test.state()).toEqual(before);
    await expect(owner.client.learning(record, person)).rejects.toMatchObject({ code: 'gone' });
    await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('QUA-4: a narrower audience for it waits with it, and holds from the moment of its release', async () => {
    const record = newId();
    await log.publish(publish(record, { title: 'The bumblebee visit', nextTime: identifying }));
    await log.publish({ op: 'rescope', record, revision: 2, audience: regionsAudience(['london']) });
    expect((await saidOf(record)).at(-1)).toEqual([2, 'quarantined', 'awaiting-approval']);
    await release(test.hub.context, { id: await waitingIdOf(record), operator, note: 'It is a form number.' });
    expect((await saidOf(record)).slice(2)).toEqual([
      [1, 'accepted', null],
      [2, 'accepted', null],
      [2, 'indexed', null],
    ]);
    await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'not-found' });
    expect((await owner.client.learning(record, person)).revision).toBe(2);
  });

  it('QUA-5: is shared once an operator releases it', async () => {
    const record = newId();
    await log.publish(publish(record, { title: 'The woodlouse visit', nextTime: identifying }));
    await release(test.hub.context, { id: await waitingIdOf(record), operator, note: 'An example number.' });
    expect(await saidOf(record)).toEqual([
      [1, 'quarantined', 'identifier-suspected'],
      [1, 'accepted', null],
      [1, 'indexed', null],
    ]);
    expect(await foundBy('woodlouse')).toEqual([record]);
    expect(await bodiesOf(record)).toHaveLength(1);
  });

  it('QUA-5, QUA-6, QUA-7: is destroyed when an operator refuses it, and its author reads why', async () => {
    const record = newId();
    await log.publish(publish(record, { title: 'The mayfly visit', nextTime: identifying }));
    const id = await waitingIdOf(record);
    const before = await test.state();
    const quoting = { id, operator, note: 'Take out 943 476 5919.' };
    await expect(refuse(test.hub.context, quoting)).rejects.toMatchObject({ code: 'note-identifies' });
    expect(await test.state()).toEqual(before);

    await refuse(test.hub.context, { id, operator, note: 'Take the number out of the last section.' });
    const [refused] = (await log.receipts()).filter((each) => each.record === record && each.state === 'rejected');
    expect(refused).toMatchObject({ reason: 'refused-by-operator', note: 'Take the number out of the last section.' });
    const { rows } = await sql`select content, salt from quarantined_publication where id = ${id}`.execute(
      test.hub.context.database.db,
    );
    expect(rows).toEqual([{ content: null, salt: null }]);
    expect(await foundBy('mayfly')).toEqual([]);
    await log.publish(revise(record, 2, { title: 'The mayfly visit' }));
    await test.hub.context.jobs.drain();
    expect(await foundBy('mayfly')).toEqual([record]);
  });

  it('ROT-4: everything after the last trusted place of a key waits, even a withdrawal; a heartbeat is rejected', async () => {
    const stolen = await test.enrol();
    const thief = publishAs(test, stolen);
    const record = newId();
    await thief.publish(publish(record, { title: 'The moth visit' }));
    await test.hub.context.jobs.drain();
    const last = stolen.head.seq + 1;
    await markKeyNotTrusted(test.hub.context, { ...theftOf(stolen), after: { epoch: 1, seq: last } });
    await thief.publish({ op: 'withdraw', record, revision: 2 }, publish(newId(), { title: 'The moth twin' }), {
      op: 'heartbeat',
    });
    await test.hub.context.jobs.drain();
    expect((await thief.receipts()).map(({ seq, state, reason }) => [seq, state, reason])).toEqual([
      [last, 'accepted', null],
      [last, 'indexed', null],
      [last + 1, 'quarantined', 'key-not-trusted'],
      [last + 2, 'quarantined', 'key-not-trusted'],
      [last + 3, 'rejected', 'key-not-trusted'],
    ]);
    expect(await foundBy('moth')).toEqual([record]);
    await release(test.hub.context, { id: await waitingIdOf(record), operator, note: 'They rang and confirmed it.' });
    expect(await foundBy('moth')).toEqual([]);
    await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'gone' });
  });

  it('ROT-4: a key that is rotated in under a key that is not trusted does not sign', async () => {
    const stolen = await test.enrol();
    await markKeyNotTrusted(test.hub.context, { ...theftOf(stolen), after: { epoch: 1, seq: stolen.head.seq } });
    const newKey = openSigningKey(generatePrivateJwk());
    const options = { key: stolen.key, created: '2026-01-01T00:00:00Z' };
    const { item, head } = sealPublication(stolen.head, { op: 'rotate-key', newKey }, options);
    await stolen.client.publish([item]);
    const before = await test.state();
    const next = sealPublication(head, { op: 'heartbeat' }, { ...options, key: newKey });
    await expect(stolen.client.publish([next.item])).rejects.toMatchObject({ code: 'unknown-key' });
    expect(await test.state()).toEqual(before);
  });
});

/** A member's only key, as an operator marks it who was told of a theft. */
function theftOf({ node, key }: TestMember) {
  return { node, kid: key.kid, operator: null, reason: 'It was stolen.' };
}
