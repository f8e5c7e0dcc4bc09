import type { CellSymbol, PublishedCell } from './model.ts';

/** A derived figure: a number with the asked decimals, or the symbol that stands for it. */
export type DerivedFigure = { readonly value: number } | { readonly symbol: CellSymbol };

/**
 * A rate per so many, from the published (rounded) number and a public denominator such as the child population. A symbol
 * in the count is the symbol of the rate. A rate that is not zero and rounds to zero is `k`.
 */
export function rateOf(cell: PublishedCell, population: number, per: number, decimals: number): DerivedFigure {
  if ('symbol' in cell) return { symbol: cell.symbol };
  if (!(population > 0)) return { symbol: 'z' };
  return derived((cell.value / population) * per, decimals);
}

/** A percentage of two published (rounded) numbers, suppressed if either is. A part of nothing is not applicable. */
export function percentageOf(part: PublishedCell, whole: PublishedCell, decimals: number): DerivedFigure {
  if ('symbol' in part) return { symbol: part.symbol };
  if ('symbol' in whole) return { symbol: whole.symbol };
  if (whole.value === 0) return { symbol: 'z' };
  // Both are rounded independently, so a part may be shown a little above its whole.
  return derived(Math.min(100, (part.value / whole.value) * 100), decimals);
}

function derived(exact: number, decimals: number): DerivedFigure {
  const value = Number(exact.toFixed(decimals));
  return value === 0 && exact !== 0 ? { symbol: 'k' } : { value };
}
