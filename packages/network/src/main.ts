// `npm start`: the whole network in one process, with demo data, on embedded defaults.
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ConfigError, createLogger, errorCode, readConfig, runUntilSignal } from '@practice-exchange/platform';
import { z } from 'zod';
import { seedDemo } from './demo/seed.ts';
import { seedStatistics } from './demo/seed-statistics.ts';
import { type Network, startNetwork } from './network.ts';
import { describeNetwork } from './network-file.ts';

const settings = z.object({
  PRACTICE_EXCHANGE_DATA: z.string().default('.data').describe('a directory that may be written to'),
  PRACTICE_EXCHANGE_PORT: z.coerce.number().int().min(1).max(65_000).default(4000).describe('a port, 1 to 65000'),
  NODE_ENV: z.string().optional().describe('anything but production: the demo lets anyone in'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('a redis:// address, or nothing for jobs in this process'),
  MEILI_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of Meilisearch, or nothing for the embedded index'),
  MEILI_API_KEY: z.string().optional().describe("Meilisearch's key"),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('a log level'),
});

const began = performance.now();
const say = (line: string) => process.stdout.write(`${line}\n`);
const seconds = () => ((performance.now() - began) / 1000).toFixed(1);

async function start(): Promise<Network> {
  const config = readConfig(settings, process.env);
  if (config.NODE_ENV === 'production') {
    throw new ConfigError(['NODE_ENV: the demo network lets anyone sign in and refuses to start in production']);
  }
  const directory = resolve(config.PRACTICE_EXCHANGE_DATA);
  const progress = (step: string) => say(`${seconds().padStart(5)} s  ${step}`);
  const network = await startNetwork({
    directory,
    firstPort: config.PRACTICE_EXCHANGE_PORT,
    logLevel: config.LOG_LEVEL,
    progress,
    ...(config.REDIS_URL ? { redisUrl: config.REDIS_URL } : {}),
    ...(config.MEILI_URL ? { meilisearch: { url: config.MEILI_URL, apiKey: config.MEILI_API_KEY } } : {}),
  });
  try {
    await seedDemo(network, progress);
    const described = describeNetwork(network);
    await writeFile(join(directory, 'network.json'), `${JSON.stringify(described, null, 2)}\n`);
    announce(network, directory);
    return withStatistics(network);
  } catch (error) {
    await network.stop();
    throw error;
  }
}

/** Builds the national statistics behind, while the network is used already. */
function withStatistics(network: Network): Network {
  const stopping = new AbortController();
  const seeding = seedStatistics(network, stopping.signal).catch((error) => {
    if (!stopping.signal.aborted) network.log.error({ code: errorCode(error) }, 'the demo statistics were not built');
  });
  return {
    ...network,
    stop: async () => {
      stopping.abort();
      await Promise.race([seeding, setTimeout(1000)]);
      await network.stop();
    },
  };
}

function announce(network: Network, directory: string): void {
  say(`\nPractice Exchange is ready (${seconds()} s). Everything in it is fictional demo data.\n`);
  say(`  Hub    ${network.hub.url}   national overview`);
  for (const { authority, node } of network.nodes) {
    say(`  Node   ${node.url}   ${authority.name}, ${authority.band} prevalence`);
  }
  say('\nNational statistics of eight quarters, from simulated authorities besides these, are being built behind.');
  say('\nOpen a link to sign in as that person:\n');
  const places = [...network.nodes.map(({ authority }) => authority), { key: 'hub', name: 'National hub' }];
  for (const place of places) {
    say(`  ${place.name}`);
    for (const person of network.people.filter((candidate) => candidate.authority === place.key)) {
      say(`    ${person.roles.join(', ').padEnd(24)} ${person.name.padEnd(18)} ${network.signInUrl(person)}`);
    }
  }
  say(`\nData, secrets and the log are in ${directory}. Stop with Ctrl+C.`);
}

// Whoever started this process was killed: nothing is left running behind it. A start after a crash recovers, so this may
// be as abrupt, and the next start finds the data directory free.
process.on('disconnect', () => process.exit(1));

await runUntilSignal({
  start,
  log: createLogger({ name: 'network', level: 'silent' }),
  portVariable: 'PRACTICE_EXCHANGE_PORT',
});
