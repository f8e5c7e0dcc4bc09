import { readFile } from 'node:fs/promises';

/** One judgment: how much a document answers a query; nothing when `gain` is not above 0. */
export type JudgmentRow = { readonly query: string; readonly document: string; readonly gain: number };

/**
 * Reads judgments of any of the usual shapes, with or without a heading:
 * query, document, gain (BEIR, Cranfield); query, `0` or `Q0`, document, gain (TREC); query, document, and two columns that are
 * always 0 (CISI, CACM), where being listed is the judgment; or query and document alone.
 */
export async function readJudgmentRows(file: string): Promise<JudgmentRow[]> {
  const rows = (await readFile(file, 'utf8'))
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/))
    .filter((cells, i) => i > 0 || !Number.isNaN(Number(cells.at(-1))));
  const four = rows.filter((cells) => cells.length === 4);
  const isListed = four.length > 0 && four.every((cells) => Number(cells[2]) === 0 && Number(cells[3]) === 0);
  return rows.map((cells) => {
    const [query = '', second = '', third = '', fourth] = cells;
    if (cells.length === 2 || isListed) return { query, document: second, gain: 1 };
    if (fourth !== undefined) return { query, document: third, gain: Number(fourth) };
    return { query, document: second, gain: Number(third) };
  });
}

/** The gains of the documents that answer each query. */
export function judgmentsOf(rows: readonly JudgmentRow[]): Map<string, Map<string, number>> {
  const judgments = new Map<string, Map<string, number>>();
  for (const { query, document, gain } of rows) {
    if (!(gain > 0)) continue;
    const gains = judgments.get(query) ?? new Map<string, number>();
    gains.set(document, gain);
    judgments.set(query, gains);
  }
  return judgments;
}
