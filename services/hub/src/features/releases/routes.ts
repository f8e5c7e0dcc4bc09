import { formatSymbol } from '@practice-exchange/disclosure';
import { AppError } from '@practice-exchange/platform';
import { quarterSchema } from '@practice-exchange/protocol';
import { formError, notSignedIn, type Person, periodLabel, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { releaseTitle } from '../statistics/figures.ts';
import { statisticsAccess } from '../statistics/statistics-access.ts';
import { latestRelease, listPublished } from '../statistics/store.ts';
import { previewRows } from './preview.ts';
import * as releases from './releases.ts';
import * as store from './store.ts';

const prepareForm = z.object({
  quarter: quarterSchema.catch('').refine((quarter) => quarter !== '', 'Select a quarter'),
  note: z.string().trim().max(2000, 'Write at most 2,000 characters').default(''),
});
const approveForm = z.object({
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  seen: z.literal('yes', 'Confirm that you have looked at the tables'),
  auditNote: z.string().trim().max(2000, 'Write at most 2,000 characters').default(''),
});

/** The list of releases for everybody who may read statistics, and the analysts' workspace: prepare, look at, approve. */
export async function releasePages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const { database } = context;
  const analysts = { config: { access: { roles: ['analyst'] } }, schema: { hide: true } } as const;

  const list = async (
    request: FastifyRequest,
    reply: FastifyReply,
    data: Record<string, unknown> = {},
    status = 200,
  ) => {
    const analyst = request.person?.roles.includes('analyst') === true;
    const [published, latest, work, quarters] = await Promise.all([
      listPublished(database),
      latestRelease(database),
      analyst ? store.listWork(database, 12) : [],
      analyst ? releases.quartersToRelease(context) : [],
    ]);
    return reply.page(
      'releases/views/releases.njk',
      {
        title: 'Releases',
        analyst,
        published: published.map((release) => ({
          ...release,
          title: releaseTitle(release),
          isLatest: release.id === latest?.id,
          superseded: published.some(
            ({ quarter, version }) => quarter === release.quarter && version > release.version,
          ),
        })),
        work: work.filter(({ state }) => state !== 'approved'),
        quarters: quarters.map((quarter) => ({
          quarter,
          label: periodLabel(quarter),
          released: published.some((release) => release.quarter === quarter),
        })),
        values: {},
        ...data,
      },
      { status },
    );
  };

  app.get(
    paths.releases,
    { config: { access: statisticsAccess(context.config) }, schema: { hide: true } },
    (request, reply) => list(request, reply),
  );

  app.post(paths.releases, analysts, async (request, reply) => {
    const form = readForm(prepareForm, request.body);
    if (!form.ok) return list(request, reply, { errors: form.errors, values: form.values }, 400);
    try {
      const id = await releases.prepareRelease(context, personOf(request), form.value);
      return await reply.redirect(pathTo(paths.draft, { id }), 303);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      const field = error.code === 'correction-needs-note' ? 'note' : 'quarter';
      return list(request, reply, { errors: [formError(field, error.message)], values: form.values }, error.status);
    }
  });

  const showDraft = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    data: Record<string, unknown> = {},
    status = 200,
  ) => {
    const release = await findDraft(request.params.id);
    const [tables, returned, newReturns] = await Promise.all([
      store.draftTables(database, release.id),
      store.whoReturned(database, release.quarter),
      release.cut_at ? store.returnsSince(database, release.cut_at) : 0,
    ]);
    return reply.page(
      'releases/views/draft.njk',
      {
        title: `${releaseTitle(release)}: ${release.state === 'approved' ? 'approved' : 'draft'}`,
        breadcrumbs: [{ text: 'Releases', href: paths.releases }, { text: 'Draft' }],
        release,
        tables: tables.map(({ table_id: id, specification }) => ({
          id,
          title: specification.title,
          share: release.utility?.byTable[id],
        })),
        returned: returned.filter(({ returned_at: at }) => at !== null),
        missing: returned.filter(({ returned_at: at }) => at === null),
        newReturns,
        own: release.prepared_by === request.person?.id,
        ...data,
      },
      { status },
    );
  };

  async function findDraft(id: string): Promise<store.WorkingRelease> {
    const release = z.uuid().safeParse(id).success ? await store.findRelease(database, id) : undefined;
    if (!release) throw releases.releaseUnknown();
    return release;
  }

  app.get<{ Params: { id: string } }>(paths.draft, analysts, (request, reply) => showDraft(request, reply));

  app.get<{ Params: { id: string; table: string } }>(paths.draftTable, analysts, async (request, reply) => {
    const release = await findDraft(request.params.id);
    const table = await releases.previewTable(context, personOf(request), release.id, request.params.table);
    return reply.page('releases/views/draft-table.njk', {
      title: `${table.specification.title}: before and after`,
      breadcrumbs: [
        { text: 'Releases', href: paths.releases },
        { text: 'Draft', href: pathTo(paths.draft, { id: release.id }) },
        { text: table.specification.title },
      ],
      release,
      ...previewRows(table, (symbol) => formatSymbol(symbol, 'page')),
    });
  });

  app.post<{ Params: { id: string } }>(paths.approveDraft, analysts, async (request, reply) => {
    const form = readForm(approveForm, request.body);
    if (!form.ok) return showDraft(request, reply, { errors: form.errors, values: form.values }, 400);
    try {
      const { contentHash, auditNote } = form.value;
      const { quarter } = await releases.approveRelease(context, personOf(request), {
        id: (await findDraft(request.params.id)).id,
        contentHash,
        auditNote,
      });
      await reply.notify({
        kind: 'success',
        heading: 'Released',
        text: 'The tables are published and will not change. A correction is a new version.',
      });
      return await reply.redirect(pathTo(paths.release, { release: quarter }), 303);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500 || error.status === 404) throw error;
      const field = error.code === 'audit-not-passed' ? 'auditNote' : 'seen';
      return showDraft(
        request,
        reply,
        { errors: [formError(field, error.message)], values: form.values },
        error.status,
      );
    }
  });

  app.post<{ Params: { id: string } }>(paths.discardDraft, analysts, async (request, reply) => {
    const { id } = await findDraft(request.params.id);
    await releases.discardRelease(context, personOf(request), id);
    await reply.notify({ kind: 'success', heading: 'Draft discarded', text: 'Nothing of it was published.' });
    return reply.redirect(paths.releases, 303);
  });
}

function personOf(request: FastifyRequest): Person {
  if (!request.person) throw notSignedIn();
  return request.person;
}
