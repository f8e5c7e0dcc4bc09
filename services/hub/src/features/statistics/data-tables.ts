import { formatSymbol, symbolMeanings, totalCode } from '@practice-exchange/disclosure';
import { type DataTable, readableNumber, type TableCell } from '@practice-exchange/web';
import type { Shown, TableView } from './table-view.ts';

/** Which rows of a table to show: by axis id, the codes wanted; an axis that is not named shows all of its codes. */
export type Selection = {
  readonly periods?: readonly string[];
  readonly codes?: Readonly<Record<string, readonly string[]>>;
};

/** Periods side by side at most; the others are in the downloads. */
const periodsAtMost = 8;

/**
 * A published table as people read it: by period where it has one dimension, a table for each period where it has two.
 * Newest last across, newest first down.
 */
export function dataTablesOf(view: TableView, selection: Selection = {}): DataTable[] {
  const periods = view.periods.filter(({ code }) => selection.periods?.includes(code) ?? true);
  const [first, second] = view.axes;
  const wanted = (axis: (typeof view.axes)[number]) => {
    const chosen = selection.codes?.[axis.id];
    const all = totalLast(axis.codes);
    return chosen ? all.filter(({ code }) => chosen.includes(code)) : all;
  };
  const newest = periods.slice(-periodsAtMost);
  if (!first) {
    return [
      tableOf(
        view,
        'all',
        captionOf(view, newest),
        'Period',
        [capitalised(view.unit)],
        newest.map(({ code, label }) => [label, cellOf(view.at(code))]),
      ),
    ];
  }
  if (!second) {
    const columns = view.level === 'as-at' ? [capitalised(view.unit)] : newest.map(({ label }) => label);
    const rows = wanted(first).map(({ code, label }) => [
      label,
      ...newest.map((period) => cellOf(view.at(period.code, { [first.id]: code }))),
    ]);
    return [tableOf(view, 'all', captionOf(view, newest), first.label, columns, rows)];
  }
  return [...newest].reverse().map((period) => {
    const across = wanted(second);
    const rows = wanted(first).map(({ code, label }) => [
      label,
      ...across.map((column) => cellOf(view.at(period.code, { [first.id]: code, [second.id]: column.code }))),
    ]);
    return tableOf(
      view,
      period.code || 'as-at',
      `${view.title}, England, ${period.label}`,
      first.label,
      across.map(({ label }) => label),
      rows,
    );
  });
}

/** The period or periods that a table spans, in words. */
export function spanOf(periods: readonly { readonly label: string }[]): string {
  const first = periods[0]?.label ?? '';
  const last = periods.at(-1)?.label ?? '';
  if (first === last) return first;
  const firstWord = first.replace(/^(\S+) to \S+ (\d+)$/, '$1 $2').replace(/^(\S+ \d+) to .*$/, '$1');
  const lastWord = last.replace(/^.* to /, '');
  return `${firstWord} to ${lastWord}`;
}

export function cellOf(shown: Shown): TableCell {
  if ('value' in shown) return readableNumber(shown.value);
  return { text: formatSymbol(shown.symbol, 'page'), meaning: symbolMeanings[shown.symbol] };
}

/** What each symbol that a table uses means. */
export function symbolNotes(rows: readonly (readonly TableCell[])[]): string[] {
  const meanings = new Map<string, string>();
  for (const cell of rows.flat()) if (typeof cell !== 'string') meanings.set(cell.text, cell.meaning);
  return [...meanings].map(
    ([text, meaning]) => `${text} means: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1)}.`,
  );
}

export function totalLast<T extends { readonly code: string }>(codes: readonly T[]): T[] {
  return [...codes.filter(({ code }) => code !== totalCode), ...codes.filter(({ code }) => code === totalCode)];
}

function tableOf(
  view: TableView,
  part: string,
  caption: string,
  rowLabel: string,
  columns: readonly string[],
  rows: TableCell[][],
): DataTable {
  return {
    id: `${view.id}-${part.toLowerCase()}`,
    caption,
    columns: [{ label: rowLabel }, ...columns.map((label) => ({ label, numeric: true }))],
    rows,
    notes: [...symbolNotes(rows), ...view.notes],
  };
}

function captionOf(view: TableView, periods: readonly { readonly label: string }[]): string {
  return `${view.title}, England, ${lowerFirst(spanOf(periods))}`;
}

function lowerFirst(text: string): string {
  return text.startsWith('As at') ? `a${text.slice(1)}` : text;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
