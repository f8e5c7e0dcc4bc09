import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubConfig } from '@practice-exchange/hub';
import type { NodeConfig } from '@practice-exchange/node';
import { type Breakage, isHubBreakage, isNodeBreakage } from './breakages.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import type { HubCommands } from './hub-worker.ts';
import type { NodeCommands } from './node-worker.ts';
import { type Random, randomFrom } from './random.ts';
import { nodeCount, type Script, type Target } from './script.ts';
import { ServiceProcess } from './service-process.ts';
import type { World } from './world.ts';

/** A node with its line to the hub. */
export type NodeUnderTest = {
  readonly number: number;
  readonly database: string;
  readonly process: ServiceProcess<NodeCommands>;
  readonly line: FaultyProxy;
  readonly joined: { readonly node: string; readonly authority: string };
};

/** A hub and its nodes, each a process with a database of its own; all are members. */
export type NetworkUnderTest = {
  readonly hub: ServiceProcess<HubCommands>;
  readonly hubDatabase: string;
  readonly nodes: readonly NodeUnderTest[];
  /** How wrong a process's clock is, also after its next start. */
  readonly clocks: Map<Target, number>;
  /** Records that were there before the run: what nodes publish when they join. */
  readonly before: ReadonlySet<string>;
  /** Begins a run: the databases as they were when everybody had joined, every service started anew. */
  begin(run: number, options: { script: Script; random: Random; breakage: Breakage | null }): Promise<void>;
  /** Ends a run. The processes stay for the next one, unless they were broken. */
  finish(): Promise<void>;
  close(): Promise<void>;
};

const hubDatabase = 'hub';
const copyOf = (database: string) => `${database}_joined`;

/**
 * Starts a hub and three nodes, has every node join, and keeps copies of their databases. Each run begins from these, in the
 * same processes, so that a run costs what happens in it and not what happens before.
 */
