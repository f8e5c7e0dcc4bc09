import { createHash, randomBytes } from 'node:crypto';
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Person } from './person.ts';
import type { Notice, SessionStore, StoredSession } from './session-store.ts';

/** A session in use. `endsAt` is when it ends if nothing more is asked: the idle limit or the absolute one, whichever is first. */
export type Session = StoredSession & { readonly endsAt: Date };

/** How long a session lives and where it is kept. */
export type SessionSettings = {
  readonly store: SessionStore;
  /** Minutes without a request after which a session ends: 20 to 60, 30 unless told. */
  readonly idleMinutes?: number;
};

const absoluteLimitMs = 12 * 60 * 60 * 1000;
// A write per request would make every page a database write; a session may therefore seem up to this much older than it is.
const touchEveryMs = 30_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The session that the request's cookie names, or null. */
    session: Session | null;
    /** Who is asking, or null. Set before any route's own hooks run. */
    person: Person | null;
  }
}

/**
 * Sessions: a cookie holds a random 256-bit token, the store holds its SHA-256. Idle and absolute limits follow the OWASP
 * session-management guidance; the token changes at every sign-in, so a token planted beforehand is worth nothing.
 */
export class Sessions {
  readonly #store: SessionStore;
  readonly #idleMs: number;
  readonly #now: () => Date;
  readonly #cookieOptions: CookieSerializeOptions;
  readonly cookieName: string;
  readonly idleMinutes: number;

  /** `id` tells apart the services of one host, which share cookies across ports. Throws when `idleMinutes` is not 20 to 60. */
  constructor(
    settings: SessionSettings,
    service: { readonly id: string; readonly production: boolean; readonly now: () => Date },
  ) {
    const idleMinutes = settings.idleMinutes ?? 30;
    if (!(idleMinutes >= 20 && idleMinutes <= 60)) {
      throw new Error(`idleMinutes is ${idleMinutes}: a session may be idle for 20 to 60 minutes`);
    }
    this.#store = settings.store;
    this.idleMinutes = idleMinutes;
    this.#idleMs = idleMinutes * 60_000;
    this.#now = service.now;
    this.cookieName = `${service.production ? '__Host-' : ''}${service.id}-session`;
    this.#cookieOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure: service.production, signed: true };
  }

  /** Seconds that a session lasts from now if nothing more is asked. */
  secondsLeft(session: Session): number {
    return Math.max(0, Math.round((session.endsAt.getTime() - this.#now().getTime()) / 1000));
  }

  /** The session that the cookie names: null when there is none, it is forged, unknown or over. One that is over is destroyed. */
  async load(request: FastifyRequest): Promise<Session | null> {
    const tokenHash = this.#tokenHashOf(request);
    if (!tokenHash) return null;
    const stored = await this.#store.find(tokenHash);
    if (!stored) return null;
    const now = this.#now();
    if (now >= this.#endOf(stored)) {
      await this.#store.destroy(tokenHash);
      return null;
    }
    if (now.getTime() - stored.seenAt.getTime() >= touchEveryMs) await this.#store.touch(tokenHash, now);
    return this.#inUse({ ...stored, seenAt: now });
  }

  /** Signs a person in: ends the session the browser had, starts a new one under a new token, sets the cookie. */
  async start(request: FastifyRequest, reply: FastifyReply, person: Person): Promise<Session> {
    const previous = this.#tokenHashOf(request);
    if (previous) await this.#store.destroy(previous);
    const token = randomBytes(32).toString('base64url');
    const now = this.#now();
    const stored: StoredSession = { tokenHash: hashOf(token), person, startedAt: now, seenAt: now, notice: null };
    await this.#store.create(stored);
    reply.setCookie(this.cookieName, token, this.#cookieOptions);
    request.session = this.#inUse(stored);
    request.person = person;
    return request.session;
  }

  /** Signs the person out: the session is destroyed at the server, not only forgotten by the browser. */
  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.session) await this.#store.destroy(request.session.tokenHash);
    reply.clearCookie(this.cookieName, this.#cookieOptions);
    request.session = null;
    request.person = null;
  }

  /** Keeps a notice for the next page. Without a session there is nowhere to keep it and nothing happens. */
  async keepNotice(request: FastifyRequest, notice: Notice): Promise<void> {
    if (!request.session) return;
    await this.#store.keepNotice(request.session.tokenHash, notice);
    request.session = { ...request.session, notice };
  }

  /** Takes the notice to show it: it will not be shown again. */
  async takeNotice(request: FastifyRequest): Promise<Notice | null> {
    const notice = request.session?.notice ?? null;
    if (request.session && notice) {
      await this.#store.keepNotice(request.session.tokenHash, null);
      request.session = { ...request.session, notice: null };
    }
    return notice;
  }

  /** Forgets sessions that are over. Services call this from a job now and then. */
  async forgetEnded(): Promise<number> {
    const now = this.#now().getTime();
    return this.#store.forget({
      startedBefore: new Date(now - absoluteLimitMs),
      seenBefore: new Date(now - this.#idleMs - touchEveryMs),
    });
  }

  #inUse(stored: StoredSession): Session {
    return { ...stored, endsAt: this.#endOf(stored) };
  }

  #endOf(stored: StoredSession): Date {
    return new Date(Math.min(stored.seenAt.getTime() + this.#idleMs, stored.startedAt.getTime() + absoluteLimitMs));
  }

  #tokenHashOf(request: FastifyRequest): string | null {
    const cookie = request.cookies[this.cookieName];
    if (!cookie) return null;
    const opened = request.unsignCookie(cookie);
    return opened.valid && opened.value ? hashOf(opened.value) : null;
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
