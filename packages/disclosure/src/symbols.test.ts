import { describe, expect, it } from 'vitest';
import { formatSymbol, symbolFor } from './symbols.ts';

describe('symbols in every format', () => {
  it('are bare in CSV and JSON, in brackets in pages and spreadsheets, and never stand for a number', async () => {
    for (const symbol of ['c', 'z', 'x', 'k'] as const) {
      expect(formatSymbol(symbol, 'csv')).toBe(symbol);
      expect(formatSymbol(symbol, 'json')).toBe(symbol);
      expect(formatSymbol(symbol, 'page')).toBe(`[${symbol}]`);
      expect(formatSymbol(symbol, 'spreadsheet')).toBe(`[${symbol}]`);
    }
    expect(symbolFor({ at: {}, value: 0 }, 'csv')).toBeUndefined();
    expect(symbolFor({ at: {}, symbol: 'c' }, 'page')).toBe('[c]');
  });
});
