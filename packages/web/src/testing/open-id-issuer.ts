import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
} from 'jose';
import {
  type Adapter,
  type AdapterPayload,
  type Configuration,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';

/** What the issuer says of the one person who can sign in there. */
export type IssuerAccount = { readonly sub: string } & Readonly<Record<string, unknown>>;

/** A browser at the issuer: it keeps cookies from one step to the next. */
export type IssuerBrowser = {
  /** Opens the address and follows redirects until one leaves the issuer: gives where that one leads. */
  leaveFrom(address: string): Promise<URL>;
  /** Opens the issuer's page at the address, sends its form and follows redirects as above. */
  submitAt(address: string, fields: Readonly<Record<string, string>>): Promise<URL>;
};

/** A real OpenID provider on loopback http, with one client and one person, who is signed in without being asked anything. */
export type OpenIdIssuer = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  browser(): IssuerBrowser;
  /** How many times somebody was asked to sign in. */
  readonly asked: () => number;
  /** The person says no from now on. */
  decline(): void;
  /** Changes the claims of every further ID token; it is signed by the issuer's own key again, or by a stranger's. */
  rewrite(change: (claims: JWTPayload) => JWTPayload, signedBy?: 'issuer' | 'stranger'): void;
  /** Answers the token endpoint with this status and no JSON from now on. */
  breakTokenEndpoint(status: number): void;
  /** Every code, state and token that the issuer has handled. */
  readonly secrets: () => readonly string[];
  stop(): Promise<void>;
};

// Made once for all issuers of a test file, as RSA keys take long.
let keys: Promise<[GenerateKeyPairResult, GenerateKeyPairResult]> | null = null;

