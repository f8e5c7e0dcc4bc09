import type { TableView } from '../table-view.ts';
import { tidy } from './columns.ts';

/** The table as tidy CSV (RFC 4180, UTF-8): `Total` rows, bare symbols. */
export function csvOf(view: TableView): string {
  const { columns, rows } = tidy(view, 'csv');
  return writeCsv([columns.map(({ name }) => name), ...rows]);
}

/** What each filter and indicator column of the CSV means, in the columns that DfE's data standards name. */
export function metadataCsvOf(view: TableView): string {
  const { columns } = tidy(view, 'csv');
  return writeCsv([
    [
      'col_name',
      'col_type',
      'label',
      'indicator_grouping',
      'indicator_unit',
      'indicator_dp',
      'filter_hint',
      'filter_grouping_column',
    ],
    ...columns
      .filter(({ kind }) => kind === 'filter' || kind === 'indicator')
      .map(({ name, kind, label }) =>
        kind === 'filter'
          ? [name, 'Filter', label, '', '', '', `${label}, with a Total`, '']
          : [name, 'Indicator', label, view.source.title, '', 0, '', ''],
      ),
  ]);
}

function writeCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
