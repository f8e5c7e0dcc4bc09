import { AppError } from '@practice-exchange/platform';
import { readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { invitationDays, invite, revokeInvitation } from './enrolling.ts';
import { listInvitations } from './store.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;
const { least, most, usual } = invitationDays;
const invitationForm = z.object({
  authority: z.string().trim().min(1, 'Enter the name of the authority').max(120, 'Enter at most 120 characters'),
  days: z
    .string()
    .trim()
    .regex(/^\d{1,3}$/, 'Enter a number of days')
    .transform(Number)
    .refine((days) => days >= least && days <= most, `Enter a number of days from ${least} to ${most}`),
});
const revocationForm = z.object({ invitation: z.string().regex(/^[0-9a-f]{64}$/) });

/** The operator's page of invitations: issue one, see what became of each, take one back. */
export async function invitationPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const show = async (reply: FastifyReply, data: Record<string, unknown> = {}, status = 200) => {
    const now = new Date();
    const invitations = (await listInvitations(context.database)).map((row) => ({
      ...row,
      state: row.used_at ? 'used' : row.revoked_at ? 'revoked' : row.expires_at <= now ? 'expired' : 'open',
    }));
    const page = { title: 'Invitations', invitations, values: { days: String(usual) }, hubUrl: context.config.url };
    return reply.page('enrolling/views/invitations.njk', { ...page, ...data }, { status });
  };

  app.get(paths.invitations, operators, (_request, reply) => show(reply));

  app.post(paths.invitations, operators, async (request, reply) => {
    const form = readForm(invitationForm, request.body);
    if (!form.ok) return show(reply, { errors: form.errors, values: form.values }, 400);
    const { authority, days } = form.value;
    const operator = request.person?.id ?? null;
    const { code, expiresAt } = await invite(context, { authorityName: authority, days, operator });
    // Shown in the answer itself: the code is kept nowhere from which it could be shown again.
    return show(reply, { title: 'Invitation issued', issued: { code, expiresAt, authority } });
  });

  app.post(paths.invitationRevocations, operators, async (request, reply) => {
    const form = revocationForm.safeParse(request.body);
    if (form.success) {
      try {
        const operator = request.person?.id ?? null;
        await revokeInvitation(context, { codeHash: form.data.invitation, operator });
        await reply.notify({ kind: 'success', heading: 'Invitation taken back' });
      } catch (error) {
        if (!(error instanceof AppError) || error.status !== 409) throw error;
        await reply.notify({ kind: 'important', heading: error.title, text: error.message });
      }
    }
    return reply.redirect(paths.invitations, 303);
  });
}
