import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWTPayload } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OpenIdConnectSignIn } from './open-id-connect-sign-in.ts';
import type { SignInStep } from './sign-in.ts';
import { type OpenIdIssuer, startOpenIdIssuer } from './testing/open-id-issuer.ts';
import { type BroughtBack, describeSignIn } from './testing/sign-in-contract.ts';

const origin = 'https://node.example';
const callbackUrl = `${origin}/sign-in/callback`;
const signedOutUrl = `${origin}/signed-out`;
const account = { sub: '7f3c9e', name: 'Tom Hartley', roles: ['practitioner', 'janitor', 'reviewer'] };
const notCompleted = { name: 'AppError', code: 'sign-in-not-completed', status: 400 };
const unavailable = { name: 'AppError', code: 'sign-in-unavailable', status: 503 };

const running: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  for (const { stop } of running.splice(0)) await stop();
});

async function issuerWith(changes: Partial<Parameters<typeof startOpenIdIssuer>[0]> = {}): Promise<OpenIdIssuer> {
  const issuer = await startOpenIdIssuer({ callbackUrls: [callbackUrl], signedOutUrl, account, ...changes });
  running.push(issuer);
  return issuer;
}

function discover(issuer: OpenIdIssuer, changes: Partial<Parameters<typeof OpenIdConnectSignIn.discover>[0]> = {}) {
  const { issuer: address, clientId, clientSecret } = issuer;
  return OpenIdConnectSignIn.discover({ issuer: address, clientId, clientSecret, allowInsecure: true, ...changes });
}

/** Answers every request with this; gives its address. */
async function serve(answer: () => string, type: string): Promise<string> {
  const server = createServer((_request, response) => response.setHeader('content-type', type).end(answer()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push({ stop: async () => server.close() });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function redirectOf(step: SignInStep): Extract<SignInStep, { redirectTo: string }> {
  if ('page' in step) throw new Error('a page was shown instead of the way to the issuer');
  return step;
}

/** Signs in at the issuer and gives what the browser brings back. */
async function walkAt(issuer: OpenIdIssuer, step: SignInStep): Promise<BroughtBack> {
  const { redirectTo, remember } = redirectOf(step);
  return { url: await issuer.browser().leaveFrom(redirectTo), params: {}, remembered: remember };
}

async function broughtBack(issuer: OpenIdIssuer, signIn: OpenIdConnectSignIn): Promise<BroughtBack> {
  return walkAt(issuer, await signIn.begin({ callbackUrl }));
}

function withParameter(back: BroughtBack, name: string, value: string | null): BroughtBack {
  const url = new URL(back.url);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return { ...back, url };
}

function remembering(back: BroughtBack, changes: Record<string, string>): BroughtBack {
  return { ...back, remembered: { ...back.remembered, ...changes } };
}

function forgetting(back: BroughtBack, name: string): BroughtBack {
  return {
    ...back,
    remembered: Object.fromEntries(Object.entries(back.remembered ?? {}).filter(([key]) => key !== name)),
  };
}

/** Each of them is to be refused. None but the last two reaches the issuer, which would use the code up. */
const changedOnTheWay: Record<string, (right: BroughtBack) => BroughtBack> = {
  'the state of another browser in the address': (right) => withParameter(right, 'state', 'x'.repeat(43)),
  'the state of another browser in the cookie': (right) => remembering(right, { state: 'x'.repeat(43) }),
  'no state in the address': (right) => withParameter(right, 'state', null),
  'nothing remembered': (right) => ({ ...right, remembered: null }),
  'no state remembered': (right) => forgetting(right, 'state'),
  'no nonce remembered': (right) => forgetting(right, 'nonce'),
  'no verifier remembered': (right) => forgetting(right, 'verifier'),
  'an empty nonce remembered': (right) => remembering(right, { nonce: '' }),
  'no code': (right) => withParameter(right, 'code', null),
  'an answer of another issuer': (right) => withParameter(right, 'iss', 'https://elsewhere.example'),
  'the word that access was denied': (right) => withParameter(right, 'error', 'access_denied'),
  'a code that the issuer never gave': (right) => withParameter(right, 'code', 'x'.repeat(43)),
};

const wrongClaims: Record<string, (claims: JWTPayload) => JWTPayload> = {
  'for another audience': (claims) => ({ ...claims, aud: 'somebody-else' }),
  'for us and, without saying to whom it was given, for another': (claims) => ({
    ...claims,
    aud: [String(claims.aud), 'somebody-else'],
  }),
  'from another issuer': (claims) => ({ ...claims, iss: 'https://elsewhere.example' }),
  'with the nonce of another sign-in': (claims) => ({ ...claims, nonce: 'x'.repeat(43) }),
  'without a nonce': ({ nonce: _, ...claims }) => claims,
  'that has expired': (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 120 }),
  'that names nobody': ({ sub: _, ...claims }) => claims,
};

describeSignIn('OpenID Connect', async () => {
  const issuer = await issuerWith();
  return {
    signIn: await discover(issuer),
    walk: (step) => walkAt(issuer, step),
    expected: { subject: account.sub, name: account.name, roles: ['practitioner', 'reviewer'] },
    forgeries: (right) =>
      Object.fromEntries(Object.entries(changedOnTheWay).map(([what, change]) => [what, change(right)])),
  };
});

describe('what came back', () => {
  it.each(Object.entries(changedOnTheWay))('is refused with %s, and is good without', async (_what, change) => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    const right = await broughtBack(issuer, signIn);
    await expect(signIn.complete(change(right))).rejects.toMatchObject(notCompleted);
    expect(await signIn.complete(right)).toMatchObject({ subject: account.sub });
  });

  it('is refused with the nonce of another sign-in', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    const back = remembering(await broughtBack(issuer, signIn), { nonce: 'x'.repeat(43) });
    await expect(signIn.complete(back)).rejects.toMatchObject({
      ...notCompleted,
      cause: { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' },
    });
  });

  it('is refused with the verifier of another sign-in', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    const back = remembering(await broughtBack(issuer, signIn), { verifier: 'x'.repeat(43) });
    await expect(signIn.complete(back)).rejects.toMatchObject({
      ...notCompleted,
      cause: { code: 'OAUTH_RESPONSE_BODY_ERROR' },
    });
  });

  it('is refused with a code that was used', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    const back = await broughtBack(issuer, signIn);
    await signIn.complete(back);
    await expect(signIn.complete(back)).rejects.toMatchObject(notCompleted);
  });

  it("is refused with somebody else's code and state, which a stolen link would bring", async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    const [mine, theirs] = [await broughtBack(issuer, signIn), await broughtBack(issuer, signIn)];
    await expect(signIn.complete({ ...mine, url: theirs.url })).rejects.toMatchObject(notCompleted);
    const planted = withParameter(mine, 'code', theirs.url.searchParams.get('code'));
    await expect(signIn.complete(planted)).rejects.toMatchObject(notCompleted);
  });

  it('is refused when the person said no at the issuer', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    issuer.decline();
    const back = await broughtBack(issuer, signIn);
    expect(back.url.searchParams.get('error')).toBe('access_denied');
    await expect(signIn.complete(back)).rejects.toMatchObject(notCompleted);
  });

  it.each(Object.entries(wrongClaims))('is refused with an ID token %s', async (_what, change) => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    issuer.rewrite(change);
    await expect(signIn.complete(await broughtBack(issuer, signIn))).rejects.toMatchObject(notCompleted);
    issuer.rewrite((claims) => claims);
    expect(await signIn.complete(await broughtBack(issuer, signIn))).toMatchObject({ subject: account.sub });
  });

  it('is refused with an ID token that the issuer did not sign', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    issuer.rewrite((claims) => claims, 'stranger');
    await expect(signIn.complete(await broughtBack(issuer, signIn))).rejects.toMatchObject(notCompleted);
  });
});

