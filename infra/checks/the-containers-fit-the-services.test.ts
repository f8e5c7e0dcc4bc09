import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hubConfig, hubSettings } from '../../services/hub/src/config.ts';
import { paths as hubPaths } from '../../services/hub/src/paths.ts';
import { nodeConfig, nodeSettings } from '../../services/node/src/config.ts';
import { paths as nodePaths } from '../../services/node/src/paths.ts';

// There is not always an engine to start the containers with: what they are given is held against what the services read.
type Container = {
  image: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
};

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Container>;
  volumes: Record<string, unknown>;
  networks: Record<string, unknown>;
};
const containers = Object.entries(compose.services);
const own = containers.filter(([, { build }]) => build);
const dockerfile = read('infra/containers/Dockerfile');
const packageJson = JSON.parse(read('package.json')) as { version: string; config: { pnpm: string } };
const catalog = (parse(read('pnpm-workspace.yaml')) as { catalog: Record<string, string> }).catalog;

const kinds = {
  'services/hub/src/main.ts': { settings: hubSettings, readConfig: hubConfig, paths: hubPaths },
  'services/node/src/main.ts': { settings: nodeSettings, readConfig: nodeConfig, paths: nodePaths },
} as const;

function kindOf({ command = [] }: Container) {
  const [program, entry = ''] = command;
  expect(program).toBe('node');
  expect(Object.keys(kinds)).toContain(entry);
  return kinds[entry as keyof typeof kinds];
}

/** `.env` as somebody fills in the example: what it leaves empty and must not be gets a value of its kind. */
const filled = Object.fromEntries(
  [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => {
    if (value !== '' || /ADMINISTRATOR|PROXIES/.test(name)) return [name, value];
    return [name, name.endsWith('_ISSUER') ? 'https://issuer.example' : 'x'.repeat(32)];
  }),
);

function substituted(value: string): string {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, other = '') => {
    const given = filled[name] ?? '';
    if (given === '' && kind === '?') throw new Error(`compose refuses to start without ${name}`);
    return given === '' && kind === '-' ? other : given;
  });
}

function environmentOf({ environment = {} }: Container): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, substituted(value)]));
}

describe('docker-compose.yml', () => {
  it('runs the services from the image that the Dockerfile makes', () => {
    expect(own.length).toBeGreaterThan(3);
    for (const [name, container] of own) {
      expect(container.image, name).toBe(`practice-exchange:${packageJson.version}`);
      expect(existsSync(join(root, container.build?.dockerfile ?? '')), name).toBe(true);
      expect(existsSync(join(root, container.command?.[1] ?? '')), name).toBe(true);
    }
  });

  it.each(own)('gives %s the settings that it reads, no other, and ones that it takes', (_, container) => {
    const { settings, readConfig } = kindOf(container);
    const known = Object.keys(settings.shape);
    expect(Object.keys(container.environment ?? {}).filter((name) => !known.includes(name))).toEqual([]);
    const environment = environmentOf(container);
    expect(readConfig(environment)).toMatchObject({});
    // Each of these is somebody else's to know.
    for (const name of ['SECRET', 'DATABASE_URL', 'OIDC_CLIENT_SECRET']) {
      expect(container.environment?.[name], name).toMatch(/\$\{\w+:\?/);
    }
  });

  it.each(own)('asks %s whether it is ready where it answers that', (_, container) => {
    const { paths } = kindOf(container);
    const { PORT = '' } = environmentOf(container);
    const [, port, path] =
      /http:\/\/127\.0\.0\.1:(\d+)(\/[^'"]*)/.exec(container.healthcheck?.test.join(' ') ?? '') ?? [];
    expect([port, path]).toEqual([PORT, paths.ready]);
    for (const published of container.ports ?? []) expect(published).toMatch(new RegExp(`:${PORT}$`));
  });

  it('names only what is there: variables, services to wait for, hosts, volumes, networks and files', () => {
    const used = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name));
    expect([...used].sort()).toEqual(Object.keys(filled).sort());
    const mounted = containers.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    for (const source of mounted.filter((each) => each.startsWith('.'))) {
      expect(existsSync(join(root, source)), source).toBe(true);
    }
    expect(mounted.filter((each) => !each.startsWith('.')).sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const [name, container] of containers) {
      expect(Object.keys(compose.networks), name).toEqual(expect.arrayContaining(container.networks ?? ['?']));
      for (const other of Object.keys(container.depends_on ?? {})) {
        expect(compose.services[other]?.healthcheck, `${name} waits for ${other}`).toBeDefined();
      }
      for (const [, host = ''] of JSON.stringify(container.environment ?? {}).matchAll(/@(\w+):\d+/g)) {
        expect(Object.keys(container.depends_on ?? {}), name).toContain(host);
      }
    }
  });

  it('keeps the databases of the services apart, and makes each with its owner', () => {
    const script = read('infra/containers/create-databases.sh');
    const made = [...script.matchAll(/^create (\w+) "\$(\w+)"$/gm)].map(([, name, password]) => `${name} ${password}`);
    const wanted = own.map(([, { environment = {} }]) => {
      const [, user, password, database] =
        /^postgres:\/\/(\w+):\$\{(\w+):\?\}@postgres:5432\/(\w+)$/.exec(environment.DATABASE_URL ?? '') ?? [];
      expect(user).toBe(database);
      expect(Object.keys(compose.services.postgres?.environment ?? {})).toContain(password);
      return `${database} ${password}`;
    });
    expect([...new Set(wanted)].sort()).toEqual(made.sort());
    const queues = new Map(own.map(([, { environment = {} }]) => [environment.DATABASE_URL, environment.REDIS_URL]));
    expect(new Set(queues.values()).size).toBe(queues.size);
  });
});

describe('the Dockerfile', () => {
  it('installs for every package of the workspace, with the versions that are developed with', () => {
    const copied = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json \1\/$/gm)].map(([, folder = '']) => folder);
    const folders = globSync('{packages,services}/*/package.json', { cwd: root }).map((file) => dirname(file));
    expect(copied.sort()).toEqual(folders.sort());
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base = '']) => base);
    expect(new Set(bases)).toEqual(new Set([`node:${catalog.node}-bookworm-slim`]));
    expect(dockerfile).toContain(`pnpm@${packageJson.config.pnpm}\n`);
  });

  it('copies only what is there, and runs what is there', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, list = '']) => list.split(' '));
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
    const [, entry = ''] = /^CMD \["node", "(.+)"\]$/m.exec(dockerfile) ?? [];
    expect(Object.keys(kinds)).toContain(entry);
  });
});
