import type { CaseloadReturn } from '@practice-exchange/protocol';
import type { PrevalenceBand } from '@practice-exchange/vocabulary';

/** Where the bands are cut: referrals a year for each 10,000 children. Below `medium` is low, from `high` on is high. */
export type BandCuts = { readonly medium: number; readonly high: number };

/** The parts of a return that a band follows from. */
export type CountedQuarter = Pick<CaseloadReturn, 'referrals' | 'childPopulation'>;

/** How many of the newest quarters a band looks at. */
export const quartersForBand = 4;

/**
 * The band of an authority from its newest returns, newest first: referrals scaled to a year, for each 10,000 children of
 * the newest return's population. Null without a return.
 */
export function prevalenceBandFrom(returns: readonly CountedQuarter[], cuts: BandCuts): PrevalenceBand | null {
  const [newest] = returns;
  if (!newest) return null;
  const referrals = returns.reduce((sum, quarter) => sum + quarter.referrals, 0);
  const rate = ((referrals / returns.length) * 4 * 10_000) / newest.childPopulation;
  return rate >= cuts.high ? 'high' : rate >= cuts.medium ? 'medium' : 'low';
}
