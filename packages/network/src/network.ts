import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join as joinPath } from 'node:path';
import { confirmFingerprint, type Hub, type HubConfig, invite, startHub } from '@practice-exchange/hub';
import { followNetwork, join, type NodeConfig, type RunningNode, startNode } from '@practice-exchange/node';
import {
  AppError,
  createLogger,
  type EmbeddedPostgres,
  type Logger,
  startEmbeddedPostgres,
} from '@practice-exchange/platform';
import { fingerprintOf } from '@practice-exchange/protocol';
import { DemoSignIn, type Role, roles as roleWords, savePeople } from '@practice-exchange/web';
import { pino } from 'pino';
import { type DemoAuthority, type DemoPerson, readDemoAuthorities, readDemoPeople } from './demo/demo-people.ts';

export type NetworkOptions = {
  /** Where everything is kept: databases, secrets, the index, the log. */
  directory: string;
  /** The hub's port; the nodes take those that follow. 0: any free ports. */
  firstPort: number;
  logLevel?: HubConfig['logLevel'];
  redisUrl?: string;
  meilisearch?: { url: string; apiKey: string | undefined };
  /** Told of each step while the network comes up. */
  progress?: (step: string) => void;
  /** False only in tests: a power cut may then lose data. */
  durable?: boolean;
};

/** A node of the network with the authority that it serves. */
export type NetworkNode = { authority: DemoAuthority; authorityId: string; node: RunningNode };

