import { AppError, errorCode } from '@practice-exchange/platform';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { type Role, roles } from './person.ts';
import { signInNotCompleted } from './refusals.ts';
import type { Identity, SignIn, SignInStep } from './sign-in.ts';

export type OpenIdConnectOptions = {
  /** The issuer's address, exactly as the issuer writes it of itself. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The claim that names the person's roles: one role, or a list of them. `roles` unless told. */
  readonly rolesClaim?: string;
  /** Where the issuer sends the browser after signing out; registered there. Unless told, the issuer's own page is the end. */
  readonly postLogoutRedirectUri?: string;
  /** Takes an issuer at an http address of this machine, for tests and development. Never in production. */
  readonly allowInsecure?: boolean;
};

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

const requestSeconds = 10;
/** For how long the issuer's description of itself is relied on. */
const descriptionMs = 60_000;

/**
 * Sign-in by OpenID Connect Core 1.0: the authorization code flow with PKCE S256 (RFC 7636), state and nonce, for a client that
 * has a secret. The ID token's signature, issuer, audience, times and nonce are checked. Nothing that the issuer sends is kept.
 * The redirect address to register with the issuer is `/sign-in/callback`.
 */
export class OpenIdConnectSignIn implements SignIn {
  readonly completionPath = '/sign-in/callback';
  readonly #options: OpenIdConnectOptions;
  #issuer: Configuration;
  #describedAt = Date.now();
  #describing: Promise<void> | null = null;

  private constructor(options: OpenIdConnectOptions, issuer: Configuration) {
    this.#options = options;
    this.#issuer = issuer;
  }

  /**
   * Reads the issuer's description of itself (OpenID Connect Discovery 1.0). Throws an `AppError` (503 `sign-in-unavailable`) whose
   * message is for whoever starts the service: the issuer does not answer, is somebody else, or has no https address.
   */
  static async discover(options: OpenIdConnectOptions): Promise<OpenIdConnectSignIn> {
    return new OpenIdConnectSignIn(options, await describedBy(options));
  }

