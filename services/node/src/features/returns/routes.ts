import { AppError } from '@practice-exchange/platform';
import { reasonText } from '@practice-exchange/protocol';
import { type FormError, formError, periodLabel, readTypedValues } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { readMultipart } from './multipart.ts';
import { readReturnCsv, templateCsv } from './return-csv.ts';
import { correctReturn, listReturns, readReturn, saveSection, saveWhole, signReturn } from './returns.ts';
import { countsIn, returnSections, sumOf } from './working-return.ts';

type QuarterParams = { Params: { quarter: string } };
type SectionParams = { Params: { quarter: string; section: string } };

const uploadBytes = 262_144;

/** Caseload returns: a form and a file for each quarter, checked against the last, signed by a lead and published. */
export async function returnPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  const writers = { config: { access: { roles: ['author', 'lead'] } } } as const;
  const leads = { config: { access: { roles: ['lead'] } } } as const;
  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit: uploadBytes + 4096 },
    (request: FastifyRequest, body: Buffer) => readMultipart(body, request.headers['content-type'] ?? ''),
  );

  app.get(paths.returns, writers, async (_request, reply) =>
    reply.page('returns/views/returns.njk', {
      title: 'Caseload returns',
      quarters: (await listReturns(context)).map((each) => ({ ...each, says: each.newest && saidOf(each.newest) })),
    }),
  );

  const show = async (
    request: FastifyRequest<QuarterParams>,
    reply: FastifyReply,
    data: Record<string, unknown> = {},
    status = 200,
  ) => {
    const found = await readReturn(context, request.params.quarter);
    return reply.page(
      'returns/views/return.njk',
      {
        title: `Caseload return for ${periodLabel(found.quarter)}`,
        breadcrumbs: [{ text: 'Caseload returns', href: paths.returns }, { text: periodLabel(found.quarter) }],
        ...found,
        editions: found.editions.map((edition) => ({ ...edition, says: saidOf(edition) })),
        sections: undefined,
        parts: returnSections.map((section) => {
          const counts = countsIn(found.content, section.id);
          const wrong = found.mistakes.some((mistake) => mistake.section === section.id);
          return {
            ...section,
            sum: section.id === 'totals' ? null : sumOf(counts),
            state: counts === undefined ? 'to-do' : wrong ? 'wrong' : 'done',
          };
        }),
        isLead: personOf(request).roles.includes('lead'),
        acknowledged: [],
        ...data,
      },
      { status },
    );
  };

  app.get<QuarterParams>(paths.return, writers, (request, reply) => show(request, reply));

  const showSection = async (
    request: FastifyRequest<SectionParams>,
    reply: FastifyReply,
    data: { errors?: readonly FormError[]; values?: Readonly<Record<string, unknown>> } = {},
    status = 200,
  ) => {
    const found = await readReturn(context, request.params.quarter);
    const section = sectionNamed(request.params.section);
    const counts = countsIn(found.content, section.id);
    return reply.page(
      'returns/views/section.njk',
      {
        title: section.title,
        backLink: { href: pathOf(paths.return, found.quarter), text: 'Back to the return' },
        quarter: found.quarter,
        section,
        groups: groupsOf(section.items),
        version: found.version,
        before: found.last && { quarter: found.last.quarter },
        values: Object.fromEntries(section.items.map(({ code }) => [code, counts?.[code] ?? ''])),
        ...data,
      },
      { status },
    );
  };

  app.get<SectionParams>(paths.returnSection, writers, (request, reply) => showSection(request, reply));

  app.post<SectionParams>(paths.returnSection, writers, async (request, reply) => {
    const { quarter } = request.params;
    const section = sectionNamed(request.params.section);
    const { version, ...values } = readTypedValues(request.body);
    const counts: Record<string, number> = {};
    const errors: FormError[] = [];
    for (const { code, label, group } of section.items) {
      const typed = typeof values[code] === 'string' ? values[code].replaceAll(/[,\s]/g, '') : '';
      if (typed === '' && section.id !== 'totals') counts[code] = 0;
      else if (typed === '') continue;
      else if (/^\d{1,8}$/.test(typed)) counts[code] = Number(typed);
      else
        errors.push(formError(fieldId(code), `${group ? `${group}, ` : ''}${label}: enter a whole number, such as 4`));
    }
    if (errors.length > 0) return showSection(request, reply, { errors, values }, 400);
    try {
      await saveSection(context, personOf(request), { quarter, section: section.id, version: Number(version), counts });
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      return showSection(request, reply, { errors: [formError('version', error.message)], values }, 409);
    }
    await reply.notify({ kind: 'success', heading: 'Saved', text: section.title });
    return reply.redirect(pathOf(paths.return, quarter), 303);
  });

  app.get<QuarterParams>(paths.returnTemplate, writers, async (request, reply) => {
    const { quarter, content } = await readReturn(context, request.params.quarter);
    return reply
      .header('content-disposition', `attachment; filename="caseload-return-${quarter}.csv"`)
      .type('text/csv; charset=utf-8')
      .send(templateCsv(content));
  });

  app.post<QuarterParams>(paths.returnUpload, { ...writers, bodyLimit: uploadBytes + 4096 }, async (request, reply) => {
    const { quarter } = request.params;
    const { file, fields } = uploadIn(request.body);
    if (!file || file.length === 0) {
      return show(request, reply, { errors: [formError('file', 'Choose the file that you filled in')] }, 400);
    }
    const read = readReturnCsv(file);
    if ('mistakes' in read) {
      const { mistakes } = read;
      const errors = [
        formError(
          'file',
          `Nothing was changed: ${mistakes.length === 1 ? 'a row is' : `${mistakes.length} rows are`} not right`,
        ),
      ];
      return show(request, reply, { errors, rowMistakes: mistakes }, 400);
    }
    try {
      await saveWhole(context, personOf(request), { quarter, version: Number(fields.version), working: read.working });
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      return show(request, reply, { errors: [formError('file', error.message)] }, 409);
    }
    await reply.notify({ kind: 'success', heading: 'File taken', text: 'Look at the checks below before signing.' });
    return reply.redirect(pathOf(paths.return, quarter), 303);
  });

  app.post<QuarterParams>(paths.signReturn, leads, async (request, reply) => {
    const { quarter } = request.params;
    const { version, acknowledged: ticked = [] } = readTypedValues(request.body);
    const acknowledged = [ticked].flat();
    try {
      await signReturn(context, personOf(request), { quarter, version: Number(version), acknowledged });
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500 || error.status === 404) throw error;
      const field = error.code === 'warnings-open' ? 'acknowledged' : 'sign';
      return show(request, reply, { errors: [formError(field, error.message)], acknowledged }, error.status);
    }
    await reply.notify({
      kind: 'success',
      heading: 'Signed and published',
      text: 'The return is on its way to the network. A mistake can be corrected at any time.',
    });
    return reply.redirect(pathOf(paths.return, quarter), 303);
  });

  app.post<QuarterParams>(paths.correctReturn, writers, async (request, reply) => {
    const { quarter } = request.params;
    const { note = '' } = readTypedValues(request.body);
    const reason = typeof note === 'string' ? note.trim() : '';
    if (reason.length < 5 || reason.length > 1000) {
      return show(request, reply, { errors: [formError('note', 'Say what has to be corrected, and why')] }, 400);
    }
    await correctReturn(context, personOf(request), { quarter, note: reason });
    return reply.redirect(pathOf(paths.return, quarter), 303);
  });
}

