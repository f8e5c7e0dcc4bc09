import { describe, expect, it } from 'vitest';
import { type Breakage, breakages } from './breakages.ts';
import { randomFrom } from './random.ts';
import { playRun } from './run.ts';
import { writeScript } from './script.ts';
import { useNetworkUnderTest } from './use-network-under-test.ts';

const seed = 4;

describe('a build that is broken on purpose', () => {
  const underTest = useNetworkUnderTest();

  it.each(breakages)(
    'is noticed: %s',
    async (breakage) => {
      const { violations } = await playRun(
        underTest.world,
        underTest.network,
        { seed, run: runThatShows(breakage) },
        { breakage, patienceMs: 5_000 },
      );
      expect(violations).not.toEqual([]);
    },
    300_000,
  );
});

/** A quiet run in which the broken part is used: with a restore and something published after it, a report, or a withdrawal. */
function runThatShows(breakage: Breakage): number {
  for (let run = 1; ; run += 1) {
    const { steps, meilisearch } = writeScript(randomFrom(seed, run, 'script'));
    const restore = steps.findIndex((step) => 'fault' in step && step.fault === 'restore');
    const isRestored = restore >= 0 && steps.slice(restore).some((step) => 'do' in step && step.do === 'publish');
    // A hub that is never hurt keeps what it forgot to remove.
    const isHurt = steps.some(
      (step) => 'fault' in step && (('target' in step && step.target === 'hub') || step.fault === 'index-wipe'),
    );
    const isWithdrawn = !isHurt && steps.filter((step) => 'do' in step && step.do === 'withdraw').length > 2;
    const isReported = steps.filter((step) => 'do' in step && step.do === 'report').length > 3;
    const shows =
      breakage === 'restored-node-does-not-look'
        ? isRestored
        : breakage === 'reports-stay-here'
          ? isReported
          : isWithdrawn;
    if (shows && !meilisearch) return run;
  }
}
