// `npm run members -- …`: what an operator decides about members, from the command line. Reads the hub's own settings.
import { parseArgs } from 'node:util';
import { AppError, ConfigError, createLogger, Database } from '@practice-exchange/platform';
import { hubConfig } from '../config.ts';
import { confirmFingerprint, invite } from '../features/enrolling/enrolling.ts';
import { changeHubKey } from '../features/identity/change-hub-key.ts';
import { openHubIdentity } from '../features/identity/identity.ts';
import { expel, liftSuspension, suspend, turnSwitches } from '../features/members/standing.ts';
import { listMembers } from '../features/members/store.ts';
import type { HubSchema } from '../schema/hub-schema.ts';
import { migrations } from '../schema/migrations/migrations.ts';

const usage = `npm run members -- list
npm run members -- invite "NAME OF THE AUTHORITY" [--days N]
npm run members -- confirm NODE --fingerprint "AS READ OUT"
npm run members -- switch NODE --may-publish yes|no --is-served yes|no --reason "WHY"
npm run members -- suspend NODE --reason "WHY"
npm run members -- lift NODE --reason "WHY"
npm run members -- expel NODE --reason "WHY"
npm run members -- change-hub-key --reason "WHY"`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    days: { type: 'string' },
    fingerprint: { type: 'string' },
    reason: { type: 'string' },
    'may-publish': { type: 'string' },
    'is-served': { type: 'string' },
  },
});
const [command = '', subject = ''] = positionals;
const say = (line: string) => process.stdout.write(`${line}\n`);

type Context = { database: Database<HubSchema>; config: ReturnType<typeof hubConfig> };

const commands: Record<string, (context: Context) => Promise<void>> = {
  async list({ database }) {
    for (const { node, name, state, may_publish, is_served } of await listMembers(database)) {
      say(
        `${node}  ${state.padEnd(20)}  publishes: ${may_publish ? 'yes' : 'no '}  served: ${is_served ? 'yes' : 'no '}  ${name}`,
      );
    }
  },
  async invite({ database, config }) {
    const days = values.days === undefined ? undefined : Number(values.days);
    if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= 30)) throw wrongUse();
    const { code, expiresAt } = await invite(
      { database },
      { authorityName: needed(subject), operator: null, ...(days === undefined ? {} : { days }) },
    );
    say(`hub address      ${config.url}`);
    say(`invitation code  ${code}`);
    say(`It works once, until ${expiresAt.toISOString()}, and is not shown again.`);
  },
  async confirm({ database }) {
    const fingerprint = needed(values.fingerprint);
    await confirmFingerprint({ database }, { node: needed(subject), fingerprint, operator: null });
    say('Confirmed. The node now takes a synthetic record through the conformance run, and is live after it.');
  },
  async switch({ database }) {
    const decision = { node: needed(subject), operator: null, reason: needed(values.reason) };
    await turnSwitches(
      { database },
      { ...decision, mayPublish: yesOrNo(values['may-publish']), isServed: yesOrNo(values['is-served']) },
    );
    say('Saved.');
  },
  suspend: decideWith(suspend),
  lift: decideWith(liftSuspension),
  expel: decideWith(expel),
  async 'change-hub-key'({ database, config }) {
    const reason = needed(values.reason);
    const hub = await openHubIdentity(database, config.secret);
    const kid = await changeHubKey({ database, hub, config }, { operator: null, reason });
    say(`The hub's next key is ${kid}. It is listed now and signs in two minutes.`);
  },
};

function decideWith(act: typeof suspend) {
  return async ({ database }: Context) => {
    await act({ database }, { node: needed(subject), operator: null, reason: needed(values.reason) });
    say('Saved.');
  };
}

function needed(value: string | undefined): string {
  if (!value) throw wrongUse();
  return value;
}

function yesOrNo(value: string | undefined): boolean {
  if (value !== 'yes' && value !== 'no') throw wrongUse();
  return value === 'yes';
}

function wrongUse(): ConfigError {
  return new ConfigError([`Use it like this:\n${usage}`]);
}

try {
  const act = commands[command];
  if (!act) throw wrongUse();
  const config = hubConfig(process.env);
  const log = createLogger({ name: 'members', level: 'silent' });
  const database = Database.connect<HubSchema>({
    url: config.databaseUrl,
    migrations,
    applicationName: 'practice-exchange-members',
    log,
  });
  try {
    await act({ database, config });
  } finally {
    await database.close();
  }
} catch (error) {
  const known = error instanceof ConfigError || error instanceof AppError;
  process.stderr.write(
    `${known ? error.message : `It did not work (${error instanceof Error ? error.name : 'error'}).`}\n`,
  );
  process.exit(1);
}
