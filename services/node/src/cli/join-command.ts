import { createInterface } from 'node:readline/promises';
import {
  AppError,
  type CommandLine,
  createLogger,
  Database,
  inProcessJobs,
  runCommand,
  type Typed,
  WrongUse,
} from '@practice-exchange/platform';
import { fingerprintOf, fingerprintOfKid, HubProblem, type LogPlace, reasonText } from '@practice-exchange/protocol';
import { nodeCommandConfig } from '../config.ts';
import type { Membership } from '../features/identity/membership.ts';
import { NodeKeys } from '../features/identity/node-keys.ts';
import { stepsAtNode } from '../features/joining/conformance-run.ts';
import { join } from '../features/joining/joining.ts';
import { Network } from '../features/joining/network.ts';
import { problemText } from '../features/joining/problem-words.ts';
import { newestRun } from '../features/joining/store.ts';
import { changeKey, describeKeys, prepareRecovery, retireKey, sendRecovery } from '../features/keys/keys.ts';
import { syncHealth } from '../features/sync/health.ts';
import { migrations } from '../schema/migrations/migrations.ts';
import type { NodeSchema } from '../schema/node-schema.ts';

const usage = `Joins this node to a network, and looks after its keys. The settings are those of the node:
DATABASE_URL, SECRET, AUTHORITY_ONS_CODE and AUTHORITY_CHILD_POPULATION, and HUB_URL where it is known.

  npm run join -- --hub URL --invitation CODE    joins; prints the recovery key once, and the fingerprints
  npm run join -- status                         how the node stands, what waits, and its keys
  npm run join -- change-key                     makes a new signing key; the present one signs for it
  npm run join -- retire-key KID                 destroys an older key; status shows its KID
  npm run join -- recover --last-trusted N       new keys by the twelve words; N: your last publication, as status says`;

async function open({ env, print }: Pick<CommandLine, 'env' | 'print'>) {
  const config = nodeCommandConfig(env);
  const log = createLogger({ name: 'join', level: 'silent' });
  const database = Database.connect<NodeSchema>({
    url: config.databaseUrl,
    migrations,
    applicationName: 'practice-exchange-join',
    log,
  });
  try {
    await database.migrate();
  } catch (error) {
    await database.close();
    throw error;
  }
  const keys = new NodeKeys({ database, secret: config.secret });
  // The running node does the work behind; it looks every ten seconds.
  const jobs = inProcessJobs({ log });
  jobs.define('deliver', async () => undefined);
  const network = new Network({ database, keys, secret: config.secret });
  const say = (line: string) => print.out(`${line}\n`);
  return { config, database, keys, jobs, network, log, say };
}

type Context = Awaited<ReturnType<typeof open>>;
type Option = 'hub' | 'invitation' | 'last-trusted';
type Command = (typed: Typed<Option>) => (context: Context) => Promise<void>;

const joinNetwork: Command = ({ options: { hub, invitation } }) => {
  if (!invitation) throw new WrongUse('Say with which invitation: --invitation CODE.');
  return async (context) => {
    const { say } = context;
    const hubUrl = hub ?? context.config.hubUrl;
    if (!hubUrl) throw new WrongUse('Say which hub: --hub URL.');
    if (!/^https?:\/\//.test(hubUrl) || !URL.canParse(hubUrl)) {
      throw new WrongUse('The address of the hub begins with https:// (or http:// on one machine).');
    }
    await context.keys.ensure();
    const { fingerprint, recoveryPhrase, state } = await join(context, { hubUrl, invitation });
    if (state === 'joined-before') {
      say('This node has joined already. Nothing was changed.');
    }
    if (recoveryPhrase) {
      say('The recovery key, shown once. Write the twelve words down and put them away:');
      say(`    ${recoveryPhrase}`);
    }
    const membership = await context.network.membership();
    if (membership?.state !== 'awaiting-fingerprint') return;
    sayFingerprints(say, membership, fingerprint);
    say('Once the operator has confirmed it, the running node goes on by itself. See: npm run join -- status');
  };
};

const notSent =
  'A change of keys is prepared and not sent, or its answer was lost. Send it in the node, under Network, Keys, or run recover again.';

