import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetworkUnderTest, type NetworkUnderTest } from './network-under-test.ts';
import { randomFrom } from './random.ts';
import { playRun } from './run.ts';
import { writeScript } from './script.ts';
import { createWorld, type World } from './world.ts';

const scriptOf = (seed: number, run: number) => writeScript(randomFrom(seed, run, 'script'));

describe('a script', () => {
  it('is the same for the same seed and run, and another for another', () => {
    expect(scriptOf(7, 1)).toEqual(scriptOf(7, 1));
    expect(scriptOf(7, 2)).not.toEqual(scriptOf(7, 1));
  });
});

describe('the federation under fault injection', () => {
  let world: World;
  let network: NetworkUnderTest;
  beforeAll(async () => {
    world = await createWorld();
    network = await createNetworkUnderTest(world);
  }, 120_000);
  afterAll(async () => {
    await network?.close();
    await world?.close();
  });

  it.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'CHN-1, CHN-3, PUB-2: holds in run %i, whatever fails',
    { timeout: 300_000 },
    async (run) => {
      expect(await playRun(world, network, { seed: 4, run })).toMatchObject({ run, violations: [] });
    },
  );
});
