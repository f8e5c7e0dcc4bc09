import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Breakage, breakages } from './breakages.ts';
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

  // The first of `npm run faults -- --runs 30 --seed 4`: a run takes too long for thirty in every check.
  it('CHN-1, CHN-3, PUB-2: holds in a run, whatever fails', async () => {
    expect(await playRun(world, network, { seed: 4, run: 1 })).toMatchObject({ run: 1, violations: [] });
  }, 900_000);

  it.each(breakages)(
    'notices a build that is broken on purpose: %s',
    async (breakage) => {
      const { violations } = await playRun(
        world,
        network,
        { seed: 4, run: runThatShows(breakage) },
        { breakage, patienceMs: 5_000 },
      );
      expect(violations).not.toEqual([]);
    },
    300_000,
  );
});

/** A quiet run in which the broken part is used: with a restore and something published after it, or with a withdrawal. */
function runThatShows(breakage: Breakage): number {
  for (let run = 1; ; run += 1) {
    const { steps, meilisearch } = scriptOf(4, run);
    const restore = steps.findIndex((step) => 'fault' in step && step.fault === 'restore');
    const isRestored = restore >= 0 && steps.slice(restore).some((step) => 'do' in step && step.do === 'publish');
    // A hub that is never hurt keeps what it forgot to remove.
    const isHurt = steps.some(
      (step) => 'fault' in step && (('target' in step && step.target === 'hub') || step.fault === 'index-wipe'),
    );
    const isWithdrawn = !isHurt && steps.filter((step) => 'do' in step && step.do === 'withdraw').length > 2;
    const shows = breakage === 'restored-node-does-not-look' ? isRestored : isWithdrawn;
    if (shows && !meilisearch) return run;
  }
}
