import type { CaseloadReturn } from '@practice-exchange/protocol';
import type { PrevalenceBand } from '@practice-exchange/vocabulary';

/**
 * Where the bands are cut: referrals a year for each 10,000 children. Below `medium` is low, from `high` on is high.
 */
export const bandCuts = { medium: 2, high: 4 } as const;

/**
 * The band of an authority from its newest returns (up to four quarters): referrals scaled to a year, for each 10,000
 * children of the newest return's population. Null without a return.
 */
export function prevalenceBandFrom(returns: readonly CaseloadReturn[]): PrevalenceBand | null {
  const [newest] = returns;
  if (!newest) return null;
  const referrals = returns.reduce((sum, quarter) => sum + quarter.referrals, 0);
  const rate = ((referrals / returns.length) * 4 * 10_000) / newest.childPopulation;
  return rate >= bandCuts.high ? 'high' : rate >= bandCuts.medium ? 'medium' : 'low';
}
