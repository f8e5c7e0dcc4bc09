import { disclosureRules, symbolMeanings, tableCatalogue } from '@practice-exchange/disclosure';
import { AppError } from '@practice-exchange/platform';
import { periodLabel } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import type { HubContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { bandHistory } from '../prevalence/store.ts';
import { releaseNamed, tableAt } from './api.ts';
import { exploreSteps, readExploreQuery } from './exploring.ts';
import { figureOf, referralRateMap, releaseTitle } from './figures.ts';
import { headlinesOf, headlineTables } from './headlines.ts';
import { notesOf, notPrevalence } from './release-notes.ts';
import { snippetsFor } from './snippets.ts';
import { statisticsAccess } from './statistics-access.ts';
import * as store from './store.ts';
import { permalinkOf, viewTable } from './table-view.ts';
import { trendPages } from './trend-pages.ts';

/** The pages of national statistics: everything on them comes from approved releases. */
export async function statisticsPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const { database } = context;
  const options = { config: { access: statisticsAccess(context.config) }, schema: { hide: true } };
  const viewsOf = async (release: store.PublishedRelease, ids: readonly string[]) =>
    (await store.readTables(database, release.id, ids)).map((table) => viewTable(release, table));

  app.get(paths.overview, options, async (_request, reply) => {
    const release = await store.latestRelease(database);
    if (!release) return reply.page('statistics/views/none-yet.njk', { title: 'National overview', trendPages });
    const [notes, headlines, [referrals, byRegion, byCategory]] = await Promise.all([
      notesOf(database, release),
      viewsOf(release, headlineTables),
      viewsOf(release, ['referrals', 'referrals-by-region', 'referrals-by-category']),
    ]);
    return reply.page('statistics/views/overview.njk', {
      title: 'National overview',
      notes,
      headlines: headlinesOf(headlines),
      map: byRegion ? referralRateMap(byRegion) : null,
      mapPermalink: byRegion?.permalink,
      figures: [referrals, byCategory].flatMap((view) => (view ? [figureOf(view)] : [])),
      trendPages,
    });
  });

  app.get<{ Params: { theme: string } }>(paths.trends, options, async (request, reply) => {
    const page = trendPages.find(({ code }) => code === request.params.theme);
    if (!page) {
      throw new AppError({
        code: 'trends-unknown',
        status: 404,
        title: 'There is no such page of trends',
        message: 'There are trends of cases and of each of the four themes. The overview links to them.',
      });
    }
    const release = await store.latestRelease(database);
    if (!release) return reply.page('statistics/views/none-yet.njk', { title: page.title, trendPages });
    const [notes, views] = await Promise.all([notesOf(database, release), viewsOf(release, page.tables)]);
    return reply.page('statistics/views/trends.njk', {
      title: page.title,
      breadcrumbs: [{ text: 'National overview', href: paths.overview }, { text: page.title }],
      page,
      notes,
      figures: views.map(figureOf),
      trendPages,
    });
  });

  app.get<{ Params: { permalink: string } }>(paths.table, options, async (request, reply) => {
    const view = await tableAt(context, request.params.permalink);
    const notes = await notesOf(database, view.release);
    return reply.page('statistics/views/table.njk', {
      title: `${view.title}, r${releaseTitle(view.release).slice(1)}`,
      breadcrumbs: [
        { text: 'National overview', href: paths.overview },
        { text: 'Data catalogue', href: paths.catalogue },
        { text: view.title },
      ],
      view: { title: view.title, permalink: view.permalink, source: view.source, unit: view.unit },
      figure: figureOf(view),
      map: view.id === 'referrals-by-region' ? referralRateMap(view) : null,
      notes,
      newer: notes.isLatest || !notes.latest ? null : permalinkOf(view.id, { name: notes.latest.name }),
      address: `${context.config.url}${pathTo(paths.table, { permalink: view.permalink })}`,
      snippets: snippetsFor(view, context.config.url),
    });
  });

  app.get(paths.explore, options, async (request, reply) => {
    const release = await store.latestRelease(database);
    if (!release) return reply.page('statistics/views/none-yet.njk', { title: 'Build a table', trendPages });
    const tables = await store.listTables(database, release.id);
    const query = readExploreQuery(request.query);
    const chosen = tables.find(({ id }) => id === query.table);
    const [table] = chosen ? await store.readTables(database, release.id, [chosen.id]) : [];
    const notes = await notesOf(database, release);
    const steps = exploreSteps(query, tables, table ? viewTable(release, table) : undefined);
    return reply.page('statistics/views/explore.njk', {
      ...steps,
      notes,
      breadcrumbs: overviewCrumbs('Build a table'),
    });
  });

  app.get<{ Params: { release: string } }>(paths.release, options, async (request, reply) => {
    const release = await releaseNamed(context, request.params.release);
    const [notes, headlines, tables, all] = await Promise.all([
      notesOf(database, release),
      viewsOf(release, headlineTables),
      store.listTables(database, release.id),
      store.listPublished(database),
    ]);
    return reply.page('statistics/views/release.njk', {
      title: releaseTitle(release),
      breadcrumbs: [
        { text: 'National overview', href: paths.overview },
        { text: 'Releases', href: paths.releases },
        { text: periodLabel(release.quarter) },
      ],
      release,
      notes,
      headlines: headlinesOf(headlines),
      groups: groupsOf(tables, release),
      versions: all.filter(({ quarter, id }) => quarter === release.quarter && id !== release.id),
      spreadsheet: pathTo(paths.apiReleaseSpreadsheet, { release: release.name }),
    });
  });

  app.get(paths.catalogue, options, async (_request, reply) => {
    const release = await store.latestRelease(database);
    if (!release) return reply.page('statistics/views/none-yet.njk', { title: 'Data catalogue', trendPages });
    const [notes, tables] = await Promise.all([notesOf(database, release), store.listTables(database, release.id)]);
    return reply.page('statistics/views/catalogue.njk', {
      title: 'Data catalogue',
      breadcrumbs: overviewCrumbs('Data catalogue'),
      notes,
      count: tables.length,
      groups: groupsOf(tables, release),
      spreadsheet: pathTo(paths.apiReleaseSpreadsheet, { release: release.name }),
      sources: tableCatalogue.sources,
    });
  });

  app.get(paths.methodology, options, async (_request, reply) =>
    reply.page('statistics/views/methodology.njk', {
      title: 'Methodology',
      breadcrumbs: overviewCrumbs('Methodology'),
      rules: disclosureRules,
      symbols: Object.entries(symbolMeanings),
      cuts: await bandHistory(database),
      notPrevalence,
    }),
  );
}

function overviewCrumbs(here: string) {
  return [{ text: 'National overview', href: paths.overview }, { text: here }];
}

/** Tables by what they count, each with its permanent link at a release. */
function groupsOf(tables: readonly store.StoredTable['specification'][], release: store.PublishedRelease) {
  return tableCatalogue.sources.flatMap(({ id, title }) => {
    const own = tables.filter((table) => table.source === id);
    return own.length === 0
      ? []
      : [
          {
            id,
            title,
            tables: own.map((table) => ({
              ...table,
              permalink: permalinkOf(table.id, release),
              every: everyOf[table.period],
            })),
          },
        ];
  });
}

const everyOf = {
  quarter: 'Each quarter',
  'financial-year': 'Each financial year',
  'as-at': 'As at the release',
} as const;
