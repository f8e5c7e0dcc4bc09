import { AppError } from '@practice-exchange/platform';
import { idSchema } from '@practice-exchange/protocol';
import { formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { membersKeeping, needsPerson, unfreezeMember } from './sync-health.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;
const unfreezeForm = z.object({
  node: idSchema,
  reason: z
    .string()
    .trim()
    .min(1, 'Enter what you and the node’s administrator found')
    .max(500, 'Enter at most 500 characters'),
});

/** How every member keeps up, and letting a frozen one publish again. */
export async function syncHealthPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const show = async (reply: FastifyReply, data: Record<string, unknown> = {}, status = 200) => {
    const members = await membersKeeping(context);
    return reply.page(
      'sync-health/views/sync-health.njk',
      {
        title: 'How members keep up',
        members,
        frozen: members.filter(({ keeping }) => keeping === 'frozen'),
        needPerson: members.filter(needsPerson).length,
        ...data,
      },
      { status },
    );
  };

  app.get(paths.syncHealth, operators, (_request, reply) => show(reply));

  app.post(paths.unfreeze, operators, async (request, reply) => {
    const form = readForm(unfreezeForm, request.body);
    if (!form.ok) return show(reply, { errors: form.errors, values: form.values }, 400);
    try {
      await unfreezeMember(context, { ...form.value, operator: request.person?.id ?? null });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'note-identifies') throw error;
      return show(reply, { errors: [formError('reason', error.message)], values: form.values }, 400);
    }
    await reply.notify({ kind: 'success', heading: 'The node may publish again', text: 'Your reason is on record.' });
    return reply.redirect(paths.syncHealth, 303);
  });
}
