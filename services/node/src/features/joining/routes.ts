import { AppError } from '@practice-exchange/platform';
import { fingerprintOf, HubProblem, reasonText } from '@practice-exchange/protocol';
import { formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { syncHealth } from '../sync/health.ts';
import { runConformance, stepsAtNode } from './conformance-run.ts';
import { join, renewRecoveryPhrase, startOver } from './joining.ts';
import { problemText } from './problem-words.ts';
import { recoveryKeyOf } from './recovery-phrase.ts';
import { newestRun } from './store.ts';

const administrators = { config: { access: { roles: ['administrator'] } } } as const;
const invitation = z
  .string()
  .trim()
  .min(1, 'Enter the invitation code')
  .min(16, 'Enter the whole invitation code: it has 24 characters')
  .max(128, 'Enter the invitation code and nothing else');
const joinForm = z.object({
  hubUrl: z
    .string()
    .trim()
    .min(1, 'Enter the address of the hub')
    .transform((address) => (/^https?:\/\//i.test(address) ? address : `https://${address}`))
    .refine(isOrigin, 'Enter an address such as https://hub.example, without anything after it'),
  invitation,
});
const renewalForm = z.object({ invitation });

/** The administrator's pages of the network: from not having joined to being live, whatever stands between. */
export async function networkPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get(paths.network, administrators, async (_request, reply) => {
    const membership = await context.network.membership();
    // Whoever looks at the page wants to know now, and not at the next sweep.
    if (membership && membership.state !== 'live') await context.jobs.wake('follow-network');
    return show(context, reply);
  });

  app.post(paths.joining, administrators, async (request, reply) => {
    const form = readForm(joinForm, request.body);
    if (!form.ok) return show(context, reply, { errors: form.errors, values: form.values }, 400);
    try {
      const { recoveryPhrase } = await join(context, { ...form.value, person: personOf(request).id });
      if (recoveryPhrase === null) return reply.redirect(paths.network, 303);
      return showPhrase(reply, recoveryPhrase, 'joining');
    } catch (error) {
      return showRefusal(context, reply, error, form.values);
    }
  });

  app.post(paths.recoveryPhrase, administrators, async (request, reply) => {
    const form = readForm(renewalForm, request.body);
    if (!form.ok) return show(context, reply, { errors: form.errors, values: form.values }, 400);
    try {
      const person = personOf(request).id;
      return await showPhrase(reply, await renewRecoveryPhrase(context, { ...form.value, person }), 'joining');
    } catch (error) {
      return showRefusal(context, reply, error, form.values);
    }
  });

  // The words come back from the page that shows them: this server has not kept them.
  app.post(paths.recoveryFile, administrators, async (request, reply) => {
    const phrase = phraseIn(request);
    if (phrase === null) return reply.redirect(paths.network, 303);
    const membership = await context.network.membership();
    const file = [
      'Practice Exchange: recovery key of a node',
      `Authority: ${context.config.authority.name}`,
      `Node: ${membership?.node ?? ''}`,
      `Hub: ${membership?.hub.url ?? ''}`,
      '',
      phrase,
      '',
      'Keep this away from the server of the node. Whoever has these words can change the keys of the node.',
      'They are needed only when the signing key is lost or stolen: in the node, under Network, Keys.',
      '',
    ];
    return reply
      .header('content-disposition', 'attachment; filename="practice-exchange-recovery-key.txt"')
      .type('text/plain; charset=utf-8')
      .send(file.join('\r\n'));
  });

  app.post(paths.conformance, administrators, async (_request, reply) => {
    const membership = await context.network.membership();
    if (!membership) return reply.redirect(paths.network, 303);
    try {
      await runConformance(context, membership, { again: true });
      await context.jobs.wake('follow-network');
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      await reply.notify({ kind: 'important', heading: 'The run is not done', text: problemText(error.code) });
    }
    return reply.redirect(paths.network, 303);
  });

  app.post(paths.startOver, administrators, async (request, reply) => {
    try {
      await startOver(context, { person: personOf(request).id });
      await reply.notify({
        kind: 'success',
        heading: 'Ready to begin anew',
        text: 'The node has a new key. Ask the network operator for a new invitation.',
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409) throw error;
      await reply.notify({ kind: 'important', heading: error.title, text: error.message });
    }
    return reply.redirect(paths.network, 303);
  });
}

/** Shows the words of a recovery key, in the answer itself and nowhere else. */
export function showPhrase(reply: FastifyReply, phrase: string, when: 'joining' | 'recovery'): Promise<FastifyReply> {
  return reply.page('joining/views/recovery-phrase.njk', {
    title: when === 'joining' ? 'Keep the recovery key' : 'Keep the new recovery key',
    words: phrase.split(' '),
    phrase,
    when,
  });
}

async function show(
  context: NodeContext,
  reply: FastifyReply,
  data: Record<string, unknown> = {},
  status = 200,
): Promise<FastifyReply> {
  const membership = await context.network.membership();
  const values = { hubUrl: context.config.hubUrl ?? '' };
  if (!membership) {
    return reply.page('joining/views/join.njk', { title: 'Join the network', values, ...data }, { status });
  }
  const [key, run, health] = await Promise.all([
    context.keys.current(),
    newestRun(context.database),
    syncHealth(context),
  ]);
  const steps = stepsAtNode(run, membership.liveAt !== null);
  return reply.page(
    'joining/views/network.njk',
    {
      title: 'Network',
      membership,
      authority: context.config.authority.name,
      fingerprint: fingerprintOf(key.publicJwk),
      hubFingerprints: [...membership.hub.keys.values()].map((jwk) => fingerprintOf(jwk)),
      health,
      steps,
      failed: steps.some((step) => step.state === 'failed'),
      reasons: Object.fromEntries(steps.flatMap(({ reason }) => (reason ? [[reason, reasonText(reason)]] : []))),
      problem: membership.problem ? problemText(membership.problem) : null,
      mayStartOver: membership.liveAt === null && run.length === 0,
      values: {},
      ...data,
    },
    { status },
  );
}

function showRefusal(
  context: NodeContext,
  reply: FastifyReply,
  error: unknown,
  values: Record<string, unknown>,
): Promise<FastifyReply> {
  if (!(error instanceof AppError) || !error.code.startsWith('joining-')) throw error;
  const field = error.code === 'joining-unreachable' ? 'hubUrl' : 'invitation';
  return show(context, reply, { errors: [formError(field, error.message)], values }, 409);
}

function phraseIn(request: FastifyRequest): string | null {
  const phrase = (request.body as { phrase?: unknown } | undefined)?.phrase;
  return typeof phrase === 'string' && recoveryKeyOf(phrase) ? phrase.trim() : null;
}

function isOrigin(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.hostname !== '' && url.pathname === '/' && url.search === '' && url.hash === '';
}
