import { AppError } from '@practice-exchange/platform';
import { fingerprintOf, idSchema, publicJwkSchema } from '@practice-exchange/protocol';
import { type FormReading, formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { conformanceOf } from '../conformance/conformance.ts';
import { confirmFingerprint } from '../enrolling/enrolling.ts';
import { markKeyNotTrusted } from '../keys/keys.ts';
import { membersKeeping, needsPerson } from '../sync-health/sync-health.ts';
import { describeHistory } from './history.ts';
import { expel, liftSuspension, memberUnknown, suspend, turnSwitches } from './standing.ts';
import { findMemberDetail, historyOf, listMemberKeys, listMembers } from './store.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;
const reason = z
  .string()
  .trim()
  .min(1, 'Say why. The reason is kept with the change')
  .max(500, 'Enter at most 500 characters');
const choice = (message: string) => z.enum(['yes', 'no'], { error: message }).transform((answer) => answer === 'yes');

const fingerprintForm = z.object({
  fingerprint: z.string().trim().min(1, "Enter the fingerprint that the node's administrator reads out"),
});
const switchesForm = z.object({
  mayPublish: choice('Say whether the node may publish'),
  isServed: choice('Say whether the node is served'),
  switchesReason: reason,
});
const standingForm = z.object({
  decision: z.enum(['suspend', 'lift', 'expel'], { error: 'Choose what to do' }),
  standingReason: reason,
});
const place = (what: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, `Enter the ${what} as a whole number`)
    .transform(Number);
const keyForm = z.object({
  kid: z.string(),
  epoch: place('epoch').refine((epoch) => epoch > 0, 'Enter the epoch as a whole number from 1'),
  seq: place('last publication that is trusted'),
  keyReason: reason,
});

type Params = { Params: { node: string } };

/** The operator's pages of members: who takes part, and for each one everything that a person decides. */
export async function memberPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.get(paths.members, operators, async (_request, reply) => {
    const [listed, keeping] = await Promise.all([listMembers(context.database), membersKeeping(context)]);
    const byNode = new Map(keeping.map((member) => [member.node, member]));
    return reply.page('members/views/members.njk', {
      title: 'Members',
      members: listed.map((member) => ({ ...byNode.get(member.node), ...member })),
      needPerson: keeping.filter(needsPerson).length,
    });
  });

  app.get<Params>(paths.member, operators, (request, reply) => showMember(context, request, reply));

  app.post<Params>(paths.fingerprint, operators, (request, reply) =>
    decide(context, request, reply, fingerprintForm, {
      blame: 'fingerprint',
      act: ({ fingerprint }, who) => confirmFingerprint(context, { ...who, fingerprint }),
      done: {
        heading: 'Fingerprint confirmed',
        text: 'The node now shows by itself that it keeps the rules. It is live when every step below is done.',
      },
    }),
  );

  app.post<Params>(paths.switches, operators, (request, reply) =>
    decide(context, request, reply, switchesForm, {
      blame: 'mayPublish',
      act: ({ mayPublish, isServed, switchesReason }, who) =>
        turnSwitches(context, { ...who, mayPublish, isServed, reason: switchesReason }),
      done: { heading: 'Switches saved' },
    }),
  );

  app.post<Params>(paths.standing, operators, (request, reply) =>
    decide(context, request, reply, standingForm, {
      blame: 'decision',
      act: ({ decision, standingReason }, who) =>
        ({ suspend, lift: liftSuspension, expel })[decision](context, { ...who, reason: standingReason }),
      done: { heading: 'Decision saved' },
    }),
  );

  app.post<Params>(paths.memberKeys, operators, (request, reply) =>
    decide(context, request, reply, keyForm, {
      blame: 'seq',
      act: ({ kid, epoch, seq, keyReason }, who) =>
        markKeyNotTrusted(context, { ...who, kid, after: { epoch, seq }, reason: keyReason }),
      done: { heading: 'Key marked', text: 'What it signed after that waits for a person.' },
    }),
  );
}

/** Reads a form about a member, acts on it, and shows the page again: with a notice, or with what is wrong beside what was typed. */
async function decide<T>(
  context: HubContext,
  request: FastifyRequest<Params>,
  reply: FastifyReply,
  schema: z.ZodType<T>,
  step: {
    /** The field beside which a refusal of the service stands. */
    blame: string;
    act: (value: T, who: { node: string; operator: string | null }) => Promise<void>;
    done: { heading: string; text?: string };
  },
): Promise<FastifyReply> {
  const node = nodeOf(request);
  const form: FormReading<T> = readForm(schema, request.body);
  if (!form.ok) return showMember(context, request, reply, { errors: form.errors, values: form.values }, 400);
  try {
    await step.act(form.value, { node, operator: request.person?.id ?? null });
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 409) throw error;
    const errors = [formError(step.blame, error.message)];
    return showMember(context, request, reply, { errors, values: form.values, refusal: error.code }, 409);
  }
  await reply.notify({ kind: 'success', ...step.done });
  return reply.redirect(pathTo(paths.member, { node }), 303);
}

function nodeOf(request: FastifyRequest<Params>): string {
  const node = idSchema.safeParse(request.params.node);
  if (!node.success) throw memberUnknown();
  return node.data;
}

async function showMember(
  context: HubContext,
  request: FastifyRequest<Params>,
  reply: FastifyReply,
  data: Record<string, unknown> = {},
  status = 200,
): Promise<FastifyReply> {
  const node = nodeOf(request);
  const member = await findMemberDetail(context.database, node);
  if (!member) throw memberUnknown();
  const [keys, steps, history, keeping] = await Promise.all([
    listMemberKeys(context.database, node),
    conformanceOf(context, node),
    historyOf(context.database, node),
    membersKeeping(context),
  ]);
  const hubKey = context.hub.keys.find(({ kid }) => kid === context.hub.key.kid);
  return reply.page(
    'members/views/member.njk',
    {
      title: member.name,
      member,
      health: keeping.find((one) => one.node === node),
      keys: keys.map((key) => ({ ...key, fingerprint: fingerprintOf(publicJwkSchema.parse(key.jwk)) })),
      hubFingerprint: hubKey ? fingerprintOf(hubKey.key) : '',
      steps,
      history: describeHistory(history),
      values: {},
      ...data,
    },
    { status },
  );
}
