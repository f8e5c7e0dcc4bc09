import { setPriority } from 'node:os';
import { afterAll, beforeAll } from 'vitest';
import { createNetworkUnderTest, type NetworkUnderTest } from './network-under-test.ts';
import { createWorld, type World } from './world.ts';

/** A world and a network in it for the tests of a group, started before the first and ended after the last. */
export function useNetworkUnderTest(): { readonly world: World; readonly network: NetworkUnderTest } {
  const started = {} as { world: World; network: NetworkUnderTest };
  beforeAll(async () => {
    // A dozen processes that die and start again would take the machine from tests beside these that measure how long a person waits.
    setPriority(10);
    started.world = await createWorld();
    started.network = await createNetworkUnderTest(started.world);
  }, 120_000);
  afterAll(async () => {
    await started.network?.close();
    await started.world?.close();
  });
  return started;
}
