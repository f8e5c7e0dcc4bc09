import { createLogger, fastifyOptions, requestLog } from '@practice-exchange/platform';
import Fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OpenIdConnectSignIn } from './open-id-connect-sign-in.ts';
import { InMemorySessionStore } from './session-store.ts';
import { type OpenIdIssuer, startOpenIdIssuer } from './testing/open-id-issuer.ts';
import { webPages } from './web-pages.ts';

const origin = 'https://node.example';
const callbackUrl = `${origin}/sign-in/callback`;
const signedOutUrl = `${origin}/signed-out`;

const running: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const { stop } of running.splice(0)) await stop();
});

async function startIssuer(): Promise<OpenIdIssuer> {
  const account = { sub: '7f3c9e', name: 'Tom Hartley', roles: ['practitioner', 'reviewer'] };
  const issuer = await startOpenIdIssuer({ callbackUrls: [callbackUrl], signedOutUrl, account });
  running.push(issuer);
  return issuer;
}

describe('a service with OpenID Connect', () => {
  async function serviceAt(issuer: OpenIdIssuer) {
    const lines: string[] = [];
    const log = createLogger({ name: 'test', level: 'trace', destination: { write: (line) => void lines.push(line) } });
    const store = new InMemorySessionStore();
    const started = vi.spyOn(store, 'create');
    const app = Fastify({ ...fastifyOptions(log) });
    await app.register(requestLog);
    await app.register(webPages, {
      id: 'node-1',
      service: { name: 'Practice Exchange', organisation: 'Northmoor Council' },
      production: false,
      demo: false,
      secret: 'only-for-tests-0123456789-0123456789',
      origin,
      sessions: { store },
      signIn: await OpenIdConnectSignIn.discover({
        issuer: issuer.issuer,
        clientId: issuer.clientId,
        clientSecret: issuer.clientSecret,
        postLogoutRedirectUri: signedOutUrl,
        allowInsecure: true,
      }),
      views: [],
      navigation: () => [],
      facts: { purpose: '', controller: '', contact: '', keeps: [], accessibilityReviewedOn: '2026-11-24', help: [] },
    });
    app.get('/me', { config: { access: 'signed-in' } }, async (request) => ({ person: request.person }));
    running.push({ stop: () => app.close() });
    const begin = async () => {
      const answer = await app.inject('/sign-in?to=%2Fme');
      const cookies = Object.fromEntries(answer.cookies.map(({ name, value }) => [name, value]));
      return { answer, cookies };
    };
    const comeBack = (url: URL, cookies: Record<string, string>) =>
      app.inject({ url: `${url.pathname}${url.search}`, cookies });
    return { app, lines, started, begin, comeBack };
  }

  it('signs a person in, takes them where they wanted to go, and keeps what the issuer said to itself', async () => {
    const issuer = await startIssuer();
    const { app, lines, begin, comeBack } = await serviceAt(issuer);
    const begun = await begin();
    const back = await issuer.browser().leaveFrom(begun.answer.headers.location ?? '');
    const entered = await comeBack(back, begun.cookies);
    expect(entered.headers.location).toBe('/me');
    const cookies = Object.fromEntries(entered.cookies.map(({ name, value }) => [name, value]));
    const me = await app.inject({ url: '/me', cookies });
    expect(me.json()).toMatchObject({ person: { name: 'Tom Hartley', roles: ['practitioner', 'reviewer'] } });
    const refused = await comeBack(back, begun.cookies);
    expect(refused.statusCode).toBe(400);

    const secrets = [...issuer.secrets(), issuer.clientSecret];
    expect(secrets.length).toBeGreaterThanOrEqual(5);
    const said = [...lines, entered.body, JSON.stringify(entered.headers), refused.body, me.body].join('\n');
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
    expect(lines.join('\n')).toContain('"code":"sign-in-not-completed"');
    expect(lines.join('\n')).not.toMatch(/Tom|Hartley|7f3c9e|practitioner/);
  });

  it('starts no session when what came back is refused, and shows a page that says what to do', async () => {
    const issuer = await startIssuer();
    const { begin, comeBack, started } = await serviceAt(issuer);
    const begun = await begin();
    const right = await issuer.browser().leaveFrom(begun.answer.headers.location ?? '');
    const wrongState = new URL(right);
    wrongState.searchParams.set('state', 'x'.repeat(43));
    const another = await begin();
    const denied = new URL(`${callbackUrl}?error=access_denied`);
    denied.searchParams.set('state', right.searchParams.get('state') ?? '');
    const attempts: Record<string, [URL, Record<string, string>]> = {
      'another state': [wrongState, begun.cookies],
      'no cookie': [right, {}],
      'the cookie of another sign-in': [right, another.cookies],
      'a changed cookie': [right, { 'node-1-sign-in': `x${begun.cookies['node-1-sign-in']}` }],
      'access denied': [denied, begun.cookies],
    };
    for (const [what, [url, cookies]] of Object.entries(attempts)) {
      const answer = await comeBack(url, cookies);
      expect(answer.statusCode, what).toBe(400);
      expect(answer.body, what).toContain('Signing in was not completed. Start again.');
      expect(
        answer.cookies.map(({ name }) => name),
        what,
      ).not.toContain('node-1-session');
    }
    expect(started).not.toHaveBeenCalled();
    expect((await comeBack(right, begun.cookies)).statusCode).toBe(303);
    expect(started).toHaveBeenCalledOnce();
  });

  it('says on a page of its own that sign-in is unavailable while the issuer is down', async () => {
    const issuer = await startIssuer();
    const { begin, started } = await serviceAt(issuer);
    await issuer.stop();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.advanceTimersByTime(61_000);
    const { answer } = await begin();
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('60');
    expect(answer.body).toContain('Sorry, the service is unavailable');
    expect(answer.body).not.toContain(issuer.issuer);
    expect(started).not.toHaveBeenCalled();
  });
});