/** Starts one. `callbackUrls` and `signedOutUrl` are what the client has registered. */
export async function startOpenIdIssuer(options: {
  readonly callbackUrls: readonly string[];
  readonly signedOutUrl: string;
  readonly account: IssuerAccount;
  /** Puts the person's claims into userinfo only, as Core 5.4 has it. In the ID token unless told. */
  readonly claimsInUserInfoOnly?: boolean;
  /** How the client proves itself. `client_secret_basic` unless told; the issuer offers no other. */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post';
  /** A free port unless told. */
  readonly port?: number;
}): Promise<OpenIdIssuer> {
  const server = createServer().listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = { id: 'practice-exchange', secret: 'a-secret-of-the-tests-0123456789' };
  const state = { asked: 0, declines: false, tokenStatus: 200, secrets: [] as string[] };
  let forge: ((idToken: string) => Promise<string>) | null = null;
  keys ??= Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')]);
  const [issuerKey, strangerKey] = await keys;
  const authentication = options.clientAuthentication ?? 'client_secret_basic';

  const kept: Kept = new Map();
  const provider = new Provider(issuer, {
    adapter: (model) => keepIn(kept, model),
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [...options.callbackUrls],
        post_logout_redirect_uris: [options.signedOutUrl],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: authentication,
      },
    ],
    clientAuthMethods: [authentication],
    jwks: { keys: [{ ...(await exportJWK(issuerKey.privateKey)), kid: 'issuer', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['only-for-tests'] },
    claims: { openid: ['sub'], profile: Object.keys(options.account).filter((claim) => claim !== 'sub') },
    conformIdTokenClaims: options.claimsInUserInfoOnly ?? false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = form;
        },
      },
    },
    pkce: { required: () => true },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ ...options.account }) }),
    loadExistingGrant: (context) => grantOf(context, provider),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  } satisfies Configuration);
  provider.use(async (context, next) => {
    if (context.path === '/token' && state.tokenStatus !== 200) {
      context.status = state.tokenStatus;
      context.body = 'out of order';
      return;
    }
    await next();
    if (context.path !== '/token' || typeof context.body !== 'object') return;
    const answer = context.body as { access_token?: string; id_token?: string };
    if (forge && answer.id_token) answer.id_token = await forge(answer.id_token);
    state.secrets.push(...[answer.access_token, answer.id_token].filter((token) => token !== undefined));
  });

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    state.asked += 1;
    const result = state.declines ? { error: 'access_denied' } : { login: { accountId: options.account.sub } };
    await provider.interactionFinished(request, response, result);
  }
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) void interact(request, response);
    else void handle(request, response);
  });

  return {
    issuer,
    clientId: client.id,
    clientSecret: client.secret,
    browser: () => browserAt(issuer, state.secrets),
    asked: () => state.asked,
    decline: () => {
      state.declines = true;
    },
    rewrite: (change, signedBy = 'issuer') => {
      forge = (idToken) =>
        new SignJWT(change(decodeJwt(idToken)))
          .setProtectedHeader({ ...decodeProtectedHeader(idToken), alg: 'RS256' })
          .sign((signedBy === 'issuer' ? issuerKey : strangerKey).privateKey);
    },
    breakTokenEndpoint: (status) => {
      state.tokenStatus = status;
    },
    secrets: () => state.secrets,
    stop: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Goes through sign-in at a running service as a browser does: gives the service's last answer and the cookies it set. */
export async function enterThrough(
  issuer: OpenIdIssuer,
  serviceUrl: string,
): Promise<{ status: number; location: string | null; cookies: string }> {
  const begun = await fetch(`${serviceUrl}/sign-in`, { redirect: 'manual' });
  const back = await issuer.browser().leaveFrom(begun.headers.get('location') ?? '');
  const entered = await fetch(back, { redirect: 'manual', headers: { cookie: cookiesOf(begun) } });
  return { status: entered.status, location: entered.headers.get('location'), cookies: cookiesOf(entered) };
}

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

type Kept = Map<string, AdapterPayload>;

/** The issuer's own memory, for as long as it runs. */
function keepIn(kept: Kept, model: string): Adapter {
  const find = async (test: (payload: AdapterPayload) => boolean) =>
    [...kept].find(([key, payload]) => key.startsWith(`${model}:`) && test(payload))?.[1];
  return {
    upsert: async (id, payload) => void kept.set(`${model}:${id}`, payload),
    find: async (id) => kept.get(`${model}:${id}`),
    findByUid: (uid) => find((payload) => payload.uid === uid),
    findByUserCode: (userCode) => find((payload) => payload.userCode === userCode),
    consume: async (id) => {
      const payload = kept.get(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    destroy: async (id) => void kept.delete(`${model}:${id}`),
    revokeByGrantId: async (grantId) => {
      for (const [key, payload] of kept) {
        if (key.startsWith(`${model}:`) && payload.grantId === grantId) kept.delete(key);
      }
    },
  };
}

async function grantOf(context: KoaContextWithOIDC, provider: Provider) {
  const { client, session } = context.oidc;
  const grant = new provider.Grant({
    ...(client ? { clientId: client.clientId } : {}),
    ...(session?.accountId ? { accountId: session.accountId } : {}),
  });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}

function browserAt(issuer: string, secrets: string[]): IssuerBrowser {
  const cookies = new Map<string, string>();
  async function visit(address: string, form?: URLSearchParams): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }
  async function follow(address: string, answer: Response): Promise<URL> {
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the issuer answered ${answer.status} and led nowhere`);
    const next = new URL(location, address);
    if (next.origin === issuer) return follow(next.href, await visit(next.href));
    for (const name of ['code', 'state']) secrets.push(...next.searchParams.getAll(name));
    return next;
  }
  return {
    leaveFrom: async (address) => follow(address, await visit(address)),
    submitAt: async (address, fields) => {
      const page = await (await visit(address)).text();
      const action = /action="([^"]+)"/.exec(page)?.[1];
      const token = /name="xsrf" value="([^"]+)"/.exec(page)?.[1];
      if (!action || !token) throw new Error('the issuer showed no form');
      const target = new URL(action, address).href;
      return follow(target, await visit(target, new URLSearchParams({ ...fields, xsrf: token })));
    },
  };
}