describe('who came back', () => {
  it('has the roles that exist here, from the claim that is told', async () => {
    const issuer = await issuerWith({ account: { ...account, groups: ['lead', 'root', 7, null], post: 'analyst' } });
    for (const [rolesClaim, roles] of [
      ['groups', ['lead']],
      ['post', ['analyst']],
      ['nothing', []],
    ] as const) {
      const signIn = await discover(issuer, { rolesClaim });
      expect(await signIn.complete(await broughtBack(issuer, signIn)), rolesClaim).toMatchObject({ roles });
    }
  });

  it('is asked of userinfo when the ID token holds only the subject', async () => {
    const issuer = await issuerWith({ claimsInUserInfoOnly: true });
    const signIn = await discover(issuer);
    const right = { subject: account.sub, name: account.name, roles: ['practitioner', 'reviewer'] };
    expect(await signIn.complete(await broughtBack(issuer, signIn))).toEqual(right);
  });

  it('has the subject for a name when the issuer knows none', async () => {
    const issuer = await issuerWith({ account: { sub: '7f3c9e', name: '  ' } });
    const signIn = await discover(issuer);
    expect(await signIn.complete(await broughtBack(issuer, signIn))).toMatchObject({ name: '7f3c9e', roles: [] });
  });
});

describe('the way to the issuer', () => {
  it('asks for a code with PKCE S256, a state and a nonce that are new each time', async () => {
    const signIn = await discover(await issuerWith());
    const steps = [redirectOf(await signIn.begin({ callbackUrl })), redirectOf(await signIn.begin({ callbackUrl }))];
    const asked = steps.map(({ redirectTo }) => new URL(redirectTo).searchParams);
    for (const [index, parameters] of asked.entries()) {
      expect(Object.fromEntries(parameters)).toMatchObject({
        response_type: 'code',
        code_challenge_method: 'S256',
        redirect_uri: callbackUrl,
        scope: 'openid profile',
        state: steps[index]?.remember.state,
        nonce: steps[index]?.remember.nonce,
      });
      expect(parameters.get('code_challenge')).not.toBe(steps[index]?.remember.verifier);
    }
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(new Set(asked.map((parameters) => parameters.get(name))).size, name).toBe(2);
    }
  });

  it('is open to an issuer that takes the secret in the body only', async () => {
    const issuer = await issuerWith({ clientAuthentication: 'client_secret_post' });
    const signIn = await discover(issuer);
    expect(await signIn.complete(await broughtBack(issuer, signIn))).toMatchObject({ subject: account.sub });
  });

  it('signs out at the issuer too, so that the next sign-in asks again', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer, { postLogoutRedirectUri: signedOutUrl });
    const browser = issuer.browser();
    const enter = async () => browser.leaveFrom(redirectOf(await signIn.begin({ callbackUrl })).redirectTo);
    await enter();
    await enter();
    expect(issuer.asked()).toBe(1);
    const left = await browser.submitAt(signIn.signOutUrl() ?? '', { logout: 'yes' });
    expect(left.href).toBe(signedOutUrl);
    await enter();
    expect(issuer.asked()).toBe(2);
  });

  it("ends on the issuer's page when it is told no address of ours", async () => {
    const signIn = await discover(await issuerWith());
    expect([...new URL(signIn.signOutUrl() ?? '').searchParams.keys()]).toEqual(['client_id']);
  });
});