function sectionNamed(id: string) {
  const section = returnSections.find((each) => each.id === id);
  if (section) return section;
  throw new AppError({
    code: 'section-unknown',
    status: 404,
    title: 'There is no such section',
    message: 'A return has no section of this name.',
  });
}

/** Items under the heading that they share. */
function groupsOf(items: readonly { code: string; label: string; group?: string }[]) {
  const groups = new Map<string, { id: string; label: string; code: string }[]>();
  for (const { code, label, group = '' } of items) {
    groups.set(group, [...(groups.get(group) ?? []), { id: fieldId(code), label, code }]);
  }
  return [...groups].map(([title, members]) => ({ title, members }));
}

function fieldId(code: string): string {
  return code.replace(':', '--');
}

function pathOf(path: string, quarter: string): string {
  return path.replace(':quarter', encodeURIComponent(quarter));
}

function uploadIn(body: unknown): { file: Uint8Array | undefined; fields: Record<string, unknown> } {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return { file: fields.file instanceof Uint8Array ? fields.file : undefined, fields };
}

function saidOf({
  state,
  reason,
  delivered_at: delivered,
}: {
  state: string | null;
  reason: string | null;
  delivered_at: Date | null;
}) {
  if (state === 'rejected' || state === 'quarantined') return reasonText(reason ?? 'body-invalid');
  if (state !== null) return 'The hub has accepted it.';
  return delivered
    ? 'The hub has it and is checking it.'
    : 'Waiting to be sent. It goes by itself as soon as the hub answers.';
}
