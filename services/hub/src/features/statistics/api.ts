import { AppError, sendProblem } from '@practice-exchange/platform';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import * as schemas from './api-schemas.ts';
import { csvOf, metadataCsvOf } from './formats/csv.ts';
import { spreadsheetOf } from './formats/spreadsheet.ts';
import { statisticsAccess } from './statistics-access.ts';
import * as store from './store.ts';
import { permalinkOf, readPermalink, type TableView, viewTable } from './table-view.ts';

const tags = ['National statistics'];
const spreadsheetType = 'application/vnd.oasis.opendocument.spreadsheet';
const permalinkParams = z.object({ permalink: z.string().max(200) });
const releaseParams = z.object({ release: z.string().max(40) });

/** What programs read of the national statistics: releases, the changes between them, and each table in four forms. */
export async function statisticsApi(root: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  root.setValidatorCompiler(validatorCompiler);
  root.setSerializerCompiler(serializerCompiler);
  root.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  const app = root.withTypeProvider<ZodTypeProvider>();
  const config = { access: statisticsAccess(context.config) };
  const { database } = context;

  app.get(
    paths.apiReleases,
    {
      config,
      schema: {
        tags,
        summary: 'Every release, newest quarter first',
        response: { 200: schemas.releasesSchema, ...schemas.problems },
      },
    },
    async () => ({ releases: (await store.listPublished(database)).map(releaseAnswer) }),
  );

  app.get(
    paths.apiRelease,
    {
      config,
      schema: {
        tags,
        summary: 'One release, by quarter (its newest version) or by name, with its tables',
        params: releaseParams,
        response: { 200: schemas.releaseWithTablesSchema, ...schemas.problems },
      },
    },
    async (request) => {
      const release = await releaseNamed(context, request.params.release);
      const tables = await store.listTables(database, release.id);
      return { ...releaseAnswer(release), tables: tables.map((table) => tableAnswer(table, release)) };
    },
  );

  app.get(
    paths.apiChanges,
    {
      config,
      schema: {
        tags,
        summary: 'What was released when: new quarters and corrections, newest first',
        response: { 200: schemas.changesSchema, ...schemas.problems },
      },
    },
    async () => ({
      changes: (await store.listPublished(database))
        .sort((a, b) => b.approvedAt.getTime() - a.approvedAt.getTime())
        .map((release) => ({
          at: release.approvedAt.toISOString(),
          release: release.name,
          quarter: release.quarter,
          kind: release.version === 1 ? ('new-quarter' as const) : ('correction' as const),
          note: release.note,
        })),
    }),
  );

  app.get(
    paths.apiTables,
    {
      config,
      schema: {
        tags,
        summary: 'The catalogue: every table of the latest release',
        response: { 200: schemas.catalogueSchema, ...schemas.problems },
      },
    },
    async () => {
      const release = await store.latestRelease(database);
      const tables = release ? await store.listTables(database, release.id) : [];
      return {
        release: release?.name ?? null,
        tables: release ? tables.map((table) => tableAnswer(table, release)) : [],
      };
    },
  );

  const described = (summary: string) => ({ tags, summary, params: permalinkParams });
  const csv = { 200: schemas.downloadAs('text/csv', 'A header line, then rows (RFC 4180)'), ...schemas.problems };
  const ods = { 200: schemas.downloadAs(spreadsheetType, 'A spreadsheet, as a download', true), ...schemas.problems };
  app.get(
    paths.apiTable,
    {
      config,
      schema: {
        ...described('One table for ever as it was, as JSON'),
        response: { 200: schemas.tableSchema, ...schemas.problems },
      },
    },
    async (request) => {
      const view = await tableAt(context, request.params.permalink);
      return {
        id: view.id,
        permalink: view.permalink,
        release: view.release.name,
        quarter: view.release.quarter,
        title: view.title,
        measure: view.measure,
        unit: view.unit,
        source: view.source.id,
        period: view.level,
        notes: [...view.notes],
        dimensions: view.axes.map(({ id, label, codes }) => ({ id, label, codes: [...codes] })),
        cells: view.cells.map((cell) =>
          'value' in cell ? { at: { ...cell.at }, value: cell.value } : { at: { ...cell.at }, symbol: cell.symbol },
        ),
      };
    },
  );

  app.get(
    paths.apiTableCsv,
    { config, schema: { ...described('One table as tidy CSV'), response: csv } },
    async (request, reply) => {
      const view = await tableAt(context, request.params.permalink);
      return download(reply, `${view.permalink}.csv`, 'text/csv; charset=utf-8', csvOf(view));
    },
  );

  app.get(
    paths.apiTableMetadata,
    { config, schema: { ...described('What the columns of the CSV mean, as CSV'), response: csv } },
    async (request, reply) => {
      const view = await tableAt(context, request.params.permalink);
      return download(reply, `${view.permalink}.meta.csv`, 'text/csv; charset=utf-8', metadataCsvOf(view));
    },
  );

  app.get(
    paths.apiTableSpreadsheet,
    { config, schema: { ...described('One table as an OpenDocument spreadsheet'), response: ods } },
    async (request, reply) => {
      const view = await tableAt(context, request.params.permalink);
      return spreadsheet(reply, view.permalink, spreadsheetOf(view.release, [view], context.config.url));
    },
  );

  app.get(
    paths.apiReleaseSpreadsheet,
    {
      config,
      schema: {
        tags,
        summary: 'Every table of a release as an OpenDocument spreadsheet',
        params: releaseParams,
        response: ods,
      },
    },
    async (request, reply) => {
      const release = await releaseNamed(context, request.params.release);
      const views = (await store.readAllTables(database, release.id)).map((table) => viewTable(release, table));
      return spreadsheet(reply, `tables-${release.name}`, spreadsheetOf(release, views, context.config.url));
    },
  );
}

