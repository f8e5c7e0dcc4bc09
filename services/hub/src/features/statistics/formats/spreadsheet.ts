import { symbolMeanings } from '@practice-exchange/disclosure';
import { britishDate } from '@practice-exchange/web';
import { releaseTitle } from '../figures.ts';
import { notPrevalence } from '../release-notes.ts';
import type { PublishedRelease } from '../store.ts';
import type { TableView } from '../table-view.ts';
import { tidy } from './columns.ts';
import { openDocumentSpreadsheet, type Sheet } from './open-document.ts';

/** Published tables as an accessible spreadsheet: cover, contents, notes, then one table a sheet. */
export function spreadsheetOf(release: PublishedRelease, views: readonly TableView[], url: string): Uint8Array {
  const title = `Practice Exchange national tables: ${releaseTitle(release)}`;
  const names = views.map((_view, at) => `Table_${at + 1}`);
  const returned = release.coverage.authorities.filter((authority) => authority.returned).length;
  const cover: Sheet = {
    name: 'Cover',
    rows: [
      [title],
      [`Published on ${britishDate(release.approvedAt)}. Data as at ${britishDate(release.cutAt)}.`],
      [`${returned} of ${release.coverage.authorities.length} authorities have returned this quarter.`],
      [notPrevalence],
      [`These tables as they are here: ${url}`],
    ],
  };
  const contents: Sheet = {
    name: 'Contents',
    rows: [
      ['Sheet', 'Table', 'Permanent link'],
      ['Notes', 'Symbols, notes and sources', `${url}/methodology`],
      ...views.map((view, at) => [names[at] ?? '', view.title, `${url}/tables/${view.permalink}`]),
    ],
  };
  const notes: Sheet = {
    name: 'Notes',
    rows: [
      ['Note', 'Meaning'],
      ...Object.entries(symbolMeanings).map(([symbol, meaning]) => [`[${symbol}]`, meaning]),
      ['Rounding', 'Every number is rounded to the nearest 5 by itself, so that parts may not add up to their total.'],
      ['[z] in region_code', 'The row is about the whole of England.'],
      ...views.flatMap((view, at) => view.notes.map((note) => [names[at] ?? '', note])),
    ],
  };
  return openDocumentSpreadsheet(
    title,
    [
      cover,
      contents,
      notes,
      ...views.map((view, at): Sheet => {
        const { columns, rows } = tidy(view, 'spreadsheet');
        return { name: names[at] ?? '', rows: [columns.map(({ name }) => name), ...rows] };
      }),
    ],
    release.approvedAt,
  );
}