describe('an issuer', () => {
  it('that does not answer at the start is named in one sentence', async () => {
    const issuer = await issuerWith();
    await issuer.stop();
    await expect(discover(issuer)).rejects.toMatchObject({
      ...unavailable,
      message: `Sign-in cannot start: the OpenID Connect issuer ${issuer.issuer}/ does not answer.`,
    });
  });

  it('that is somebody else, or a page, is not taken for one', async () => {
    const somebodyElse = await serve(() => JSON.stringify({ issuer: 'https://elsewhere.example' }), 'application/json');
    const page = await serve(() => '<p>Hello</p>', 'text/html');
    for (const issuer of [somebodyElse, page]) {
      const options = { issuer, clientId: 'practice-exchange', clientSecret: 'secret', allowInsecure: true };
      await expect(OpenIdConnectSignIn.discover(options)).rejects.toMatchObject({
        ...unavailable,
        message: `Sign-in cannot start: what answers at ${issuer}/ is not the OpenID Connect issuer of that address.`,
      });
    }
  });

  it('without the code flow is refused, and one without an end-session endpoint has nowhere to sign out', async () => {
    const description: Record<string, string> = {};
    const issuer = await serve(() => JSON.stringify(description), 'application/json');
    const options = { issuer, clientId: 'practice-exchange', clientSecret: 'secret', allowInsecure: true };
    Object.assign(description, { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` });
    await expect(OpenIdConnectSignIn.discover(options)).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringMatching(/does not offer the code flow\.$/),
    });
    description.authorization_endpoint = `${issuer}/authorise`;
    const signIn = await OpenIdConnectSignIn.discover({ ...options, postLogoutRedirectUri: signedOutUrl });
    expect(signIn.signOutUrl()).toBeNull();
  });

  it('must have an https address, but for one of this machine outside production', async () => {
    const issuer = await issuerWith();
    const refusal = { ...unavailable, message: expect.stringMatching(/must have an https address\.$/) };
    await expect(discover(issuer, { allowInsecure: false })).rejects.toMatchObject(refusal);
    for (const address of ['http://issuer.example', 'http://127.0.0.1.issuer.example', 'ftp://localhost']) {
      await expect(discover(issuer, { issuer: address }), address).rejects.toMatchObject(refusal);
    }
    vi.stubEnv('NODE_ENV', 'production');
    await expect(discover(issuer)).rejects.toMatchObject(refusal);
  });

  it('that goes down makes sign-in unavailable within a minute, until it is back', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    await issuer.stop();
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.advanceTimersByTime(61_000);
    await expect(signIn.begin({ callbackUrl })).rejects.toMatchObject({ ...unavailable, retryAfterSeconds: 60 });
    const port = Number(new URL(issuer.issuer).port);
    running.push(await issuerWith({ port }));
    expect(await signIn.begin({ callbackUrl })).toHaveProperty('redirectTo');
  });

  it.each([500, 503, 429])('whose token endpoint answers %i makes sign-in unavailable', async (status) => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    const back = await broughtBack(issuer, signIn);
    issuer.breakTokenEndpoint(status);
    await expect(signIn.complete(back)).rejects.toMatchObject(unavailable);
  });

  it('that goes down before the code is exchanged makes sign-in unavailable', async () => {
    const issuer = await issuerWith();
    const signIn = await discover(issuer);
    const back = await broughtBack(issuer, signIn);
    await issuer.stop();
    await expect(signIn.complete(back)).rejects.toMatchObject(unavailable);
  });

  it.each(['client_secret_basic', 'client_secret_post'] as const)(
    'that does not know our secret (%s) makes sign-in unavailable',
    async (clientAuthentication) => {
      const issuer = await issuerWith({ clientAuthentication });
      const signIn = await discover(issuer, { clientSecret: 'not-the-secret' });
      await expect(signIn.complete(await broughtBack(issuer, signIn))).rejects.toMatchObject(unavailable);
    },
  );
});
