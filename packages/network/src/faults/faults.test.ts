import { describe, expect, it } from 'vitest';
import { randomFrom } from './random.ts';
import { playRun } from './run.ts';
import { writeScript } from './script.ts';
import { useNetworkUnderTest } from './use-network-under-test.ts';

const scriptOf = (seed: number, run: number) => writeScript(randomFrom(seed, run, 'script'));

describe('a script', () => {
  it('is the same for the same seed and run, and another for another', () => {
    expect(scriptOf(7, 1)).toEqual(scriptOf(7, 1));
    expect(scriptOf(7, 2)).not.toEqual(scriptOf(7, 1));
  });
});

describe('the federation under fault injection', () => {
  const underTest = useNetworkUnderTest();

  it.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'CHN-1, CHN-3, PUB-2: holds in run %i, whatever fails',
    { timeout: 300_000 },
    async (run) => {
      const report = await playRun(underTest.world, underTest.network, { seed: 4, run }, { patienceMs: 180_000 });
      expect(report).toMatchObject({ run, violations: [] });
    },
  );
});
