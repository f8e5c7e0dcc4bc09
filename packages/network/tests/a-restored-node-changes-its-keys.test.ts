import { changeKey, compareWithHub, followNetwork, prepareRecovery, sendRecovery } from '@practice-exchange/node';
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
