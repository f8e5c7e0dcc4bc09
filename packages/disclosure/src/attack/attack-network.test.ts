import { describe, expect, it } from 'vitest';
import { attackSimulation } from './attack-network.ts';

// Thirty authorities of all regions: nearly everything is small, so that every rule has work to do.
const young = { releases: 3, joined: 30, seed: 3, colluders: 2 } as const;

describe('the attack on three releases of a young network', { timeout: 120_000 }, () => {
  it('recovers nothing, and narrows nothing to fewer than six whole numbers', async () => {
    const { releases, attack } = await attackSimulation(young);
    expect(releases.every(({ audit }) => audit.passed)).toBe(true);
    expect(attack.targets.cell).toBeGreaterThan(100);
    expect(attack.targets.change).toBeGreaterThan(20);
    expect(attack.recoveries).toEqual([]);
    expect(attack).toMatchObject({ exactRecoveries: 0, narrowIntervals: 0 });
  });

  it.each(['secondary-suppression', 'rounding', 'between-releases'] as const)(
    'breaks an engine without %s',
    async (rule) => {
      const { attack } = await attackSimulation(young, rule);
      expect(attack.narrowIntervals).toBeGreaterThan(0);
      for (const { lowest, highest, truth } of attack.recoveries) {
        expect(highest - lowest).toBeLessThan(5);
        expect(truth).toBeGreaterThanOrEqual(lowest);
        expect(truth).toBeLessThanOrEqual(highest);
      }
    },
  );
});