export async function createNetworkUnderTest(world: World): Promise<NetworkUnderTest> {
  const { postgres } = world;
  const clocks = new Map<Target, number>();
  const plain: Script = { redis: false, meilisearch: false, weather: 0, steps: [] };
  let current: { run: number; script: Script; breakage: Breakage | null } = { run: 0, script: plain, breakage: null };
  let hubUrl: string | null = null;
  const runDirectory = () => join(world.directory, `run-${current.run}`);
  const redisUrl = () => (current.script.redis ? (world.redis?.url ?? null) : null);
  const compileCache = join(world.directory, 'compile-cache');

  const hub = new ServiceProcess<HubCommands>({
    name: 'hub',
    entry: world.worker('hub-worker'),
    log: join(world.directory, 'logs', 'hub.log'),
    compileCache,
    async start(self) {
      const { script, breakage } = current;
      const config: HubConfig = {
        production: false,
        demo: true,
        url: 'http://127.0.0.1',
        listen: { host: '127.0.0.1', port: 0 },
        parts: { api: true, worker: true },
        databaseUrl: postgres.url(hubDatabase),
        redisUrl: redisUrl(),
        meilisearch: script.meilisearch && world.meilisearch ? { ...world.meilisearch, apiKey: undefined } : null,
        dataDirectory: runDirectory(),
        secret: 'the secret of a hub that only tests use',
        openIdConnect: null,
        statisticsArePublic: false,
        logLevel: 'warn',
      };
      const clockShiftMs = clocks.get('hub') ?? 0;
      const broken = isHubBreakage(breakage) ? breakage : null;
      hubUrl = (await self.askChild('start', { config, clockShiftMs, breakage: broken })).url;
    },
  });

  const places = await Promise.all(
    Array.from({ length: nodeCount }, async (_, number) => {
      const line = await startFaultyProxy(() => hubUrl);
      const database = `node_${number}`;
      const process = new ServiceProcess<NodeCommands>({
        name: `node ${number}`,
        entry: world.worker('node-worker'),
        log: join(world.directory, 'logs', `node-${number}.log`),
        compileCache,
        start: (self) =>
          self.askChild('start', {
            config: nodeConfig(world, number, { database, redisUrl: redisUrl(), hubUrl: line.url }),
            clockShiftMs: clocks.get(number) ?? 0,
            breakage: isNodeBreakage(current.breakage) ? current.breakage : null,
          }),
      });
      return { number, database, process, line };
    }),
  );
  const processes = [hub, ...places.map(({ process }) => process)];
  const databases = [hubDatabase, ...places.map(({ database }) => database)];

  async function stopServices(): Promise<void> {
    for (const process of processes) process.park();
    for (const { line } of places) line.begin(randomFrom('over'));
    // The hub first: nodes then wait for nothing.
    for (const process of processes) {
      await within(3_000, process.control('stop')).catch(() => process.end());
    }
  }

  await mkdir(runDirectory());
  await Promise.all(databases.map((database) => postgres.createDatabase(database)));
  await Promise.all(processes.map((process) => process.begin()));
  const nodes: NodeUnderTest[] = await Promise.all(
    places.map(async (place) => ({ ...place, joined: await joinNetwork(hub, place.process, place.number) })),
  );
  const before = await postgres.query<{ id: string }>(hubDatabase, 'select id from record');
  await stopServices();
  await Promise.all(databases.map((database) => postgres.copyDatabase(copyOf(database), database)));

  return {
    hub,
    hubDatabase,
    nodes,
    clocks,
    before: new Set(before.map(({ id }) => id)),
    async begin(run, options) {
      current = { run, ...options };
      clocks.clear();
      await mkdir(runDirectory(), { recursive: true });
      await Promise.all(databases.map((database) => postgres.copyDatabase(database, copyOf(database))));
      for (const { line } of nodes) line.begin(options.random);
      await Promise.all(processes.map((process) => process.begin()));
    },
    async finish() {
      await stopServices();
      // A broken build stays broken in the process that it was loaded into.
      if (current.breakage) await Promise.all(processes.map((process) => process.end()));
      await world.redis?.flush();
      await rm(runDirectory(), { recursive: true, force: true });
    },
    async close() {
      await Promise.all(processes.map((process) => process.end()));
      await Promise.all(places.map(({ line }) => line.close()));
    },
  };
}

async function joinNetwork(
  hub: ServiceProcess<HubCommands>,
  node: ServiceProcess<NodeCommands>,
  number: number,
): Promise<NodeUnderTest['joined']> {
  const invitation = await hub.ask('invite', { authorityName: `node ${number}` });
  const joined = await node.ask('join', { invitation });
  await hub.ask('confirm', { node: joined.node, fingerprint: joined.fingerprint });
  for (let attempt = 1; ; attempt += 1) {
    // The conformance run waits for receipts; what is not there yet is asked for again.
    const state = await node.ask('goLive', null as never).then(
      (answer) => answer.state,
      () => null,
    );
    if (state === 'live') break;
    if (attempt === 100) throw new Error(`node ${number} is ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { node: joined.node, authority: joined.authority };
}

function nodeConfig(
  world: World,
  number: number,
  places: { database: string; redisUrl: string | null; hubUrl: string },
): NodeConfig {
  const authority = world.authorities[number];
  if (!authority) throw new Error('there are too few demo authorities');
  const { name, onsCode, region, type, childPopulation } = authority;
  return {
    id: `faults-node-${number}`,
    production: false,
    demo: true,
    url: 'http://127.0.0.1',
    hubUrl: places.hubUrl,
    listen: { host: '127.0.0.1', port: 0 },
    authority: { name, onsCode, region, type, childPopulation },
    databaseUrl: world.postgres.url(places.database),
    redisUrl: places.redisUrl,
    secret: `the secret of node ${number}, which only tests use`,
    logLevel: 'warn',
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
