// `npm run join -- …`: joining the network and looking after keys, from the command line. Reads the node's own settings.
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { AppError, ConfigError, createLogger, Database, inProcessJobs } from '@practice-exchange/platform';
import { fingerprintOf, fingerprintOfKid, HubProblem } from '@practice-exchange/protocol';
import { nodeConfig } from '../config.ts';
import { NodeKeys } from '../features/identity/node-keys.ts';
import { join } from '../features/joining/joining.ts';
import { Network } from '../features/joining/network.ts';
import { changeKey, describeKeys, prepareRecovery, retireKey, sendRecovery } from '../features/keys/keys.ts';
import { migrations } from '../schema/migrations/migrations.ts';
import type { NodeSchema } from '../schema/node-schema.ts';

const usage = `npm run join -- --hub URL --invitation CODE
npm run join -- status
npm run join -- change-key
npm run join -- retire-key KID
npm run join -- recover --last-trusted N`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { hub: { type: 'string' }, invitation: { type: 'string' }, 'last-trusted': { type: 'string' } },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

async function open() {
  const { config } = nodeConfig(process.env);
  const log = createLogger({ name: 'join', level: 'silent' });
  const database = Database.connect<NodeSchema>({
    url: config.databaseUrl,
    migrations,
    applicationName: 'practice-exchange-join',
    log,
  });
  await database.migrate();
  const keys = new NodeKeys({ database, secret: config.secret });
  // The running node does the work behind; it looks every ten seconds.
  const jobs = inProcessJobs({ log });
  jobs.define('deliver', async () => undefined);
  const network = new Network({ database, keys, secret: config.secret });
  return { config, database, keys, jobs, network, log };
}

type Context = Awaited<ReturnType<typeof open>>;

async function joinNetwork(context: Context): Promise<void> {
  const { hub, invitation } = values;
  if (!hub || !invitation || !URL.canParse(hub)) throw wrongUse();
  await context.keys.ensure();
  const { fingerprint, recoveryPhrase, state } = await join(context, { hubUrl: hub, invitation });
  if (state === 'joined-before') say('This node has joined already.');
  if (recoveryPhrase) {
    say('The recovery key, shown once. Write the twelve words down and put them away:');
    say(`    ${recoveryPhrase}`);
  }
  say('Read this fingerprint out to the operator of the hub:');
  say(`    ${fingerprint}`);
  const membership = await context.network.membership();
  for (const key of membership?.hub.keys.values() ?? [])
    say(`The operator reads out that of the hub:\n    ${fingerprintOf(key)}`);
}

const commands: Record<string, (context: Context) => Promise<void>> = {
  async status(context) {
    const membership = await context.network.membership();
    if (!membership) {
      say('This node has not joined yet.');
      return;
    }
    say(
      `state ${membership.state}, publishes: ${membership.mayPublish ? 'yes' : 'no'}, served: ${membership.isServed ? 'yes' : 'no'}`,
    );
    for (const { kid, state } of (await describeKeys(context)).keys)
      say(`${state.padEnd(8)} ${fingerprintOfKid(kid)}  ${kid}`);
  },
  async 'change-key'(context) {
    await changeKey(context, { person: null });
    say('The new key signs once the hub has accepted it; see status.');
  },
  async 'retire-key'(context) {
    const [, kid] = positionals;
    if (!kid) throw wrongUse();
    await retireKey(context, { kid, person: null });
    say('Retired.');
  },
  async recover(context) {
    const lastTrusted = Number(values['last-trusted']);
    if (!Number.isInteger(lastTrusted) || lastTrusted < 0) throw wrongUse();
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    // Not an argument: those are kept by shells and shown in lists of processes.
    const phrase = await lines.question('The twelve words of the recovery key: ');
    const next = await prepareRecovery(context, { phrase, lastTrusted, person: null });
    say('The next recovery key, shown once. Write the twelve words down and put them away:');
    say(`    ${next}`);
    await lines.question('Press Enter once you have; the keys are changed then. ');
    lines.close();
    await sendRecovery(context, { person: null });
    say('The keys are changed.');
  },
};

function wrongUse(): ConfigError {
  return new ConfigError([`Use it like this:\n${usage}`]);
}

try {
  const [command] = positionals;
  const act = command === undefined ? joinNetwork : commands[command];
  if (!act) throw wrongUse();
  const context = await open();
  try {
    await act(context);
  } finally {
    await context.jobs.stop();
    await context.database.close();
  }
} catch (error) {
  const known = error instanceof ConfigError || error instanceof AppError || error instanceof HubProblem;
  process.stderr.write(
    `${known ? error.message : `It did not work (${error instanceof Error ? error.name : 'error'}).`}\n`,
  );
  process.exit(1);
}
