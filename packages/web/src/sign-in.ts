import type { FastifyInstance } from 'fastify';
import type { KeptForms } from './kept-forms.ts';
import type { Person, Role } from './person.ts';
import { notAllowed, signInNotCompleted } from './refusals.ts';
import { safeReturnPath } from './return-path.ts';
import type { Sessions } from './sessions.ts';

/** Who the sign-in service says somebody is. `subject` is its opaque, lasting name for the person. */
export type Identity = { readonly subject: string; readonly name: string; readonly roles: readonly Role[] };

/** What a person's browser is told first: go there, or choose on this page. */
export type SignInStep =
  | {
      /** An address of the sign-in service. */
      readonly redirectTo: string;
      /** Kept in a signed, HttpOnly cookie for ten minutes and handed to `complete`: state, nonce, PKCE verifier. */
      readonly remember: Readonly<Record<string, string>>;
    }
  | { readonly page: string; readonly data: Readonly<Record<string, unknown>> & { readonly title: string } };

/**
 * How people sign in. Two adapters: `DemoSignIn`, for trying things out, and OpenID Connect. Both pass `describeSignIn` of
 * `@practice-exchange/web/testing`. Sessions, cookies and return paths are not the adapter's business.
 */
export interface SignIn {
  /** The path to which a browser comes back: `/sign-in/callback`, or one with parameters. Starts with `/sign-in/`. */
  readonly completionPath: string;
  /** The first step. `callbackUrl` is the absolute address of `completionPath`; `returnPath` has been made safe. */
  begin(start: { readonly callbackUrl: string; readonly returnPath: string }): Promise<SignInStep>;
  /**
   * Who came back. Throws an `AppError` (400 `sign-in-not-completed`) when what came back does not belong to what was begun,
   * was refused, or names nobody.
   */
  complete(back: {
    readonly url: URL;
    readonly params: Readonly<Record<string, string>>;
    readonly remembered: Readonly<Record<string, string>> | null;
  }): Promise<Identity>;
  /** Where to send the browser after signing out here, so that the sign-in service signs out too. Null: nowhere else. */
  signOutUrl(): string | null;
}

/** The person that an identity is here, with the roles held here; null when it is nobody's here. */
export type Admit = (identity: Identity) => Promise<Person | null>;

/** Admits everybody under the roles that the sign-in service names. */
export const admitAsNamed: Admit = async ({ subject, name, roles }) => ({ id: subject, name, roles });

/**
 * Adds `GET /sign-in?to=`, the adapter's completion path, `POST /sign-out` and `POST /session/extend`. Signing in always starts a new
 * session under a new token.
 */
export function addSignInRoutes(
  app: FastifyInstance,
  options: {
    readonly id: string;
    readonly production: boolean;
    readonly origin: string | null;
    readonly sessions: Sessions;
    readonly keptForms: KeptForms | null;
    readonly signIn: SignIn;
    readonly admit: Admit;
    readonly signInsPerMinute: number;
  },
): void {
  const { sessions, signIn, keptForms } = options;
  const rateLimit = { max: options.signInsPerMinute, timeWindow: 60_000 };
  const stepCookie = `${options.production ? '__Host-' : ''}${options.id}-sign-in`;
  const stepCookieOptions = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: options.production,
    signed: true,
  } as const;

  app.get<{ Querystring: { to?: unknown; why?: unknown } }>(
    '/sign-in',
    { config: { access: 'public', rateLimit } },
    async (request, reply) => {
      const returnPath = safeReturnPath(request.query.to);
      if (request.person) return reply.redirect(returnPath, 303);
      const callbackUrl = new URL(signIn.completionPath, options.origin ?? `${request.protocol}://${request.host}`)
        .href;
      const step = await signIn.begin({ callbackUrl, returnPath });
      if ('page' in step) {
        return reply.page(step.page, {
          ...step.data,
          returnPath,
          sessionEnded: request.query.why === 'ended',
          formKept: request.query.why === 'kept',
        });
      }
      const cookie = Buffer.from(JSON.stringify({ remember: step.remember, returnPath })).toString('base64url');
      reply.setCookie(stepCookie, cookie, { ...stepCookieOptions, maxAge: 600 });
      return reply.redirect(step.redirectTo, 303);
    },
  );

  app.get<{ Params: Record<string, string>; Querystring: { to?: unknown } }>(
    signIn.completionPath,
    { config: { access: 'public', rateLimit } },
    async (request, reply) => {
      const kept = request.cookies[stepCookie];
      const opened = kept ? request.unsignCookie(kept) : null;
      const begun = opened?.valid && opened.value ? parseBegun(opened.value) : null;
      if (kept) reply.clearCookie(stepCookie, stepCookieOptions);
      const url = new URL(request.url, options.origin ?? `${request.protocol}://${request.host}`);
      const identity = await signIn.complete({ url, params: request.params, remembered: begun?.remember ?? null });
      const person = await options.admit(identity);
      if (!person)
        throw notAllowed('You are signed in elsewhere, but you have no account here. Ask your administrator.');
      await sessions.start(request, reply, person);
      keptForms?.rememberPerson(reply, person);
      return reply.redirect(safeReturnPath(begun?.returnPath ?? request.query.to), 303);
    },
  );

  app.post('/sign-out', { config: { access: 'public' } }, async (request, reply) => {
    await sessions.end(request, reply);
    keptForms?.forgetPerson(reply);
    return reply.redirect(signIn.signOutUrl() ?? '/signed-out', 303);
  });

  app.get('/signed-out', { config: { access: 'public' } }, async (_request, reply) =>
    reply.page('sign-in/signed-out.njk', { title: 'You have signed out' }),
  );

  app.post<{ Body: { to?: unknown } | undefined }>(
    '/session/extend',
    { config: { access: 'signed-in' } },
    async (request, reply) => {
      // Loading the session was what extended it: the hook that runs before every route has done that.
      const endsIn = request.session ? sessions.secondsLeft(request.session) : 0;
      if (request.headers.accept === 'application/json') return reply.send({ endsIn });
      return reply.redirect(safeReturnPath(request.body?.to), 303);
    },
  );
}

function parseBegun(cookie: string): { remember: Record<string, string>; returnPath: string } {
  try {
    // Signed by us, so its shape is ours.
    return JSON.parse(Buffer.from(cookie, 'base64url').toString('utf8'));
  } catch (cause) {
    throw Object.assign(signInNotCompleted(), { cause });
  }
}
