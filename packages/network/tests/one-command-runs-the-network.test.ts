import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkFile } from '../src/index.ts';
import { freePorts, type NetworkProcess, startProcess, takePort } from './network-process.ts';

const longest = 120_000;

describe('one command', () => {
  let directory: string;
  let port: number;
  const processes: NetworkProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'practice-exchange-start-'));
    port = await freePorts(5);
  });
  afterEach(async () => {
    for (const { child, ended } of processes.splice(0)) {
      child.kill('SIGTERM');
      await ended();
    }
    await rm(directory, { recursive: true, force: true });
  });

  function start(environment: Record<string, string> = {}): NetworkProcess {
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

  async function readNetwork(): Promise<NetworkFile> {
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

  it('starts everything, writes network.json, and a second start publishes nothing twice', {
    timeout: longest,
  }, async () => {
    const first = start();
    await first.says(/is ready/);
    const network = await readNetwork();
    expect(network.nodes.map((node) => node.band)).toEqual(['high', 'high', 'medium', 'low']);
    expect(network.hub.url).toBe(`http://127.0.0.1:${port}`);
    expect(new Set(network.people.map((person) => person.role))).toEqual(
      new Set(['practitioner', 'lead', 'reviewer', 'administrator', 'analyst', 'operator']),
    );
    const before = await everything(network);
    expect(before.total).toBeGreaterThanOrEqual(80);
    expect((await everything(network, 'dad would not let us see the child')).titles.length).toBeGreaterThan(0);
    expect(await stop(first)).toBeLessThan(5_000);

    const began = performance.now();
    const second = start();
    await second.says(/is ready/);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await everything(await readNetwork())).toEqual(before);
  });

  it('goes on with a first start that was cut short', { timeout: longest }, async () => {
    const first = start();
    await first.says(/Publishing the demo learning: 20/);
    first.child.kill('SIGKILL');
    await first.ended();
    const second = start();
    await second.says(/is ready/);
    const { total } = await everything(await readNetwork());

    const whole = await mkdtemp(join(tmpdir(), 'practice-exchange-whole-'));
    try {
      port = await freePorts(5);
      const reference = start({ PRACTICE_EXCHANGE_DATA: whole, PRACTICE_EXCHANGE_PORT: String(port) });
      await reference.says(/is ready/);
      const network = JSON.parse(await readFile(join(whole, 'network.json'), 'utf8')) as NetworkFile;
      expect(total).toBe((await everything(network)).total);
      await stop(reference);
    } finally {
      await rm(whole, { recursive: true, force: true });
    }
  });

  it('says one sentence when a port is in use, and starts once it is free', { timeout: longest }, async () => {
    const taken = await takePort(port);
    const first = start();
    expect(await first.ended()).toBe(1);
    expect(first.output()).toContain(`Port ${port} is in use. Set PRACTICE_EXCHANGE_PORT to another port.`);
    await taken.release();
    await start().says(/is ready/);
  });

  it('says one sentence when the data directory is in use by another network', { timeout: longest }, async () => {
    await start().says(/is ready/);
    port = await freePorts(5);
    const second = start();
    expect(await second.ended()).toBe(1);
    expect(second.output()).toMatch(/in use by another running network/);
  });

  it('says one sentence when the data directory cannot be written', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const process = start({ PRACTICE_EXCHANGE_DATA: join(file, 'data') });
    expect(await process.ended()).toBe(1);
    const lines = process.output().trim().split('\n');
    expect(lines.at(-1)).toMatch(/data directory/i);
  });

  it('names every setting that is wrong at once', async () => {
    const process = start({ PRACTICE_EXCHANGE_PORT: 'four', REDIS_URL: 'nowhere' });
    expect(await process.ended()).toBe(1);
    expect(process.output()).toMatch(/PRACTICE_EXCHANGE_PORT: expected a port/);
    expect(process.output()).toMatch(/REDIS_URL: expected a redis:\/\/ address/);
  });

  it('refuses to let anyone in when NODE_ENV is production', async () => {
    const process = start({ NODE_ENV: 'production' });
    expect(await process.ended()).toBe(1);
    expect(process.output()).toMatch(/refuses to start in production/);
  });
});