const commands: Readonly<Record<string, Command>> = {
  status: () => async (context) => {
    const { say } = context;
    const membership = await context.network.membership();
    if (!membership) {
      say('This node has not joined yet.');
      return;
    }
    const { state, mayPublish, isServed, liveAt, problem, hub } = membership;
    say(`node       ${membership.node}, ${context.config.authority.name}`);
    say(`hub        ${hub.url}`);
    const switches = `, publishes: ${mayPublish ? 'yes' : 'no'}, served: ${isServed ? 'yes' : 'no'}`;
    say(`state      ${state}${state === 'live' ? switches : ''}`);
    if (problem) say(`problem    ${problemText(problem)}`);
    const health = await syncHealth(context);
    if (liveAt) {
      say(`keeps up   ${health.standing}: ${health.says}`);
      const since = health.oldest ? `, the oldest since ${health.oldest.toISOString()}` : '';
      say(`waiting    ${health.waiting} to be sent${since}; ${health.unanswered} sent and not answered`);
      say(`heard      ${health.heardAt ? health.heardAt.toISOString() : 'not yet'}`);
    }
    for (const { step, state: how, reason } of stepsAtNode(await newestRun(context.database), liveAt !== null)) {
      if (state === 'conformance' || (liveAt && how !== 'done'))
        say(`run        ${step}: ${how}${reason ? `. ${reasonText(reason)}` : ''}`);
    }
    const { keys, places } = await describeKeys(context);
    if (liveAt) say(`log        ends at ${placeText(places.newest)} here, at ${placeText(places.atHub)} at the hub`);
    for (const { kid, state: use } of keys) {
      say(`key        ${use.padEnd(8)} ${fingerprintOfKid(kid)}  ${kid}`);
    }
    const current = keys.find(({ state: use }) => use === 'current');
    if (keys.some(({ isRecovery }) => isRecovery)) say(notSent);
    if (state === 'awaiting-fingerprint' && current) {
      sayFingerprints(say, membership, fingerprintOfKid(current.kid));
    }
  },
  'change-key': () => async (context) => {
    const { say } = context;
    await changeKey(context, { person: null });
    say('The new key signs once the hub has accepted it. See: npm run join -- status');
  },
  'retire-key': ({ words: [, kid] }) => {
    if (!kid) throw new WrongUse('Say which key: status shows the KID of each, at the end of its line.');
    return async (context) => {
      const { say } = context;
      await retireKey(context, { kid, person: null });
      say('Retired.');
    };
  },
  recover: ({ options }) => {
    const given = options['last-trusted'] ?? '';
    if (!/^\d{1,15}$/.test(given)) {
      throw new WrongUse('Say the number of the last publication that is yours: --last-trusted N.');
    }
    return async (context) => {
      const { say } = context;
      const lines = createInterface({ input: process.stdin });
      const typed = lines[Symbol.asyncIterator]();
      const ask = async (question: string, otherwise: string) => {
        process.stdout.write(question);
        const { value, done } = await typed.next();
        if (done)
          throw new AppError({ code: 'input-ended', status: 409, title: 'Nothing was typed', message: otherwise });
        return value;
      };
      // Not an argument: those are kept by shells and shown in lists of processes.
      const phrase = await ask('The twelve words of the recovery key: ', '\nNo words were typed. Nothing was changed.');
      const next = await prepareRecovery(context, { phrase, lastTrusted: Number(given), person: null });
      say('The next recovery key, shown once. Write the twelve words down and put them away:');
      say(`    ${next}`);
      await ask('Press Enter once you have; the keys are changed then. ', `\n${notSent}`);
      lines.close();
      await sendRecovery(context, { person: null });
      say('The keys are changed.');
    };
  },
};

/** What two people read to each other before anything else can happen. */
function sayFingerprints(say: (line: string) => void, { hub }: Membership, own: string): void {
  for (const key of hub.keys.values()) {
    say(
      `The operator of the hub reads out its fingerprint. It must be this one; if not, stop:\n    ${fingerprintOf(key)}`,
    );
  }
  say(`Then read this node's fingerprint out to the operator:\n    ${own}`);
}

function placeText(place: LogPlace | null): string {
  return place === null ? '0' : `${place.seq} of epoch ${place.epoch}`;
}

/** Joining the network and looking after keys, from the command line. Gives the exit status. */
export function joinCommand({ args, env, print }: CommandLine): Promise<0 | 1 | 2> {
  return runCommand<Option>({
    args,
    print,
    usage,
    options: ['hub', 'invitation', 'last-trusted'],
    explain: (error) => (error instanceof HubProblem ? problemText(error.code) : null),
    run: async (typed) => {
      const [command] = typed.words;
      if (command === undefined && !typed.options.invitation && !typed.options.hub) {
        throw new WrongUse('Say what to do.');
      }
      const chosen = command === undefined ? joinNetwork : commands[command];
      if (!chosen) throw new WrongUse(`There is no command “${command}”.`);
      const act = chosen(typed);
      const context = await open({ env, print });
      try {
        await act(context);
      } finally {
        await context.jobs.stop();
        await context.database.close();
      }
    },
  });
}
