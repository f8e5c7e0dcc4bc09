import { AppError } from '@practice-exchange/platform';
import { fingerprintOf } from '@practice-exchange/protocol';
import { formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { problemText } from '../joining/problem-words.ts';
import { showPhrase } from '../joining/routes.ts';
import { changeKey, describeKeys, prepareRecovery, retireKey, sendRecovery } from './keys.ts';

const administrators = { config: { access: { roles: ['administrator'] } } } as const;
const recoveryForm = z.object({
  phrase: z.string().trim().min(1, 'Enter the twelve words of the recovery key'),
  lastTrusted: z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, 'Enter the number of the last publication that is yours, or 0')
    .transform(Number),
});

/** The administrator's page of this node's keys: change the signing key, retire an older one, recover with the recovery key. */
export async function keyPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  const show = async (reply: FastifyReply, data: Record<string, unknown> = {}, status = 200) => {
    const [{ keys, places }, membership] = await Promise.all([describeKeys(context), context.network.membership()]);
    if (!membership) return reply.redirect(paths.network, 303);
    const described = keys.map((key) => ({ ...key, fingerprint: fingerprintOf(key.publicJwk) }));
    return reply.page(
      'keys/views/keys.njk',
      {
        title: 'Keys',
        membership,
        held: described.filter(({ state }) => state !== 'retired'),
        retired: described.filter(({ state }) => state === 'retired'),
        current: described.find(({ state }) => state === 'current'),
        next: described.find(({ state }) => state === 'next'),
        places,
        lost: described.find(({ state }) => state === 'lost'),
        problem: membership.problem ? problemText(membership.problem) : null,
        values: { lastTrusted: String(places.last?.seq ?? 0) },
        ...data,
      },
      { status },
    );
  };
  const tell = async (reply: FastifyReply, act: () => Promise<void>, done: { heading: string; text: string }) => {
    try {
      await act();
      await reply.notify({ kind: 'success', ...done });
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      await reply.notify({ kind: 'important', heading: error.title, text: error.message });
    }
    return reply.redirect(paths.keys, 303);
  };

  app.get(paths.keys, administrators, async (_request, reply) => {
    await context.jobs.wake('follow-network');
    return show(reply);
  });

  app.post(paths.keyChange, administrators, (request, reply) =>
    tell(reply, () => changeKey(context, { person: personOf(request).id }), {
      heading: 'The new key is on its way',
      text: 'The present key has signed for it. It signs once the hub has accepted it.',
    }),
  );

  app.post<{ Body: { kid?: string } | undefined }>(paths.keyRetirement, administrators, (request, reply) =>
    tell(reply, () => retireKey(context, { kid: request.body?.kid ?? '', person: personOf(request).id }), {
      heading: 'The key is retired',
      text: 'The hub takes nothing more that it signs, and nobody here holds its private part any more.',
    }),
  );

  app.post(paths.keyRecovery, administrators, async (request, reply) => {
    const form = readForm(recoveryForm, request.body);
    // What was typed is a secret: it is not shown again.
    const kept = () => ({ lastTrusted: String((request.body as { lastTrusted?: unknown })?.lastTrusted ?? '') });
    if (!form.ok) return show(reply, { errors: form.errors, values: kept(), recovering: true }, 400);
    try {
      const phrase = await prepareRecovery(context, { ...form.value, person: personOf(request).id });
      return await showPhrase(reply, phrase, 'recovery');
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      const errors = [formError('phrase', error.message)];
      return show(reply, { errors, values: kept(), recovering: true }, 409);
    }
  });

  app.post(paths.keyRecoverySending, administrators, (request, reply) =>
    tell(reply, () => sendRecovery(context, { person: personOf(request).id }), {
      heading: 'The keys are changed',
      text: 'The new key signs from here on. Nothing under the others is trusted after the place that you gave.',
    }),
  );
}
