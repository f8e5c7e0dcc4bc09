import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';

const platform = new URL('./index.ts', import.meta.url).href;

/** A process that runs `runUntilSignal` with the given options, written as code. */
function run(options: string) {
  const program = `
    import { createServer } from 'node:net';
    import { z } from 'zod';
    import { AppError, createLogger, readConfig, runUntilSignal } from ${JSON.stringify(platform)};
    const log = createLogger({ name: 'test' });
    const alive = () => setInterval(() => {}, 1000);
    await runUntilSignal({ log, ${options} });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: new URL('..', import.meta.url),
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1' },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const closed = once(child, 'close');
  return {
    child,
    said: (words: string) => vi.waitUntil(() => out.includes(words), { timeout: 15_000, interval: 5 }),
    async end() {
      await closed;
      return { code: child.exitCode, signal: child.signalCode, out, err };
    },
  };
}

const service = (stop: string) => `start: async () => { alive(); return { stop: async () => { ${stop} } }; }`;

describe('a service', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order at %s and ends with 0', async (signal) => {
    const running = run(service(`await new Promise((done) => setTimeout(done, 50)); console.log('closed');`));
    await running.said('started');
    running.child.kill(signal);
    expect(await running.end()).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/stopping[\s\S]*closed/),
    });
  });

  it('ends at once at a second signal', async () => {
    const running = run(service(`console.log('closing'); await new Promise(() => {});`));
    await running.said('started');
    running.child.kill('SIGTERM');
    await running.said('closing');
    const begun = performance.now();
    running.child.kill('SIGTERM');
    expect(await running.end()).toMatchObject({ code: 1 });
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('ends with 1, and says so, when stopping takes too long', async () => {
    const running = run(`${service('await new Promise(() => {});')}, timeoutMs: 150`);
    await running.said('started');
    running.child.kill('SIGTERM');
    expect(await running.end()).toMatchObject({ code: 1, out: expect.stringContaining('stop-timed-out') });
  });

  it('ends with 1 when stopping fails', async () => {
    const running = run(service(`throw new Error('Zebedee');`));
    await running.said('started');
    running.child.kill('SIGTERM');
    const { code, out, err } = await running.end();
    expect(code).toBe(1);
    expect(out).toContain('stopping failed');
    expect(out + err).not.toContain('Zebedee');
  });

  it('finishes its start before it stops, when the signal comes meanwhile', async () => {
    const running = run(`start: async () => {
      alive();
      const signal = new Promise((done) => process.once('SIGTERM', () => setTimeout(done, 50)));
      console.log('starting');
      await signal;
      console.log('up');
      return { stop: async () => console.log('down') };
    }`);
    await running.said('starting');
    running.child.kill('SIGTERM');
    expect(await running.end()).toMatchObject({ code: 0, out: expect.stringMatching(/up\ndown/) });
  });

  it('stops and ends with 1 at an error that nobody caught, without its message', async () => {
    const running = run(
      `start: async () => { setTimeout(() => { Promise.reject(new Error('Zebedee')); }, 20); return { stop: async () => console.log('closed') }; }`,
    );
    const { code, out, err } = await running.end();
    expect(code).toBe(1);
    expect(out).toMatch(/unhandledRejection/);
    expect(out).toMatch(/closed/);
    expect(out + err).not.toContain('Zebedee');
  });
});

describe('a start that fails', () => {
  it('names the port that is in use, and the setting to change', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const listen = `start: async () => { const server = createServer(); await new Promise((done, fail) => server.once('error', fail).listen(${port}, '127.0.0.1', done)); return { stop: async () => {} }; }`;
    const named = await run(`${listen}, portVariable: 'HUB_PORT'`).end();
    expect(named).toMatchObject({ code: 1, err: `Port ${port} is in use. Set HUB_PORT to another port.\n` });
    const unnamed = await run(listen).end();
    expect(unnamed).toMatchObject({ code: 1, err: `Port ${port} is in use. Choose another port.\n` });
    holder.close();
  });

  it('prints every wrong setting', async () => {
    const failed = await run(
      `start: async () => readConfig(z.object({ A: z.string().describe('a word'), B: z.string().describe('a word') }), {})`,
    ).end();
    expect(failed).toMatchObject({
      code: 1,
      err: '2 settings are not valid:\n  A: expected a word; it is not set\n  B: expected a word; it is not set\n',
    });
  });

  it('prints the sentence of an AppError', async () => {
    const failed = await run(
      `start: async () => { throw new AppError({ code: 'x', status: 500, title: 'x', message: 'The disk is full.' }); }`,
    ).end();
    expect(failed).toMatchObject({ code: 1, err: 'The disk is full.\n' });
  });

  it('prints the code alone of anything else', async () => {
    const { code, out, err } = await run(`start: async () => { throw new TypeError('Zebedee'); }`).end();
    expect(code).toBe(1);
    expect(err).toBe('It could not be started (TypeError); the log says where.\n');
    expect(out).toContain('the start failed');
    expect(out).not.toContain('Zebedee');
  });
});
