import { type CellFormat, formatSymbol, totalCode } from '@practice-exchange/disclosure';
import { regions } from '@practice-exchange/vocabulary';
import type { TableView } from '../table-view.ts';

const england = { code: 'E92000001', name: 'England' };

/** One column of a download: its snake_case name, what it says, and whether it splits the numbers or is one. */
export type Column = {
  readonly name: string;
  readonly label: string;
  readonly kind: 'time' | 'place' | 'filter' | 'indicator';
};

/** A table as DfE's open-data standards lay it out: one row for each cell, one column for each fact. */
export type TidyTable = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | number)[])[];
};

/** Lays a published table out tidily. Numbers stay numbers; symbols are written as the format writes them. */
export function tidy(view: TableView, format: CellFormat): TidyTable {
  const region = view.axes.find(({ id }) => id === 'region');
  const filters = view.axes.filter(({ id }) => id !== 'region');
  const indicator = snakeCase(view.measure);
  const nowhere =
    format === 'spreadsheet' ? { code: formatSymbol('z', format), name: 'Total' } : { code: '', name: '' };
  const columns: Column[] = [
    { name: 'time_period', label: 'Time period', kind: 'time' },
    { name: 'time_identifier', label: 'Time identifier', kind: 'time' },
    { name: 'geographic_level', label: 'Geographic level', kind: 'place' },
    { name: 'country_code', label: 'Country code', kind: 'place' },
    { name: 'country_name', label: 'Country', kind: 'place' },
    ...(region
      ? ([
          { name: 'region_code', label: 'Region code', kind: 'place' },
          { name: 'region_name', label: 'Region', kind: 'place' },
        ] as const)
      : []),
    ...filters.map(({ id, label }) => ({ name: snakeCase(id), label, kind: 'filter' as const })),
    { name: indicator, label: view.measure.charAt(0).toUpperCase() + view.measure.slice(1), kind: 'indicator' },
  ];
  const labels = new Map(filters.map(({ id, codes }) => [id, new Map(codes.map(({ code, label }) => [code, label]))]));
  const rows = view.cells.map((cell) => {
    const { period, identifier } = timeOf(cell.at.period ?? view.release.quarter);
    const place = region ? placeOf(cell.at.region ?? totalCode) : undefined;
    return [
      period,
      identifier,
      place?.code ? 'Regional' : 'National',
      england.code,
      england.name,
      // The data standards leave the region of a national row empty; a sheet has no empty cell.
      ...(place ? [place.code || nowhere.code, place.name || nowhere.name] : []),
      ...filters.map(({ id }) => labels.get(id)?.get(cell.at[id] ?? totalCode) ?? cell.at[id] ?? totalCode),
      'value' in cell ? cell.value : formatSymbol(cell.symbol, format),
    ];
  });
  return { columns, rows };
}

/** `number of learning records` → `number_of_learning_records`. */
export function snakeCase(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

function timeOf(period: string): { period: string; identifier: string } {
  const [year = '', part = ''] = period.split('-');
  return part.startsWith('Q')
    ? { period: year, identifier: `Calendar year ${part}` }
    : { period: `${year}${part}`, identifier: 'Financial year' };
}

function placeOf(code: string): { code: string; name: string } {
  const found = regions.find((region) => region.code === code);
  return { code: found?.onsCode ?? '', name: found?.label ?? '' };
}
