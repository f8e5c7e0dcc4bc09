import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort, type TestDatabase, testDatabase } from '@practice-exchange/platform/testing';
import { enterThrough, type OpenIdIssuer, startOpenIdIssuer } from '@practice-exchange/web/testing/open-id-issuer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HubSchema } from './schema/hub-schema.ts';
import { migrations } from './schema/migrations/migrations.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
let database: TestDatabase<HubSchema>;
let issuer: OpenIdIssuer;
let url: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  database = await testDatabase<HubSchema>({ template: 'hub', migrations });
  issuer = await startOpenIdIssuer({
    callbackUrls: [`${url}/sign-in/callback`],
    signedOutUrl: `${url}/signed-out`,
    account: { sub: '7f3c9e', name: 'Amara Osei' },
  });
});

afterEach(async () => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await issuer.stop();
  await database.drop();
});

/** The hub as a process of its own. `ready` resolves when it answers; `ended` gives how it went. */
function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => {
    said.out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    said.err += data;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  const ready = async (): Promise<void> => {
    for await (const data of child.stdout) if (String(data).includes('"msg":"started"')) return;
    throw new Error(`it ended before it was ready: ${said.err}`);
  };
  return { child, ready, ended };
}

function settings(): Record<string, string> {
  return {
    NODE_ENV: 'development',
    PORT: new URL(url).port,
    HUB_URL: url,
    DATABASE_URL: database.url,
    SECRET: 'a secret that only this test knows 0123456789',
    OIDC_ISSUER: issuer.issuer,
    OIDC_CLIENT_ID: issuer.clientId,
    OIDC_CLIENT_SECRET: issuer.clientSecret,
  };
}

const accounts = () =>
  database.database.db.selectFrom('person').select(['subject', 'name', 'roles', 'active']).execute();

describe('the hub as a process', () => {
  it('lets the first operator in through OpenID Connect, keeps what becomes of the account, and stops when told', async () => {
    const env = { ...settings(), ADMINISTRATOR_SUBJECT: '7f3c9e', ADMINISTRATOR_NAME: 'Amara Osei' };
    const first = run(env);
    await first.ready();
    expect(await accounts()).toEqual([{ subject: '7f3c9e', name: 'Amara Osei', roles: ['operator'], active: true }]);
    const entered = await enterThrough(issuer, url);
    expect(entered).toMatchObject({ status: 303, location: '/' });
    const home = await fetch(url, { redirect: 'manual', headers: { cookie: entered.cookies } });
    expect(home.status).toBe(200);
    expect(await home.text()).toContain('Amara Osei');
    first.child.kill('SIGTERM');
    const { code, out } = await first.ended;
    expect(code).toBe(0);
    const secrets = [...issuer.secrets(), issuer.clientSecret, 'Amara', '7f3c9e'];
    expect(secrets.filter((secret) => out.includes(secret))).toEqual([]);

    await database.database.db.updateTable('person').set({ active: false, name: 'A. Osei' }).execute();
    const second = run(env);
    await second.ready();
    expect(await accounts()).toEqual([{ subject: '7f3c9e', name: 'A. Osei', roles: ['operator'], active: false }]);
    expect((await enterThrough(issuer, url)).status).toBe(403);
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
    const entries = await database.database.db.selectFrom('audit_entry').select(['person', 'action']).execute();
    expect(entries).toEqual([{ person: null, action: 'account-given' }]);
  }, 60_000);

  it('turns away whom the issuer knows and nobody here does', async () => {
    const { child, ready, ended } = run(settings());
    await ready();
    expect(await enterThrough(issuer, url)).toMatchObject({
      status: 403,
      cookies: expect.not.stringContaining('session'),
    });
    expect(await accounts()).toEqual([]);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  }, 60_000);

  it('does not start while the issuer does not answer, and says so in one sentence', async () => {
    await issuer.stop();
    const { code, err } = await run(settings()).ended;
    expect(code).toBe(1);
    expect(err).toBe(`Sign-in cannot start: the OpenID Connect issuer ${issuer.issuer}/ does not answer.\n`);
  }, 60_000);

  it('does not start without a way to sign people in', async () => {
    const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, ...rest } = settings();
    const { code, err } = await run(rest).ended;
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
      '3 settings are not valid:',
      '  OIDC_ISSUER: expected what signs people in by OpenID Connect; it is not set',
      '  OIDC_CLIENT_ID: expected what signs people in by OpenID Connect; it is not set',
      '  OIDC_CLIENT_SECRET: expected what signs people in by OpenID Connect; it is not set',
      '',
    ]);
    expect([OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET].filter((value) => err.includes(value ?? ''))).toEqual([]);
  }, 60_000);
});
