import {
  type CommandLine,
  createLogger,
  Database,
  runCommand,
  type Typed,
  WrongUse,
} from '@practice-exchange/platform';
import { fingerprintOf, idSchema } from '@practice-exchange/protocol';
import { hubConfig } from '../config.ts';
import { conformanceOf } from '../features/conformance/conformance.ts';
import { confirmFingerprint, invitationDays, invite } from '../features/enrolling/enrolling.ts';
import { changeHubKey } from '../features/identity/change-hub-key.ts';
import { openHubIdentity } from '../features/identity/identity.ts';
import { expel, liftSuspension, memberUnknown, suspend, turnSwitches } from '../features/members/standing.ts';
import { findMemberDetail, listMembers } from '../features/members/store.ts';
import { membersKeeping } from '../features/sync-health/sync-health.ts';
import type { HubSchema } from '../schema/hub-schema.ts';
import { migrations } from '../schema/migrations/migrations.ts';

const usage = `What an operator decides about members. The settings are those of the hub: HUB_URL, DATABASE_URL and SECRET.

  npm run members -- list                                    every member, how it stands and keeps up
  npm run members -- show NODE                               one member, its conformance run, the hub's fingerprint
  npm run members -- invite "NAME OF THE AUTHORITY" [--days N]
  npm run members -- confirm NODE --fingerprint "AS READ OUT"
  npm run members -- switch NODE --may-publish yes|no --is-served yes|no --reason "WHY"
  npm run members -- suspend NODE --reason "WHY"
  npm run members -- lift NODE --reason "WHY"
  npm run members -- expel NODE --reason "WHY"               for good
  npm run members -- change-hub-key --reason "WHY"

NODE is a node's id: list shows it, at the start of each line.`;

type Context = {
  database: Database<HubSchema>;
  config: ReturnType<typeof hubConfig>;
  say: (line: string) => void;
};
type Option = 'days' | 'fingerprint' | 'reason' | 'may-publish' | 'is-served';
/** Reads what was typed, so that a mistake is said before anything is opened, and gives what is to be done. */
type Command = (typed: Typed<Option>) => (context: Context) => Promise<void>;

const yesNo = (value: boolean) => (value ? 'yes' : 'no ');

