import { type TableSpecification, tableCatalogue } from '@practice-exchange/disclosure';
import type { DataTable } from '@practice-exchange/web';
import { z } from 'zod';
import { paths } from '../../paths.ts';
import { dataTablesOf } from './data-tables.ts';
import { releaseTitle } from './figures.ts';
import type { TableView } from './table-view.ts';

const several = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().map((each) => each.slice(0, 100)))
  .catch([]);
const querySchema = z.object({
  about: z.string().max(40).optional().catch(undefined),
  table: z.string().max(80).optional().catch(undefined),
  show: z.string().max(5).optional().catch(undefined),
  period: several,
});

/** What has been chosen so far. Whatever is not a choice is as if it were not there. */
export type ExploreQuery = {
  readonly about: string | undefined;
  readonly table: string | undefined;
  readonly show: boolean;
  readonly periods: readonly string[];
  readonly codes: Readonly<Record<string, readonly string[]>>;
};

export function readExploreQuery(query: unknown): ExploreQuery {
  const given = typeof query === 'object' && query !== null ? (query as Record<string, unknown>) : {};
  const { about, table, show, period } = querySchema.parse({ period: [], ...given });
  const codes = Object.entries(given).flatMap(([name, value]) =>
    name.startsWith('by-') ? [[name.slice(3), several.parse(value)] as const] : [],
  );
  return { about, table, show: show !== undefined, periods: period, codes: Object.fromEntries(codes) };
}

/** The page of one step: 1 what it is about, 2 which catalogued table, 3 which of its rows, 4 the table. */
export type ExploreStep = {
  readonly title: string;
  readonly step: 1 | 2 | 3 | 4;
  readonly errors: readonly { field: string; message: string; href: string }[];
  readonly [name: string]: unknown;
};

/** Only rows of a catalogued, released table can be chosen: nothing is counted anew here. */
export function exploreSteps(
  query: ExploreQuery,
  tables: readonly TableSpecification[],
  view: TableView | undefined,
): ExploreStep {
  const sources = tableCatalogue.sources.filter(({ id }) => tables.some(({ source }) => source === id));
  if (!view) {
    const about = sources.find(({ id }) => id === query.about);
    if (!about) return { title: 'Build a table: what is it about?', step: 1, errors: [], sources };
    return {
      title: `Build a table: ${about.title}`,
      step: 2,
      errors: [],
      about,
      tables: tables.filter(({ source }) => source === about.id),
    };
  }
  const chosen = selectionOf(query, view);
  if (query.show && chosen.missing.length === 0) {
    const shown: DataTable[] = dataTablesOf(view, chosen.selection);
    return {
      title: `${view.title}, as you chose it`,
      step: 4,
      errors: [],
      view: { id: view.id, title: view.title, permalink: view.permalink, release: releaseTitle(view.release) },
      shown,
      back: `${paths.explore}?table=${encodeURIComponent(view.id)}`,
    };
  }
  return {
    title: `Build a table: ${view.title}`,
    step: 3,
    errors: query.show ? chosen.missing : [],
    view: { id: view.id, title: view.title, source: view.source.id },
    periods: [...view.periods].reverse().slice(0, 8),
    axes: view.axes,
  };
}

function selectionOf(query: ExploreQuery, view: TableView) {
  const periods = view.periods.filter(({ code }) => query.periods.includes(code)).map(({ code }) => code);
  const codes = Object.fromEntries(
    view.axes.map(({ id, codes: known }) => [
      id,
      known.filter(({ code }) => query.codes[id]?.includes(code)).map(({ code }) => code),
    ]),
  );
  const missing = [
    ...(periods.length === 0 && view.level !== 'as-at'
      ? [{ field: 'period', message: 'Select at least one period', href: '#period' }]
      : []),
    ...view.axes
      .filter(({ id }) => codes[id]?.length === 0)
      .map(({ id, label }) => ({
        field: `by-${id}`,
        message: `Select at least one row of ${label.charAt(0).toLowerCase()}${label.slice(1)}`,
        href: `#by-${id}`,
      })),
  ];
  return { selection: { ...(view.level === 'as-at' ? {} : { periods }), codes }, missing };
}