/** The table that a permanent link names. Throws `table-unknown`. */
export async function tableAt(context: Pick<HubContext, 'database'>, permalink: string): Promise<TableView> {
  const named = readPermalink(permalink);
  const release = named && (await store.findPublished(context.database, named.release));
  const [table] = named && release ? await store.readTables(context.database, release.id, [named.table]) : [];
  if (!release || !table) {
    throw new AppError({
      code: 'table-unknown',
      status: 404,
      title: 'There is no such table',
      message: 'No released table has this permanent link. The data catalogue lists every table.',
    });
  }
  return viewTable(release, table);
}

/** The release of that name or the newest of that quarter. Throws `release-unknown`: a draft is unknown too. */
export async function releaseNamed(
  context: Pick<HubContext, 'database'>,
  name: string,
): Promise<store.PublishedRelease> {
  const release = await store.findPublished(context.database, name);
  if (release) return release;
  throw new AppError({
    code: 'release-unknown',
    status: 404,
    title: 'There is no such release',
    message: 'No release has this quarter or name.',
  });
}

function releaseAnswer(release: store.PublishedRelease) {
  return {
    name: release.name,
    quarter: release.quarter,
    version: release.version,
    note: release.note,
    dataAsAt: release.cutAt.toISOString(),
    releasedAt: release.approvedAt.toISOString(),
    contentHash: release.contentHash,
    quarters: [...release.coverage.quarters],
    authoritiesReturned: release.coverage.authorities.filter(({ returned }) => returned).map(({ name }) => name),
    authoritiesMissing: release.coverage.authorities.filter(({ returned }) => !returned).map(({ name }) => name),
  };
}

function tableAnswer(table: store.StoredTable['specification'], release: store.PublishedRelease) {
  const permalink = permalinkOf(table.id, release);
  return {
    id: table.id,
    title: table.title,
    measure: table.measure,
    period: table.period,
    dimensions: table.dimensions.map(({ dimension }) => dimension),
    permalink,
    links: {
      json: pathTo(paths.apiTable, { permalink }),
      csv: pathTo(paths.apiTableCsv, { permalink }),
      metadata: pathTo(paths.apiTableMetadata, { permalink }),
      ods: pathTo(paths.apiTableSpreadsheet, { permalink }),
      page: pathTo(paths.table, { permalink }),
    },
  };
}

function download(reply: FastifyReply, name: string, type: string, content: string | Buffer): FastifyReply {
  return reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .type(type)
    .serializer((payload: string | Buffer) => payload as string)
    .send(content);
}

function spreadsheet(reply: FastifyReply, name: string, content: Uint8Array): FastifyReply {
  return download(reply, `${name}.ods`, spreadsheetType, Buffer.from(content));
}
