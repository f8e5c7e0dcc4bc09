import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  digestChunks,
  digestOfChunks,
  type Envelope,
  Holdings,
  HubProblem,
  type PublicationIntent,
  sealPublication,
  signEpochRequest,
  signManifest,
  startOfEpoch,
  verifyManifest,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveEpoch } from '../src/features/resyncing/epochs.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const at = '2026-01-01T00:00:00Z';

describe('comparing, and a new epoch', () => {
  let test: TestHub;
  let member: TestMember;
  let other: TestMember;
  let head: ChainHead;
  const holdings = new Holdings();
  const record = newId();

  beforeAll(async () => {
    test = await startTestHub();
    member = await test.enrol();
    other = await test.enrol();
    head = member.head;
    // The conformance run left a record that was withdrawn.
    for (const { envelope } of (await member.client.log(1, 0)).items) holdings.add(read(envelope));
    await send({ op: 'publish', record, audience: wholeNetwork, body: exampleLearning() });
    await test.hub.context.jobs.drain();
    await test.hub.context.jobs.stop();
  }, 60_000);
  afterAll(() => test.stop());

  function read(jws: string): Envelope {
    return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
  }

  async function send(intent: PublicationIntent): Promise<string> {
    const sealed = sealPublication(head, intent, { key: member.key, created: at });
    const { receipts } = await member.client.publish([sealed.item]);
    head = sealed.head;
    const receipt = JSON.parse(Buffer.from((receipts[0] ?? '').split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (receipt.state !== 'rejected') holdings.add(sealed.envelope);
    return receipt.state;
  }

  const hub = () => test.hub.context.hub;
  const place = () => ({ epoch: head.epoch, seq: head.seq, hash: head.hash });
  const digest = () => digestOfChunks(digestChunks(holdings.values()));
  const manifest = (changes: object = {}, key = member.key) =>
    signManifest(
      {
        by: 'node',
        hub: hub().id,
        node: member.node,
        head: place(),
        shared: 1,
        withdrawn: 1,
        digest: digest(),
        at,
        ...changes,
      },
      key,
    );
  const request = (changes: object = {}, key = member.key) =>
    signEpochRequest(
      { hub: hub().id, node: member.node, epoch: 2, from: place(), digest: digest(), at, ...changes },
      key,
    );

  async function expectRefused(ask: () => Promise<unknown>, code: string): Promise<void> {
    const before = await everything();
    const problem = await ask().catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(HubProblem);
    expect(problem).toMatchObject({ code });
    expect(await everything()).toEqual(before);
  }

  async function everything() {
    const { db } = test.hub.context.database;
    const [state, comparisons, epochs] = await Promise.all([
      test.state(),
      db.selectFrom('comparison').selectAll().execute(),
      db.selectFrom('epoch_request').selectAll().execute(),
    ]);
    return { state, comparisons, epochs };
  }

  it('MAN-1, MAN-6: both hold the same, and what was rejected does not count', async () => {
    expect(
      await send({ op: 'revise', record: newId(), revision: 2, audience: wholeNetwork, body: exampleLearning() }),
    ).toBe('rejected');
    const answer = await member.client.compare(manifest());
    expect(answer.standing).toBe('synchronised');
    const keys = new Map(hub().keys.map(({ kid, key }) => [kid, key]));
    expect(verifyManifest(answer.manifest, (kid) => keys.get(kid))).toMatchObject({
      by: 'hub',
      digest: digest(),
      shared: 1,
      withdrawn: holdings.size - 1,
    });
  });

  it.each([
    ['of another node', () => manifest({ node: other.node }), 'manifest-invalid'],
    ['for another hub', () => manifest({ hub: newId() }), 'manifest-invalid'],
    ['in the hub’s name', () => manifest({ by: 'hub' }), 'manifest-invalid'],
    ['signed by another', () => manifest({}, other.key), 'unknown-key'],
  ] as const)('MAN-5: a manifest %s is refused, and nothing changes', async (_what, signed, code) => {
    await expectRefused(() => member.client.compare(signed()), code);
  });

  it('EPO-4: a node is given its own log and nobody else’s', async () => {
    const { items } = await other.client.log(1, 0);
    expect(items.length).toBeGreaterThan(0);
    expect(items.every(({ envelope }) => read(envelope).node === other.node)).toBe(true);
  });

  it.each([
    ['after another place', () => request({ from: { ...place(), seq: head.seq - 1 } }), 'not-reconciled'],
    ['that leaves one out', () => request({ epoch: 3 }), 'not-reconciled'],
    ['with another digest', () => request({ digest: head.hash }), 'not-reconciled'],
    ['of another node', () => request({ node: other.node }), 'manifest-invalid'],
    ['signed by another', () => request({}, other.key), 'unknown-key'],
  ] as const)('EPO-5: an epoch %s is refused, and nothing changes', async (_what, signed, code) => {
    await expectRefused(() => member.client.requestEpoch(signed()), code);
  });

  it('EPO-7: an approval that the hub did not sign is worth nothing', async () => {
    await expectRefused(() => member.client.requestEpoch(request(), request()), 'header-not-allowed');
  });

  it('EPO-2, EPO-6, EPO-8, EPO-9: waits for a person; then the old epoch takes nothing more, and records go on in the new', async () => {
    expect(await member.client.requestEpoch(request())).toMatchObject({ state: 'awaiting-approval', approval: null });
    const old = sealPublication(head, { op: 'heartbeat' }, { key: member.key, created: at });
    const first = startOfEpoch(member.node, 2);
    const revision = { op: 'revise', record, revision: 2, audience: wholeNetwork, body: exampleLearning() } as const;
    const next = sealPublication(first, revision, { key: member.key, created: at });
    await expectRefused(() => member.client.publish([next.item]), 'epoch-not-approved');

    await approveEpoch(test.hub.context, { node: member.node, epoch: 2, operator: null });
    expect((await member.client.requestEpoch(request())).state).toBe('approved');
    await expectRefused(() => member.client.publish([old.item]), 'epoch-not-approved');
    const [known] = (await member.client.log(1, head.seq - 1)).items;
    const before = await everything();
    if (known) await member.client.publish([known]);
    expect(await everything()).toEqual(before);
    expect((await member.client.publish([next.item])).refused).toBeNull();
    const row = await test.hub.context.database.db
      .selectFrom('learning_record')
      .select(['revision', 'epoch'])
      .where('id', '=', record)
      .executeTakeFirst();
    expect(row).toEqual({ revision: 2, epoch: 2 });
  });
});
