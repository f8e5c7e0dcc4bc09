import { AppError } from '@practice-exchange/platform';
import { idSchema, reasonText } from '@practice-exchange/protocol';
import { formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { audit } from '../audit/store.ts';
import { refuse, release } from './deciding.ts';
import { operationLabel, showHeld } from './present.ts';
import { listWaiting, waitingTogether } from './store.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;
const decisionForm = z.object({
  decision: z.enum(['release', 'refuse'], 'Choose whether to release it or refuse it'),
  note: z.string().trim().min(1, 'Enter your reason').max(500, 'Enter a reason of at most 500 characters'),
});

type IdParams = { Params: { id: string } };

/** What waits for a person at the hub: the list, one record with what was found in it, and the decision. */
export async function quarantinePages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.get(paths.quarantine, operators, async (_request, reply) => {
    const waiting = await listWaiting(context.database);
    const byRecord = Map.groupBy(waiting, (held) => held.record ?? held.id);
    return reply.page('quarantine/views/quarantine.njk', {
      title: 'Quarantine',
      records: [...byRecord.values()].map((held) => ({
        id: held[0]?.id,
        authority: held[0]?.authority_name,
        what: held.map(({ op }) => operationLabel(op)).join('; '),
        reason: reasonText(held[0]?.reason ?? ''),
        findings: held.reduce((sum, { marks }) => sum + marks.length, 0),
        heldAt: held[0]?.held_at,
      })),
    });
  });

  app.get<IdParams>(paths.quarantined, operators, async (request, reply) => {
    const id = readId(request);
    const together = await waitingTogether(context.database, id);
    if (together.length === 0) throw nothingWaits();
    // Who read what a guard took for an identifier is on record, like every decision about it.
    await context.database.transaction((tx) =>
      audit(tx, {
        person: request.person?.id ?? null,
        node: together[0]?.node ?? null,
        action: 'quarantine-read',
        subjectType: 'quarantined-publication',
        subject: id,
      }),
    );
    return show(reply, id, together);
  });

  app.post<IdParams>(paths.quarantined, operators, async (request, reply) => {
    const id = readId(request);
    const form = readForm(decisionForm, request.body);
    const together = await waitingTogether(context.database, id);
    if (together.length === 0) throw nothingWaits();
    if (!form.ok) return show(reply, id, together, { errors: form.errors, values: form.values });
    const verdict = { id, operator: request.person?.id ?? '', note: form.value.note };
    try {
      await (form.value.decision === 'release' ? release(context, verdict) : refuse(context, verdict));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'note-identifies') throw error;
      return show(reply, id, together, { errors: [formError('note', error.message)], values: form.values });
    }
    await reply.notify(
      form.value.decision === 'release'
        ? { kind: 'success', heading: 'Released', text: 'It is being shared now, and its author is told.' }
        : {
            kind: 'success',
            heading: 'Refused',
            text: 'Its text is destroyed here, and its author reads your reason.',
          },
    );
    return reply.redirect(paths.quarantine, 303);
  });
}

function show(
  reply: FastifyReply,
  id: string,
  together: Awaited<ReturnType<typeof waitingTogether>>,
  data: Record<string, unknown> = {},
): Promise<FastifyReply> {
  const authority = together[0]?.authority_name ?? '';
  return reply.page(
    'quarantine/views/held.njk',
    { title: `Waiting from ${authority}`, id, authority, publications: together.map(showHeld), ...data },
    { status: data.errors ? 400 : 200 },
  );
}

function readId(request: FastifyRequest<IdParams>): string {
  const id = idSchema.safeParse(request.params.id);
  if (!id.success) throw nothingWaits();
  return id.data;
}

function nothingWaits(): AppError {
  return new AppError({
    code: 'nothing-waits',
    status: 404,
    title: 'Nothing waits here',
    message: 'It was decided already, or a later publication has taken its place.',
  });
}