/** A whole network in one process. */
export type Network = {
  hub: Hub;
  nodes: readonly NetworkNode[];
  people: readonly DemoPerson[];
  postgres: EmbeddedPostgres;
  log: Logger;
  /** The address that signs a person in with one GET. */
  signInUrl(person: DemoPerson, returnPath?: string): string;
  /** Resolves when nothing is on its way: every publication delivered, indexed and receipted. */
  drain(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts PostgreSQL, the hub and a node for each demo authority, with demo sign-in, and has every node join by an invitation,
 * a confirmed fingerprint and a conformance run. A directory that was used before is used again: nothing is made twice.
 */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const { directory, progress = () => undefined } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.reverse().splice(0)) await end();
  };
  try {
    progress('Starting PostgreSQL');
    const postgres = await startEmbeddedPostgres({ directory, durable: options.durable ?? true });
    stops.push(() => postgres.stop());
    await mkdir(directory, { recursive: true });
    const destination = pino.destination({ dest: joinPath(directory, 'network.log'), sync: false });
    stops.push(async () => destination.flushSync());
    const log = createLogger({ name: 'network', level: options.logLevel ?? 'info', destination });
    const secrets = await readSecrets(directory);
    const [authorities, people] = await Promise.all([readDemoAuthorities(), readDemoPeople()]);

    const ports = await choosePorts(options.firstPort, authorities.length + 1);
    const [hubPort = 0, ...nodePorts] = ports;
    progress('Starting the hub');
    const hub = await startDemoHub(options, hubPort, postgres, secrets, people, log);
    stops.push(() => hub.stop());
    const nodes: NetworkNode[] = [];
    for (const [index, authority] of authorities.entries()) {
      progress(`Starting the node of ${authority.name}`);
      const node = await startDemoNode(options, {
        authority,
        port: nodePorts[index] ?? 0,
        postgres,
        hub,
        secrets,
        people,
        log,
      });
      stops.push(() => node.stop());
      nodes.push({ authority, node, authorityId: await joinNetwork(hub, node) });
    }

    const urlOf = (person: DemoPerson) =>
      person.authority === 'hub'
        ? hub.url
        : nodes.find(({ authority }) => authority.key === person.authority)?.node.url;
    return {
      hub,
      nodes,
      people,
      postgres,
      log,
      signInUrl: (person, returnPath = '/') =>
        `${urlOf(person) ?? hub.url}${DemoSignIn.pathFor(person.id, returnPath)}`,
      drain: async () => {
        for (const { node } of nodes) await node.context.jobs.drain();
        await hub.context.jobs.drain();
        for (const { node } of nodes) await node.context.jobs.drain();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDemoHub(
  options: NetworkOptions,
  port: number,
  postgres: EmbeddedPostgres,
  secrets: Secrets,
  people: readonly DemoPerson[],
  log: Logger,
): Promise<Hub> {
  const own = people.filter((person) => person.authority === 'hub');
  const config: HubConfig = {
    production: false,
    demo: true,
    url: addressOf(port),
    listen: { host: '127.0.0.1', port },
    parts: { api: true, worker: true },
    databaseUrl: await postgres.ensureDatabase('hub'),
    redisUrl: options.redisUrl ?? null,
    meilisearch: options.meilisearch ?? null,
    dataDirectory: options.directory,
    secret: secrets.of('hub'),
    openIdConnect: null,
    statisticsArePublic: true,
    logLevel: options.logLevel ?? 'info',
  };
  const hub = await startHub(config, demoSignIn(own), log.child({ service: 'hub' }));
  await savePeople(hub.context.database as never, own.map(toAccount));
  return hub;
}

async function startDemoNode(
  options: NetworkOptions,
  place: {
    authority: DemoAuthority;
    port: number;
    postgres: EmbeddedPostgres;
    hub: Hub;
    secrets: Secrets;
    people: readonly DemoPerson[];
    log: Logger;
  },
): Promise<RunningNode> {
  const { authority, hub, port } = place;
  const own = place.people.filter((person) => person.authority === authority.key);
  const config: NodeConfig = {
    id: `node-${authority.key}`,
    production: false,
    demo: true,
    url: addressOf(port),
    hubUrl: hub.url,
    listen: { host: '127.0.0.1', port },
    authority: {
      name: authority.name,
      onsCode: authority.onsCode,
      region: authority.region,
      type: authority.type,
      childPopulation: authority.childPopulation,
    },
    databaseUrl: await place.postgres.ensureDatabase(`node_${authority.key}`),
    redisUrl: options.redisUrl ?? null,
    secret: place.secrets.of(authority.key),
    logLevel: options.logLevel ?? 'info',
  };
  const node = await startNode(config, demoSignIn(own), place.log.child({ service: config.id }));
  await savePeople(node.context.database as never, own.map(toAccount));
  return node;
}

/** Joins as any node does: invitation, enrolment, fingerprint, conformance run. Gives the authority's id. */
export async function joinNetwork(hub: Hub, node: RunningNode): Promise<string> {
  const { context } = node;
  const before = await context.network.membership();
  if (before?.liveAt) return before.authority;
  if (!before) {
    const { code } = await invite(hub.context, { authorityName: context.config.authority.name, operator: null });
    await join(context, { hubUrl: hub.url, invitation: code });
  }
  const membership = await context.network.membership();
  if (!membership) throw new Error('a node joined and has no membership');
  if (membership.state === 'awaiting-fingerprint') {
    const fingerprint = fingerprintOf((await context.keys.current()).publicJwk);
    await confirmFingerprint(hub.context, { node: membership.node, fingerprint, operator: null }).catch(
      (error: unknown) => {
        // A start that was cut short after this step goes on from here.
        if (!(error instanceof AppError) || error.code !== 'fingerprint-confirmed') throw error;
      },
    );
  }
  await followNetwork(context);
  const after = await context.network.membership();
  if (after?.state !== 'live') throw new Error(`the node of ${context.config.authority.name} is ${after?.state}`);
  return membership.authority;
}

/** The ports that follow one another from the first, or as many free ones as are needed. */
async function choosePorts(first: number, count: number): Promise<number[]> {
  if (first !== 0) return Array.from({ length: count }, (_, index) => first + index);
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function demoSignIn(people: readonly DemoPerson[]): DemoSignIn {
  return new DemoSignIn({
    production: false,
    people: people.map(({ id, name, roles, jobTitle }) => ({
      id,
      name,
      roles: roles as Role[],
      title: jobTitle,
      description: roles.map((role) => roleWords.find((words) => words.code === role)?.hint ?? role).join('. '),
    })),
  });
}

function toAccount({ id, name, jobTitle, roles }: DemoPerson) {
  return { subject: id, name, jobTitle, roles: roles as Role[] };
}

type Secrets = { of(service: string): string };

/** Secrets made once for this data directory: one file, readable by its owner only. */
async function readSecrets(directory: string): Promise<Secrets> {
  const file = joinPath(directory, 'secrets.json');
  let root: string;
  try {
    root = (JSON.parse(await readFile(file, 'utf8')) as { root: string }).root;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    root = randomBytes(32).toString('base64url');
    await writeFile(file, JSON.stringify({ root }), { mode: 0o600, flag: 'wx' });
  }
  return { of: (service) => `${root}.${service}` };
}