  /** The way to the issuer. Throws an `AppError` (503 `sign-in-unavailable`) when the issuer does not answer. */
  async begin({ callbackUrl }: { readonly callbackUrl: string }): Promise<SignInStep> {
    await this.#describeAgainWhenOld();
    const remember = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const redirectTo = buildAuthorizationUrl(this.#issuer, {
      redirect_uri: callbackUrl,
      scope: 'openid profile',
      state: remember.state,
      nonce: remember.nonce,
      code_challenge: await calculatePKCECodeChallenge(remember.verifier),
      code_challenge_method: 'S256',
    });
    return { redirectTo: redirectTo.href, remember };
  }

  /**
   * Who came back. Throws an `AppError`: 400 `sign-in-not-completed` for anything that does not belong to what was begun, 503
   * `sign-in-unavailable` when the issuer does not answer or does not know us.
   */
  async complete(back: {
    readonly url: URL;
    readonly remembered: Readonly<Record<string, string>> | null;
  }): Promise<Identity> {
    const { state, nonce, verifier } = back.remembered ?? {};
    // The library leaves out a check that it is given no value for.
    if (!state || !nonce || !verifier) throw signInNotCompleted();
    const claims = await this.#exchange(back.url, { state, nonce, verifier }).catch((error: unknown) => {
      const cause = withCodeOnly(error);
      if (isIssuersFault(error))
        throw unavailable('The OpenID Connect issuer could not be asked who signed in.', cause);
      throw Object.assign(signInNotCompleted(), { cause });
    });
    const name = typeof claims.name === 'string' ? claims.name.trim() : '';
    return { subject: claims.sub, name: name || claims.sub, roles: rolesIn(claims[this.#rolesClaim]) };
  }

  signOutUrl(): string | null {
    if (!this.#issuer.serverMetadata().end_session_endpoint) return null;
    const { postLogoutRedirectUri } = this.#options;
    return buildEndSessionUrl(
      this.#issuer,
      postLogoutRedirectUri ? { post_logout_redirect_uri: postLogoutRedirectUri } : {},
    ).href;
  }

  get #rolesClaim(): string {
    return this.#options.rolesClaim ?? 'roles';
  }

  async #exchange(url: URL, begun: { state: string; nonce: string; verifier: string }): Promise<Claims> {
    const issuer = this.#issuer;
    const tokens = await authorizationCodeGrant(issuer, url, {
      expectedState: begun.state,
      expectedNonce: begun.nonce,
      pkceCodeVerifier: begun.verifier,
      idTokenExpected: true,
    });
    const idToken = tokens.claims();
    if (!idToken) throw signInNotCompleted();
    const complete = idToken.name !== undefined && idToken[this.#rolesClaim] !== undefined;
    if (complete || !issuer.serverMetadata().userinfo_endpoint) return idToken;
    // Many issuers put only the subject into the ID token of this flow, as Core 5.4 has it.
    return { ...(await fetchUserInfo(issuer, tokens.access_token, idToken.sub)), ...idToken };
  }

  /** So that an issuer that is down is said on our page, not found by the browser; and endpoints that move are followed. */
  async #describeAgainWhenOld(): Promise<void> {
    if (Date.now() - this.#describedAt < descriptionMs) return;
    this.#describing ??= describedBy(this.#options)
      .then((issuer) => {
        this.#issuer = issuer;
        this.#describedAt = Date.now();
      })
      .finally(() => {
        this.#describing = null;
      });
    await this.#describing;
  }
}

async function describedBy(options: OpenIdConnectOptions): Promise<Configuration> {
  const address = URL.parse(options.issuer);
  if (!address) throw unavailable('Sign-in cannot start: the OpenID Connect issuer is not an address.');
  const shown = `${address.origin}${address.pathname}`;
  const insecure = address.protocol !== 'https:';
  if (insecure && !mayBeInsecure(address, options)) {
    throw unavailable(`Sign-in cannot start: the OpenID Connect issuer ${shown} must have an https address.`);
  }
  const issuer = await discovery(address, options.clientId, undefined, authenticateWith(options.clientSecret), {
    timeout: requestSeconds,
    execute: [enableNonRepudiationChecks, ...(insecure ? [allowInsecureRequests] : [])],
  }).catch((error: unknown) => {
    throw unavailable(
      isIssuersFault(error)
        ? `Sign-in cannot start: the OpenID Connect issuer ${shown} does not answer.`
        : `Sign-in cannot start: what answers at ${shown} is not the OpenID Connect issuer of that address.`,
      withCodeOnly(error),
    );
  });
  const { authorization_endpoint, token_endpoint, jwks_uri } = issuer.serverMetadata();
  if (!authorization_endpoint || !token_endpoint || !jwks_uri) {
    throw unavailable(`Sign-in cannot start: the OpenID Connect issuer ${shown} does not offer the code flow.`);
  }
  return issuer;
}

function mayBeInsecure({ protocol, hostname }: URL, options: OpenIdConnectOptions): boolean {
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'http:' && loopback && options.allowInsecure === true && process.env.NODE_ENV !== 'production';
}

/** HTTP Basic is what an issuer takes when it does not say (OpenID Connect Discovery 1.0, section 3). */
function authenticateWith(secret: string): ClientAuth {
  return (issuer, client, body, headers) => {
    const methods = issuer.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
    authenticate(issuer, client, body, headers);
  };
}

/** The roles that exist here among those that the claim names. */
function rolesIn(claim: unknown): Role[] {
  const named: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return roles.map(({ code }) => code).filter((code) => named.includes(code));
}

/** Whether the issuer is down or will not know us as a client, rather than refusing what the browser brought. */
function isIssuersFault(error: unknown): boolean {
  if (error instanceof WWWAuthenticateChallengeError) return true;
  if (error instanceof ResponseBodyError) return isDown(error.status) || error.error.endsWith('_client');
  if (!(error instanceof Error)) return false;
  // What fetch throws when nothing answers: a TypeError without a code of the library's.
  if (error instanceof TypeError) return !('code' in error);
  return errorCode(error) === 'OAUTH_TIMEOUT' || (error.cause instanceof Response && isDown(error.cause.status));
}

function isDown(status: number): boolean {
  return status >= 500 || status === 429;
}

/** The library's errors carry tokens and claims as their cause: only the code of one may go on. */
function withCodeOnly(error: unknown): Error {
  return Object.assign(new Error('sign-in failed'), { code: errorCode(error) });
}

function unavailable(message: string, cause?: Error): AppError {
  return new AppError({
    code: 'sign-in-unavailable',
    status: 503,
    title: 'Sign-in is unavailable',
    message,
    retryAfterSeconds: 60,
    cause,
  });
}
