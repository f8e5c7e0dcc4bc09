import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubConfig } from '@practice-exchange/hub';
import type { NodeConfig } from '@practice-exchange/node';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import type { HubCommands } from './hub-worker.ts';
import type { Breakage, NodeCommands } from './node-worker.ts';
import type { Random } from './random.ts';
import { nodeCount, type Script, type Target } from './script.ts';
import { ServiceProcess } from './service-process.ts';
import type { World } from './world.ts';

/** A node with its line to the hub. Its ids are known once it has joined. */
export type NodeUnderTest = {
  readonly number: number;
  readonly database: string;
  readonly process: ServiceProcess<NodeCommands>;
  readonly line: FaultyProxy;
  joined: { node: string; authority: string } | null;
};

/** A hub and its nodes, each a process with a database of its own. */
export type NetworkUnderTest = {
  readonly hub: ServiceProcess<HubCommands>;
  readonly hubDatabase: string;
  readonly nodes: readonly NodeUnderTest[];
  /** How wrong a process's clock will be after its next start. */
  readonly clocks: Map<Target, number>;
  close(): Promise<void>;
};

/** Starts a network on fresh databases. Nobody has joined yet. */
export async function startNetworkUnderTest(
  world: World,
  run: number,
  options: { script: Script; random: Random; breakage: Breakage | null },
): Promise<NetworkUnderTest> {
  const { script, random, breakage } = options;
  const { postgres } = world;
  const clocks = new Map<Target, number>();
  const redisUrl = script.redis ? (world.redis?.url ?? null) : null;
  const hubDatabase = `hub_${run}`;
  const directory = join(world.directory, `run-${run}`);
  await mkdir(directory);
  await postgres.createDatabase(hubDatabase);
  let hubUrl: string | null = null;

  const hub = new ServiceProcess<HubCommands>({
    name: 'hub',
    entry: new URL('hub-worker.ts', import.meta.url),
    log: join(world.directory, 'logs', `run-${run}-hub.log`),
    async start(self) {
      const config: HubConfig = {
        production: false,
        demo: true,
        url: 'http://127.0.0.1',
        listen: { host: '127.0.0.1', port: 0 },
        parts: { api: true, worker: true },
        databaseUrl: postgres.url(hubDatabase),
        redisUrl,
        meilisearch: script.meilisearch && world.meilisearch ? { ...world.meilisearch, apiKey: undefined } : null,
        dataDirectory: directory,
        secret: 'the secret of a hub that only tests use',
        openIdConnect: null,
        statisticsArePublic: false,
        logLevel: 'warn',
      };
      hubUrl = (await self.askChild('start', { config, clockShiftMs: clocks.get('hub') ?? 0 })).url;
    },
  });

  const nodes: NodeUnderTest[] = [];
  for (let number = 0; number < nodeCount; number += 1) {
    const authority = world.authorities[number];
    if (!authority) throw new Error('there are too few demo authorities');
    const line = await startFaultyProxy(() => hubUrl, random);
    const database = `node_${run}_${number}`;
    await postgres.createDatabase(database);
    const config: NodeConfig = {
      id: `faults-${run}-node-${number}`,
      production: false,
      demo: true,
      url: 'http://127.0.0.1',
      hubUrl: line.url,
      listen: { host: '127.0.0.1', port: 0 },
      authority: {
        name: authority.name,
        onsCode: authority.onsCode,
        region: authority.region,
        type: authority.type,
        childPopulation: authority.childPopulation,
      },
      databaseUrl: postgres.url(database),
      redisUrl,
      secret: `the secret of node ${number}, which only tests use`,
      logLevel: 'warn',
    };
    const process = new ServiceProcess<NodeCommands>({
      name: `node ${number}`,
      entry: new URL('node-worker.ts', import.meta.url),
      log: join(world.directory, 'logs', `run-${run}-node-${number}.log`),
      start: (self) => self.askChild('start', { config, clockShiftMs: clocks.get(number) ?? 0, breakage }),
    });
    nodes.push({ number, database, process, line, joined: null });
  }

  return {
    hub,
    hubDatabase,
    nodes,
    clocks,
    async close() {
      await Promise.all([hub.end(), ...nodes.map(({ process }) => process.end())]);
      await Promise.all(nodes.map(({ line }) => line.close()));
      for (const name of [hubDatabase, ...nodes.map(({ database }) => database)]) await postgres.dropDatabase(name);
      await world.redis?.flush();
    },
  };
}
