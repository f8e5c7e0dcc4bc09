import {
  changeKey,
  compareWithHub,
  deliver,
  followNetwork,
  type NodeContext,
  newRecoveryPhrase,
  prepareRecovery,
  retireKey,
  sendRecovery,
  syncHealth,
} from '@practice-exchange/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SmallNetwork, startSmallNetwork } from './small-network.ts';

describe('a node restored from a backup that is older than its signing key', { timeout: 60_000 }, () => {
  let network: SmallNetwork;

  beforeAll(async () => {
    network = await startSmallNetwork();
  }, 60_000);
  afterAll(() => network.stop());

  const logAtHub = () => network.logAtHub();
  const served = () => network.served();
  const memberKeys = () =>
    network.hub.context.database.db
      .selectFrom('member_key')
      .select('kid')
      .where('node', '=', network.id)
      .orderBy('added_at')
      .execute();

  it('EPO-4, ROT-9: takes back what the lost key signed, and goes on in the next epoch under a key that the recovery key brought', async () => {
    const first = await network.publish();
    await network.drain();
    await network.withNodeDown(() => network.nodeDatabase.backUp());
    const { kid: earlier } = await network.node.context.keys.current();
    await changeKey(network.node.context, { person: null });
    await network.drain();
    await followNetwork(network.node.context);
    await network.drain();
    expect((await network.node.context.keys.current()).kid).not.toBe(earlier);
    const second = await network.publish();
    await network.drain();
    const before = await logAtHub();
    expect(before.map(({ op }) => op)).toContain('rotate-key');
    expect((await memberKeys()).length).toBe(2);

    await network.withNodeDown(() => network.nodeDatabase.restore());
    await network.drain();
    // The key is gone with the newer state; what it signed is this node's all the same.
    expect((await network.node.context.keys.current()).kid).toBe(earlier);
    const own = await network.node.context.database.db
      .selectFrom('publication')
      .select(['epoch', 'seq', 'op', 'envelope'])
      .orderBy('epoch')
      .orderBy('seq')
      .execute();
    expect(own.slice(0, before.length)).toEqual(before);

    const keysHere = await network.node.context.database.db
      .selectFrom('signing_key')
      .select(['kid', 'state'])
      .execute();
    expect(keysHere).toContainEqual({ kid: earlier, state: 'current' });
    expect(keysHere.map(({ state }) => state).sort()).toEqual(['current', 'lost']);

    // The machine was stolen: every key that was on it is not trusted from here on, and the epoch still waits.
    const third = await network.publish();
    const lastTrusted = before.length;
    const { recoveryPhrase: phrase } = network;
    if (phrase === null) throw new Error('joining gave no recovery key');
    await prepareRecovery(network.node.context, { phrase, lastTrusted, person: null });
    await sendRecovery(network.node.context, { person: null });
    await network.drain();
    expect(await logAtHub()).toEqual(before);
    await network.approveEpoch(2);
    await network.drain();
    await network.drain();
    expect(await served()).toEqual([first.record, second.record, third.record].sort());
    expect(await compareWithHub(network.node.context)).toBe('synchronised');
  });
});

describe('a node restored from a backup that is older than a change of its keys by the recovery key', {
  timeout: 60_000,
}, () => {
  let network: SmallNetwork;
  let words: string;

  beforeAll(async () => {
    network = await startSmallNetwork();
    if (network.recoveryPhrase === null) throw new Error('joining gave no recovery key');
    words = network.recoveryPhrase;
  }, 60_000);
  afterAll(() => network.stop());

  const context = () => network.node.context;
  const recover = async (phrase: string, lastTrusted: number) => {
    const next = await prepareRecovery(context(), { phrase, lastTrusted, person: null });
    await sendRecovery(context(), { person: null });
    return next;
  };
  const keysHere = () => context().database.db.selectFrom('signing_key').select(['kid', 'state']).execute();
  const lastAtHub = async () => (await network.logAtHub()).length;
  const standing = async () => (await context().network.membership()) as NonNullable<Membership>;
  type Membership = Awaited<ReturnType<NodeContext['network']['membership']>>;

  it('EPO-10, ROT-13: learns whose keys those are, stands still and says why; the newest words let it take back what they signed', async () => {
    const first = await network.publish();
    await network.drain();
    const trusted = await lastAtHub();
    await network.withNodeDown(() => network.nodeDatabase.backUp());
    const { kid: earlier } = await context().keys.current();
    const second = await recover(words, trusted);
    const { kid: lost } = await context().keys.current();
    const after = await network.publish();
    await network.drain();
    const third = await recover(second, await lastAtHub());
    const { kid: lostToo } = await context().keys.current();
    const afterToo = await network.publish();
    await network.drain();
    const before = await network.logAtHub();

    await network.withNodeDown(() => network.nodeDatabase.restore());
    await expect(deliver(context())).rejects.toMatchObject({ code: 'key-not-trusted' });
    await followNetwork(context());
    // The keys are known again and their private parts are not; the hub has been sent nothing, and its log was not taken back.
    expect(await keysHere()).toEqual(
      expect.arrayContaining([
        { kid: earlier, state: 'current' },
        { kid: lost, state: 'lost' },
        { kid: lostToo, state: 'lost' },
      ]),
    );
    expect((await standing()).problem).toBe('key-not-trusted');
    expect((await standing()).atHub).toEqual({ epoch: 1, seq: before.length });
    expect(await network.logAtHub()).toEqual(before);
    expect((await syncHealth(context())).says).toContain('no longer trusts the signing key');
    const page = await network.readPage('lead', '/admin/network/keys');
    expect(page).toContain('older than the last change of its keys');
    expect(page).toMatch(new RegExp(`name="lastTrusted"[^>]*value="${before.length}"`));

    // The words that were used up change nothing; the newest do.
    await expect(recover(words, before.length)).rejects.toMatchObject({ code: 'recovery-phrase-wrong' });
    words = await recover(third, before.length);
    expect((await standing()).problem).toBeNull();
    await network.drain();
    await network.approveEpoch(2);
    const last = await network.publish();
    await network.drain();
    await network.drain();
    expect(await network.served()).toEqual([first, after, afterToo, last].map(({ record }) => record).sort());
    expect(await compareWithHub(context())).toBe('synchronised');
  });

  it('EPO-10: a node whose key the hub no longer knows is told of nothing, and the newest words let it go on all the same', async () => {
    await network.withNodeDown(() => network.nodeDatabase.backUp());
    const { kid: earlier } = await context().keys.current();
    await changeKey(context(), { person: null });
    await network.drain();
    await followNetwork(context());
    await network.drain();
    await retireKey(context(), { kid: earlier, person: null });
    const newest = await recover(words, await lastAtHub());
    const after = await network.publish();
    await network.drain();

    await network.withNodeDown(() => network.nodeDatabase.restore());
    await expect(followNetwork(context())).rejects.toMatchObject({ code: 'token-unknown-issuer' });
    // Words of nobody: the hub judges, and nothing changes.
    const before = await keysHere();
    const nobodys = newRecoveryPhrase();
    await prepareRecovery(context(), { phrase: nobodys, lastTrusted: 0, person: null });
    await expect(sendRecovery(context(), { person: null })).rejects.toMatchObject({ code: 'recovery-refused' });
    expect((await keysHere()).filter(({ state }) => state !== 'next')).toEqual(before);
    await recover(newest, await lastAtHub());
    await network.drain();
    await network.approveEpoch(3);
    await network.drain();
    expect(await network.served()).toContain(after.record);
    expect(await compareWithHub(context())).toBe('synchronised');
  });
});
