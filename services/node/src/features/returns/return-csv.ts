import { parse } from 'csv-parse/sync';
import { type Counts, countsIn, returnSections, type WorkingReturn } from './working-return.ts';

const columns = ['section', 'code', 'label', 'count'] as const;

/** What is wrong with one row of an uploaded file. Row 1 is the first line of the file. */
export type RowMistake = { readonly row: number; readonly sentence: string };

/** The template of a return, with the numbers that are known already. A spreadsheet program opens it. */
export function templateCsv(working: WorkingReturn): string {
  const rows = returnSections.flatMap((section) =>
    section.items.map(({ code, label, group }) => [
      section.id,
      code,
      group ? `${group}: ${label}` : label,
      String(countsIn(working, section.id)?.[code] ?? ''),
    ]),
  );
  return [columns as readonly string[], ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/**
 * Reads an uploaded return. Gives the whole return, or every mistake with its row and nothing else: a file is taken whole or
 * not at all. An empty count is 0; a row that is left out is 0 too.
 */
export function readReturnCsv(file: Uint8Array): { working: WorkingReturn } | { mistakes: readonly RowMistake[] } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return { mistakes: [{ row: 1, sentence: 'The file is not text in UTF-8: save it as “CSV UTF-8”' }] };
  }
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      delimiter: [',', ';', '\t'],
    }) as unknown as typeof rows;
  } catch (error) {
    const row = typeof error === 'object' && error !== null && 'lines' in error ? Number(error.lines) : 1;
    return { mistakes: [{ row, sentence: 'The row is not CSV: look for a quotation mark that is never closed' }] };
  }
  const [head, ...body] = rows;
  if (!head || columns.some((column, at) => head.record[at]?.toLowerCase() !== column)) {
    return { mistakes: [{ row: 1, sentence: `The first row must be ${columns.join(', ')}, as in the template` }] };
  }
  const mistakes: RowMistake[] = [];
  const read = new Map<string, Record<string, number>>(returnSections.map(({ id }) => [id, {}]));
  const met = new Set<string>();
  for (const { record, info } of body) {
    const mistake = readRow(record, read, met);
    if (mistake) mistakes.push({ row: info.lines, sentence: mistake });
  }
  if (body.length === 0) mistakes.push({ row: 1, sentence: 'The file holds no rows after the first' });
  return mistakes.length > 0 ? { mistakes } : { working: workingOf(read) };
}

function readRow(
  record: readonly string[],
  read: Map<string, Record<string, number>>,
  met: Set<string>,
): string | null {
  const [section = '', code = '', , count = ''] = record;
  if (record.length < columns.length)
    return `There are ${record.length} columns where there should be ${columns.length}`;
  const known = returnSections.find(({ id }) => id === section);
  if (!known) return `“${quoted(section)}” is not a section of the return`;
  if (!known.items.some((item) => item.code === code)) return `“${quoted(code)}” is not a code of ${known.title}`;
  if (met.has(`${section} ${code}`)) return `${known.title}, “${quoted(code)}” is there twice`;
  met.add(`${section} ${code}`);
  const digits = count.replaceAll(/[,\s]/g, '');
  if (digits === '') return null;
  if (!/^\d{1,8}$/.test(digits)) return `“${quoted(count)}” is not a whole number from 0`;
  const counts = read.get(section);
  if (counts) counts[code] = Number(digits);
  return null;
}

function workingOf(read: ReadonlyMap<string, Counts>): WorkingReturn {
  const { totals = {}, ...tables } = Object.fromEntries(read);
  return { totals, tables };
}

/** A few characters of what was written, so that its row can be found. */
function quoted(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
