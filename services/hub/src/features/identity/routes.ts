import { AppError } from '@practice-exchange/platform';
import { fingerprintOf } from '@practice-exchange/protocol';
import { formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { changeHubKey } from './change-hub-key.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;
const changeForm = z.object({
  reason: z
    .string()
    .trim()
    .min(1, 'Say why. The reason is kept with the change')
    .max(500, 'Enter at most 500 characters'),
});

/** The operator's page of the hub's own keys. */
export async function hubKeyPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const { hub } = context;
  const show = async (reply: FastifyReply, data: Record<string, unknown> = {}, status = 200) => {
    await hub.refresh();
    const current = hub.key.kid;
    const keys = hub.keys.map((key) => ({
      ...key,
      fingerprint: fingerprintOf(key.key),
      state: key.kid === current ? 'current' : key.from > new Date() ? 'next' : 'older',
    }));
    return reply.page(
      'identity/views/hub-keys.njk',
      { title: 'The hub’s keys', keys, current: keys.find(({ state }) => state === 'current'), ...data },
      { status },
    );
  };

  app.get(paths.hubKeys, operators, (_request, reply) => show(reply));

  app.post(paths.hubKeys, operators, async (request, reply) => {
    const form = readForm(changeForm, request.body);
    if (!form.ok) return show(reply, { errors: form.errors, values: form.values }, 400);
    try {
      await changeHubKey(context, { operator: request.person?.id ?? null, reason: form.value.reason });
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      return show(reply, { errors: [formError('reason', error.message)], values: form.values }, 409);
    }
    await reply.notify({
      kind: 'success',
      heading: 'New key made',
      text: 'It is listed now and signs in two minutes. Nodes learn of it by themselves.',
    });
    return reply.redirect(paths.hubKeys, 303);
  });
}
