import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { membersCommand } from '@practice-exchange/hub';
import { followNetwork, joinCommand, type NodeConfig, startNode } from '@practice-exchange/node';
import { createLogger } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import { DemoSignIn } from '@practice-exchange/web';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../../../services/hub/src/testing/test-hub.ts';
import { testNodeConfig } from './test-node.ts';

const commands = { join: joinCommand, members: membersCommand };

describe('joining by the command line', { timeout: 120_000 }, () => {
  let hub: TestHub;
  let settings: Record<keyof typeof commands, Record<string, string>>;
  let nodeConfig: NodeConfig;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    hub = await startTestHub();
    const database = await testDatabase({ template: 'empty', migrations: {} });
    ({ drop } = database);
    const hubConfig = hub.hub.context.config;
    nodeConfig = testNodeConfig({
      id: 'node-command-line',
      authority: {
        name: 'Hartlepool',
        onsCode: 'E06000001',
        region: 'north-east',
        type: 'unitary',
        childPopulation: 20_000,
      },
      databaseUrl: database.url,
    });
    settings = {
      members: { HUB_URL: hub.url, DATABASE_URL: hubConfig.databaseUrl, SECRET: hubConfig.secret },
      join: {
        AUTHORITY_ONS_CODE: 'E06000001',
        AUTHORITY_CHILD_POPULATION: '20000',
        DATABASE_URL: database.url,
        SECRET: nodeConfig.secret,
      },
    };
  });
  afterAll(async () => {
    await hub.stop();
    await drop();
  });

  /** Runs a command as somebody would type it. Gives its exit status and what it printed. */
  async function run(command: keyof typeof commands, args: string[], more: Record<string, string> = {}) {
    const said = { out: '', err: '' };
    const into = (stream: 'out' | 'err') => (text: string) => {
      said[stream] += text;
    };
    const print = { out: into('out'), err: into('err') };
    const status = await commands[command]({ args, env: { ...settings[command], ...more }, print });
    return { status, ...said };
  }

  /** Runs `join` in a process of its own and types something into it. */
  async function typed(args: string[], text: string) {
    const file = fileURLToPath(new URL('../../../services/node/src/cli/join.ts', import.meta.url));
    const child = spawn(process.execPath, [file, ...args], { env: { ...settings.join, PATH: process.env.PATH ?? '' } });
    let err = '';
    child.stderr.on('data', (data: Buffer) => {
      err += data;
    });
    child.stdin.end(text);
    const [status] = await once(child, 'close');
    return { status, err };
  }

  it('invites, joins, compares fingerprints, goes live, changes its key, recovers its keys, is suspended and expelled', async () => {
    expect(await run('members', ['list'])).toMatchObject({ status: 0, out: 'No authority has joined yet.\n' });
    expect((await run('join', ['status'])).out).toBe('This node has not joined yet.\n');
    const invited = await run('members', ['invite', 'Hartlepool', '--days', '3']);
    expect(invited.out).toContain(`hub address      ${hub.url}\n`);
    const [, code = ''] = /invitation code {2}(\S+)/.exec(invited.out) ?? [];

    const wrong = await run('join', ['--hub', hub.url, '--invitation', '-no-such-code-was-issued']);
    expect([wrong.status, wrong.out]).toEqual([1, '']);
    expect(wrong.err).toMatch(/^The hub does not know this invitation code/);
    const joined = await run('join', ['--hub', hub.url, '--invitation', code]);
    expect(joined.status).toBe(0);
    expect(joined.out).toMatch(/\n {4}(\w+ ){11}\w+\n/);
    const [hubFingerprint = '', fingerprint = ''] = joined.out.match(/(?<=\n {4})([0-9A-Z]{4}-){5}[0-9A-Z]{4}/g) ?? [];

    const [, node = ''] = /^(\S+) {2}awaiting-fingerprint/m.exec((await run('members', ['list'])).out) ?? [];
    expect((await run('members', ['show', node])).out).toContain(`\n    ${hubFingerprint}\n`);
    const differs = await run('members', ['confirm', node, '--fingerprint', hubFingerprint]);
    expect([differs.status, differs.out]).toEqual([1, '']);
    expect((await run('members', ['list'])).out).toContain('awaiting-fingerprint');
    expect((await run('join', ['status'])).out).toContain(`\n    ${fingerprint}\n`);
    expect((await run('members', ['confirm', node, '--fingerprint', fingerprint])).out).toMatch(/^Confirmed\./);

    const running = await startNode(
      nodeConfig,
      new DemoSignIn({ people: [], production: false }),
      createLogger({ name: 'node', level: 'silent' }),
    );
    try {
      /** What the network says comes in its own time: follows it until the status says so. */
      const follow = (said: RegExp) =>
        vi.waitUntil(
          async () => {
            await followNetwork(running.context);
            const { out } = await run('join', ['status']);
            return said.test(out) ? { out } : null;
          },
          { timeout: 30_000, interval: 100 },
        );
      const live = await follow(/^waiting {4}0 to be sent; 0 sent and not answered$/m);
      expect(live.out).toMatch(/^state {6}live, publishes: yes, served: yes$/m);
      expect(live.out).toMatch(/^waiting {4}0 to be sent; 0 sent and not answered$/m);
      expect(live.out.match(/^key .*/gm)).toHaveLength(1);
      expect((await run('members', ['show', node])).out.match(/^run .*: done$/gm)).toHaveLength(6);
      expect((await run('join', ['--hub', hub.url, '--invitation', code])).out).toMatch(
        /^This node has joined already\./,
      );

      expect((await run('join', ['change-key'])).status).toBe(0);
      await running.context.jobs.wake('deliver');
      await running.context.jobs.drain();
      const [, older = ''] = /^key {8}older .* (\S+)$/m.exec((await follow(/^key {8}older /m)).out) ?? [];
      expect(await run('join', ['retire-key', older])).toMatchObject({ status: 0, out: 'Retired.\n' });

      // The words are typed, not given as an argument. Where they or the last word do not come, the keys stay.
      const [words = ''] = joined.out.match(/(?<=\n {4})([a-z]+ ){11}[a-z]+/) ?? [];
      const keysNow = async () => (await run('join', ['status'])).out.match(/^key .*/gm);
      const before = await keysNow();
      const recover = ['recover', '--last-trusted', '6'];
      expect(await typed(recover, '')).toMatchObject({ status: 1, err: expect.stringMatching('No words were typed') });
      expect(await keysNow()).toEqual(before);
      const unsent = await typed(recover, `${words}\n`);
      expect(unsent).toMatchObject({ status: 1, err: expect.stringMatching('prepared and not sent') });
      expect((await keysNow())?.filter((line) => !line.includes(' next '))).toEqual(before);
      expect((await run('join', ['status'])).out).toContain('prepared and not sent');
      expect(await typed(recover, `${words}\n\n`)).toMatchObject({ status: 0, err: '' });
      expect((await keysNow())?.filter((line) => line.includes(' current '))).not.toEqual(before?.slice(0, 1));

      const reason = ['--reason', 'Nobody answers the telephone.'];
      expect((await run('members', ['suspend', node, ...reason])).out).toMatch(/^Suspended\./);
      await followNetwork(running.context);
      expect((await run('join', ['status'])).out).toMatch(/^state {6}suspended/m);
      expect((await run('members', ['lift', node, ...reason])).out).toMatch(/^Lifted\./);
      expect((await run('members', ['lift', node, ...reason])).err).toBe('This member is not suspended.\n');
      expect((await run('members', ['expel', node, ...reason])).out).toMatch(/^Expelled\./);
      expect((await run('members', ['list'])).out).toMatch(/ expelled {14}publishes: no {3}served: no {3}left /);
    } finally {
      await running.stop();
    }
  });

  it('says what is wrong in a sentence, and how to use it, and changes nothing', async () => {
    const before = await hub.digest();
    const node = '7b0c1f64-6a4e-4f0a-9a53-0d1f5b1c2e77';
    const cases: [keyof typeof commands, string[], string][] = [
      ['members', [], 'Say what to do.'],
      ['members', ['invit'], 'There is no command “invit”.'],
      ['members', ['invite', 'Hartlepool', '--days', '99'], 'Say for how many days, from 1 to 30: --days 14.'],
      ['members', ['suspend', 'Hartlepool', '--reason', 'x'], 'Say which node, by its id'],
      ['members', ['suspend', node], 'Say why: --reason "…".'],
      ['members', ['switch', node, '--reason', 'x', '--may-publish', 'maybe'], 'Say yes or no: --may-publish yes.'],
      ['members', ['list', '--all'], 'There is no option --all.'],
      ['join', ['--invitation', 'a-code'], 'Say which hub: --hub URL.'],
      ['join', ['--hub', 'hub.example', '--invitation', 'a-code'], 'The address of the hub begins with https://'],
      ['join', ['recover', '--last-trusted', 'all'], 'Say the number of the last publication that is yours'],
    ];
    for (const [command, args, sentence] of cases) {
      const { status, out, err } = await run(command, args);
      expect({ args, status, out }).toEqual({ args, status: 2, out: '' });
      expect(err.startsWith(sentence), err).toBe(true);
      expect(err).toContain(`npm run ${command} -- `);
      // How to use what was typed, and no more.
      if (/^(invite|suspend|switch|recover)$/.test(args[0] ?? '')) expect(err.match(/npm run/g)).toHaveLength(1);
    }
    const unknown = await run('members', ['suspend', node, '--reason', 'x']);
    expect(unknown).toMatchObject({ status: 1, out: '', err: 'There is no such member.\n' });
    const away = await run('members', ['list'], { DATABASE_URL: 'postgres://127.0.0.1:9/hub' });
    expect(away).toMatchObject({ status: 1, out: '' });
    expect(away.err).toMatch(/^Nothing answers at the address in DATABASE_URL/);
    const help = await run('join', ['--help']);
    expect(help).toMatchObject({ status: 0, err: '' });
    expect(help.out).toContain('npm run join -- recover --last-trusted N');
    expect(await hub.digest()).toBe(before);
  });

  it.each([['node/src/cli/join.ts'], ['hub/src/cli/members.ts']])(
    'services/%s tells a shell by its exit status',
    async (entry) => {
      const file = fileURLToPath(new URL(`../../../services/${entry}`, import.meta.url));
      const child = spawn(process.execPath, [file, '--nonsense'], { env: { PATH: process.env.PATH ?? '' } });
      let err = '';
      child.stderr.on('data', (data: Buffer) => {
        err += data;
      });
      expect((await once(child, 'close'))[0]).toBe(2);
      expect(err).toMatch(/^There is no option --nonsense\.\n/);
    },
  );
});
