import { AppError } from '@practice-exchange/platform';
import { fingerprintOf, idSchema, publicJwkSchema } from '@practice-exchange/protocol';
import { formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { confirmFingerprint, invite } from '../enrolling/enrolling.ts';
import { listMembers } from './store.ts';

const operators = { access: { roles: ['operator'] } } as const;
const invitationForm = z.object({
  authority: z.string().trim().min(1, 'Enter the name of the authority').max(120, 'Enter at most 120 characters'),
});
const confirmationForm = z.object({
  node: idSchema,
  fingerprint: z.string().trim().min(1, "Enter the fingerprint that the node's administrator reads out"),
});

/** The operator's page of members: who takes part, invitations, and confirming a fingerprint. */
export async function memberPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const show = async (reply: FastifyReply, data: Record<string, unknown> = {}, status = 200) => {
    const members = (await listMembers(context.database)).map((member) => ({
      ...member,
      fingerprint: member.jwk ? fingerprintOf(publicJwkSchema.parse(member.jwk)) : '',
    }));
    return reply.page('members/views/members.njk', { title: 'Members', members, ...data }, { status });
  };

  app.get(paths.members, { config: operators, schema: { hide: true } }, (_request, reply) => show(reply));

  app.post(paths.invitations, { config: operators, schema: { hide: true } }, async (request, reply) => {
    const form = readForm(invitationForm, request.body);
    if (!form.ok) return show(reply, { errors: form.errors, values: form.values }, 400);
    const operator = request.person?.id ?? null;
    const { code, expiresAt } = await invite(context, { authorityName: form.value.authority, operator });
    return show(reply, { invitation: { code, expiresAt, authority: form.value.authority } });
  });

  app.post(paths.confirmations, { config: operators, schema: { hide: true } }, async (request, reply) => {
    const form = readForm(confirmationForm, request.body);
    if (!form.ok) return show(reply, { errors: form.errors, values: form.values }, 400);
    try {
      await confirmFingerprint(context, { ...form.value, operator: request.person?.id ?? null });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'fingerprint-differs') throw error;
      return show(reply, { errors: [formError('fingerprint', error.message)], values: form.values }, 409);
    }
    await reply.notify({
      kind: 'success',
      heading: 'Fingerprint confirmed',
      text: 'The node may publish and is served.',
    });
    return reply.redirect(paths.members, 303);
  });
}
