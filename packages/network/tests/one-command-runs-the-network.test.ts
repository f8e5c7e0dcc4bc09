import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import { type DemoAuthority, readDemoAuthorities } from '../src/demo/demo-people.ts';
import type { NetworkFile } from '../src/index.ts';
import { freePorts, type NetworkProcess, startProcess, takePort } from './network-process.ts';

const longest = 300_000;

const processes: NetworkProcess[] = [];

function start(directory: string, port: number, environment: Record<string, string> = {}): NetworkProcess {
  const process = startProcess({
    PRACTICE_EXCHANGE_DATA: directory,
    PRACTICE_EXCHANGE_PORT: String(port),
    ...environment,
  });
  processes.push(process);
  return process;
}

async function stop(process: NetworkProcess): Promise<number> {
  const began = performance.now();
  process.child.kill('SIGTERM');
  await process.ended();
  return performance.now() - began;
}

const newDirectory = () => mkdtemp(join(tmpdir(), 'practice-exchange-start-'));

async function removeDirectory(directory: string): Promise<void> {
  for (const process of processes.splice(0)) await stop(process);
  await rm(directory, { recursive: true, force: true });
}

async function readNetwork(directory: string): Promise<NetworkFile> {
  return JSON.parse(await readFile(join(directory, 'network.json'), 'utf8')) as NetworkFile;
}

async function everything(network: NetworkFile, q = ''): Promise<{ total: number; titles: string[] }> {
  const person = network.people.find((candidate) => candidate.role === 'practitioner');
  const signedIn = await fetch(person?.signInUrl ?? '', { redirect: 'manual' });
  const cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const answer = await fetch(new URL('/api/v1/search', person?.signInUrl), {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ q }),
  });
  expect(answer.status).toBe(200);
  const { total, results } = (await answer.json()) as { total: number; results: { title: string }[] };
  return { total, titles: results.map((result) => result.title) };
}

/** How much of the demo learning the staff of an authority may find. */
async function mayFind({ key, region }: DemoAuthority): Promise<number> {
  return (await readDemoLearning()).filter(({ authority, audience }) => {
    if (authority === key || audience.scope === 'network') return true;
    return audience.scope === 'regions' ? audience.regions.includes(region) : audience.keys.includes(key);
  }).length;
}

// A first start publishes all demo learning, which takes longest: what can be seen of one network is seen of this one, and its first
// start was cut short.
describe('one command', { timeout: longest }, () => {
  let directory: string;
  let port: number;
  let refused: NetworkProcess;
  let running: NetworkProcess;

  beforeAll(async () => {
    directory = await newDirectory();
    port = await freePorts(5);
    const taken = await takePort(port);
    refused = start(directory, port);
    await refused.ended();
    await taken.release();
    const cutShort = start(directory, port);
    await cutShort.says(/Publishing the demo learning: 20/);
    cutShort.child.kill('SIGKILL');
    await cutShort.ended();
    running = start(directory, port);
    await running.says(/is ready/);
  }, longest);
  afterAll(() => removeDirectory(directory));

  it('says one sentence when a port is in use, and starts once it is free', async () => {
    expect(await refused.ended()).toBe(1);
    expect(refused.output()).toContain(`Port ${port} is in use. Set PRACTICE_EXCHANGE_PORT to another port.`);
    expect(running.output()).toMatch(/is ready/);
  });

  it('starts everything and writes network.json', async () => {
    const network = await readNetwork(directory);
    expect(network.nodes.map((node) => node.band)).toEqual(['high', 'high', 'medium', 'low']);
    expect(network.hub.url).toBe(`http://127.0.0.1:${port}`);
    expect(new Set(network.people.map((person) => person.role))).toEqual(
      new Set(['practitioner', 'lead', 'reviewer', 'administrator', 'analyst', 'operator']),
    );
    expect((await everything(network)).total).toBeGreaterThanOrEqual(80);
    expect((await everything(network, 'dad would not let us see the child')).titles.length).toBeGreaterThan(0);
  });

  it('says one sentence when the data directory is in use by another network', async () => {
    const other = start(directory, await freePorts(5));
    expect(await other.ended()).toBe(1);
    expect(other.output()).toMatch(/in use by another running network/);
  });

  it('goes on with a first start that was cut short: everything is there, and once', async () => {
    const [first] = await readDemoAuthorities();
    if (!first) throw new Error('there are no demo authorities');
    const network = await readNetwork(directory);
    expect(network.nodes[0]?.authority).toBe(first.name);
    expect((await everything(network)).total).toBe(await mayFind(first));
  });

  it('stops within five seconds, and a second start takes ten at most and publishes nothing twice', async () => {
    const before = await everything(await readNetwork(directory));
    expect(await stop(running)).toBeLessThan(5_000);
    const began = performance.now();
    await start(directory, port).says(/is ready/);
    const took = performance.now() - began;
    expect(await everything(await readNetwork(directory))).toEqual(before);
    expect(took).toBeLessThan(10_000);
  });
});

describe('one command that cannot start', { timeout: longest }, () => {
  let directory: string;
  let port: number;
  beforeEach(async () => {
    directory = await newDirectory();
    port = await freePorts(5);
  });
  afterEach(() => removeDirectory(directory));

  it('says one sentence when the data directory cannot be written', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const process = start(directory, port, { PRACTICE_EXCHANGE_DATA: join(file, 'data') });
    expect(await process.ended()).toBe(1);
    const lines = process.output().trim().split('\n');
    expect(lines.at(-1)).toMatch(/data directory/i);
  });

  it('names every setting that is wrong at once', async () => {
    const process = start(directory, port, { PRACTICE_EXCHANGE_PORT: 'four', REDIS_URL: 'nowhere' });
    expect(await process.ended()).toBe(1);
    expect(process.output()).toMatch(/PRACTICE_EXCHANGE_PORT: expected a port/);
    expect(process.output()).toMatch(/REDIS_URL: expected a redis:\/\/ address/);
  });

  it('refuses to let anyone in when NODE_ENV is production', async () => {
    const process = start(directory, port, { NODE_ENV: 'production' });
    expect(await process.ended()).toBe(1);
    expect(process.output()).toMatch(/refuses to start in production/);
  });
});