const commands: Readonly<Record<string, Command>> = {
  list: () => async (context) => {
    const { say } = context;
    const keeping = new Map((await membersKeeping(context)).map((member) => [member.node, member]));
    const members = await listMembers(context.database);
    if (members.length === 0) say('No authority has joined yet.');
    for (const { node, name, state, may_publish, is_served } of members) {
      const keeps = keeping.get(node)?.keeping ?? '';
      say(
        `${node}  ${state.padEnd(20)}  publishes: ${yesNo(may_publish)}  served: ${yesNo(is_served)}  ${keeps.padEnd(11)}  ${name}`,
      );
    }
  },
  show: (typed) => {
    const node = nodeOf(typed);
    return async (context) => {
      const { say } = context;
      const member = await findMemberDetail(context.database, node);
      if (!member) throw memberUnknown();
      const health = (await membersKeeping(context)).find((one) => one.node === node);
      say(`authority  ${member.name}, ${member.ons_code}`);
      if (member.invited_as) say(`invited as ${member.invited_as}`);
      say(`state      ${member.state}`);
      if (member.state === 'live') {
        say(`publishes  ${yesNo(member.may_publish).trim()}`);
        say(`served     ${yesNo(member.is_served).trim()}`);
      }
      say(`keeps up   ${health?.keeping ?? 'unknown'}`);
      say(`heard      ${health?.heard_at?.toISOString() ?? 'not yet'}`);
      say(`waiting    ${health?.undelivered ?? 'not said'}${since(health?.undelivered_since)}`);
      say(`unread     ${health?.unread ?? 0} receipts${since(health?.unread_since)}`);
      const run = member.state === 'awaiting-fingerprint' ? [] : await conformanceOf(context, node);
      for (const { step, state, reason } of run) {
        say(`run        ${step}: ${state}${reason ? ` (${reason})` : ''}`);
      }
      if (member.state === 'awaiting-fingerprint') {
        const hub = await openHubIdentity(context.database, context.config.secret);
        const own = hub.keys.find(({ kid }) => kid === hub.key.kid);
        if (own) say(`Ring the authority and read out the hub's fingerprint:\n    ${fingerprintOf(own.key)}`);
        say('Then type what they read out:');
        say(`    npm run members -- confirm ${node} --fingerprint "…"`);
      }
    };
  },
  invite: ({ words: [, authorityName], options }) => {
    if (!authorityName?.trim())
      throw new WrongUse('Say whom to invite: the name of the authority, in quotation marks.');
    const { least, most, usual } = invitationDays;
    const days = options.days === undefined ? usual : Number(options.days);
    if (!Number.isInteger(days) || days < least || days > most) {
      throw new WrongUse(`Say for how many days, from ${least} to ${most}: --days ${usual}.`);
    }
    return async ({ database, config, say }) => {
      const { code, expiresAt } = await invite({ database }, { authorityName, operator: null, days });
      say(`hub address      ${config.url}`);
      say(`invitation code  ${code}`);
      say(`It works once, until ${expiresAt.toISOString()}, and is not shown again.`);
    };
  },
  confirm: (typed) => {
    const node = nodeOf(typed);
    const { fingerprint } = typed.options;
    if (!fingerprint) throw new WrongUse('Say what the administrator of the node has read out: --fingerprint "…".');
    return async ({ database, say }) => {
      await confirmFingerprint({ database }, { node, fingerprint, operator: null });
      say('Confirmed. The node now takes a synthetic record through the conformance run, and is live after it.');
    };
  },
  switch: (typed) => {
    const decision = { node: nodeOf(typed), operator: null, reason: reasonOf(typed) };
    const mayPublish = yesOrNo(typed, 'may-publish');
    const isServed = yesOrNo(typed, 'is-served');
    return async ({ database, say }) => {
      await turnSwitches({ database }, { ...decision, mayPublish, isServed });
      say('Saved.');
    };
  },
  suspend: decideWith(suspend, 'Suspended. It may neither publish nor read until that is lifted.'),
  lift: decideWith(liftSuspension, 'Lifted. The node is again what it was before.'),
  expel: decideWith(expel, 'Expelled. What it has shared is still served: only its own signature withdraws.'),
  'change-hub-key': (typed) => {
    const reason = reasonOf(typed);
    return async ({ database, config, say }) => {
      const hub = await openHubIdentity(database, config.secret);
      const kid = await changeHubKey({ database, hub, config }, { operator: null, reason });
      say(`The hub's next key is ${kid}. It is listed now and signs in two minutes.`);
    };
  },
};

function decideWith(act: typeof suspend, done: string): Command {
  return (typed) => {
    const decision = { node: nodeOf(typed), operator: null, reason: reasonOf(typed) };
    return async ({ database, say }) => {
      await act({ database }, decision);
      say(done);
    };
  };
}

function nodeOf({ words: [, node] }: Typed<Option>): string {
  const id = idSchema.safeParse(node);
  if (!id.success) throw new WrongUse('Say which node, by its id: list shows it, at the start of each line.');
  return id.data;
}

function reasonOf({ options: { reason } }: Typed<Option>): string {
  if (!reason?.trim()) throw new WrongUse('Say why: --reason "…". The reason is kept with the change.');
  if (reason.length > 500) throw new WrongUse('Say why in at most 500 characters.');
  return reason.trim();
}

function yesOrNo({ options }: Typed<Option>, option: 'may-publish' | 'is-served'): boolean {
  const value = options[option];
  if (value !== 'yes' && value !== 'no') throw new WrongUse(`Say yes or no: --${option} yes.`);
  return value === 'yes';
}

function since(at: Date | null | undefined): string {
  return at ? `, since ${at.toISOString()}` : '';
}

/** What an operator decides about members, from the command line. Gives the exit status. */
export function membersCommand({ args, env, print }: CommandLine): Promise<0 | 1 | 2> {
  return runCommand<Option>({
    args,
    print,
    usage,
    options: ['days', 'fingerprint', 'reason', 'may-publish', 'is-served'],
    run: async (typed) => {
      const [command] = typed.words;
      if (command === undefined) throw new WrongUse('Say what to do.');
      const chosen = commands[command];
      if (!chosen) throw new WrongUse(`There is no command “${command}”.`);
      const act = chosen(typed);
      const config = hubConfig(env);
      const log = createLogger({ name: 'members', level: 'silent' });
      const database = Database.connect<HubSchema>({
        url: config.databaseUrl,
        migrations,
        applicationName: 'practice-exchange-members',
        log,
      });
      try {
        await act({ database, config, say: (line) => print.out(`${line}\n`) });
      } finally {
        await database.close();
      }
    },
  });
}
