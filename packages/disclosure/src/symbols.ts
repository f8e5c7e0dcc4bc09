import type { CellSymbol, PublishedCell } from './model.ts';

/** What each symbol says, in the words of the symbols page. */
export const symbolMeanings: Readonly<Record<CellSymbol, string>> = {
  c: 'Suppressed so that no child, family or authority can be made out',
  z: 'Not applicable',
  x: 'Not available',
  k: 'Rounds to zero but is not zero',
};

/** Where a cell is shown: symbols are bare in CSV and JSON, and in square brackets in pages and spreadsheets. */
export type CellFormat = 'csv' | 'json' | 'page' | 'spreadsheet';

/** A symbol as that format writes it: `c` or `[c]`. */
export function formatSymbol(symbol: CellSymbol, format: CellFormat): string {
  return format === 'csv' || format === 'json' ? symbol : `[${symbol}]`;
}

/** The text of a cell, or undefined for a cell that holds a number: the format writes numbers in its own way. */
export function symbolFor(cell: PublishedCell, format: CellFormat): string | undefined {
  return 'symbol' in cell ? formatSymbol(cell.symbol, format) : undefined;
}
