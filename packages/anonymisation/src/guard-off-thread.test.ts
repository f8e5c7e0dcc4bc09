import { afterEach, describe, expect, it } from 'vitest';
import { createGuard, type Guard } from './guard-off-thread.ts';

const script = (body: string) => new URL(`data:text/javascript,${encodeURIComponent(body)}`);
const input = { fields: [{ path: 'title', text: 'Write to kay@example.org' }] };

let guard: Guard | undefined;
afterEach(async () => {
  await guard?.close();
});

describe('the guard off the event loop', () => {
  it('answers as the guard does', async () => {
    guard = createGuard({ timeoutMs: 20_000 });
    const result = await guard.check(input);
    expect(result).toMatchObject({ findings: [{ kind: 'email', severity: 'block' }] });
  });

  it('answers several checks, each with its own result', async () => {
    guard = createGuard({ timeoutMs: 20_000 });
    const texts = ['NHS 943 476 5870', 'nothing here', 'call 07700 900123'];
    const results = await Promise.all(texts.map((text) => guard?.check({ fields: [{ path: 'title', text }] })));
    const kinds = results.map((result) =>
      result && 'findings' in result ? result.findings.map((f) => f.kind) : result,
    );
    expect(kinds).toEqual([['nhs-number'], [], ['telephone']]);
  });

  it('blocks when the guard hangs, and starts a new thread for the next check', async () => {
    guard = createGuard({
      timeoutMs: 150,
      worker: script(
        "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });",
      ),
    });
    expect(await guard.check(input)).toEqual({ blocked: 'timed-out' });
    expect(await guard.check(input)).toEqual({ blocked: 'timed-out' });
  });

  it('blocks when the thread throws', async () => {
    guard = createGuard({
      timeoutMs: 5000,
      worker: script(
        "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('x'); });",
      ),
    });
    expect(await guard.check(input)).toEqual({ blocked: 'failed' });
  });

  it('blocks when the thread dies', async () => {
    guard = createGuard({
      timeoutMs: 5000,
      worker: script(
        "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));",
      ),
    });
    expect(await guard.check(input)).toEqual({ blocked: 'failed' });
  });

  it('blocks when the thread cannot be started', async () => {
    guard = createGuard({ timeoutMs: 5000, worker: new URL('file:///nowhere/at/all.ts') });
    expect(await guard.check(input)).toEqual({ blocked: 'failed' });
  });

  it('blocks what cannot be sent and what cannot be read', async () => {
    guard = createGuard({ timeoutMs: 20_000 });
    const unsendable = { fields: [{ path: 'title', text: (() => {}) as unknown as string }] };
    const unreadable = { fields: [{ path: 'title', text: null as unknown as string }] };
    expect(await guard.check(unsendable)).toEqual({ blocked: 'failed' });
    expect(await guard.check(unreadable)).toEqual({ blocked: 'failed' });
    expect(await guard.check(input)).toHaveProperty('findings');
  });

  it('blocks what waits when it is closed, and what comes later', async () => {
    guard = createGuard({
      timeoutMs: 5000,
      worker: script("import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {});"),
    });
    const waiting = [guard.check(input), guard.check(input)];
    await guard.close();
    expect(await Promise.all(waiting)).toEqual([{ blocked: 'closed' }, { blocked: 'closed' }]);
    expect(await guard.check(input)).toEqual({ blocked: 'closed' });
  });
});
