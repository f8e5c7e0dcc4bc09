import { createHash, randomBytes } from 'node:crypto';
import { open, seal } from '@practice-exchange/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FormValues, readTypedValues } from './forms.ts';
import type { KeptFormStore } from './kept-form-store.ts';
import type { Person } from './person.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What is posted here after the session ended is kept, sealed, and shown again once the same person has signed in in the
     * same browser. It is never acted upon: the person sends it again. The page at the same path must call `request.keptForm()`.
     */
    keptOverSignIn?: true;
  }
  interface FastifyRequest {
    /** What this person sent to this path after their session had ended, or null. It stays until `forgetKeptForm`. */
    keptForm(): Promise<FormValues | null>;
    /** Forgets it: it was saved, or the person does not want it. */
    forgetKeptForm(): Promise<void>;
  }
}

const keptForMs = 12 * 60 * 60 * 1000;

/**
 * Keeps forms that arrive too late. Two signed cookies: one says who was last signed in in this browser (SameSite=Strict, so
 * that no other site can have anything kept), one holds a random 256-bit token without which the database's copy cannot be
 * opened. Whoever signs in next sees it only if they are the same person.
 */
export class KeptForms {
  readonly #store: KeptFormStore;
  readonly #secret: string;
  readonly #now: () => Date;
  readonly #lastCookie: string;
  readonly #tokenCookie: string;
  readonly #cookieOptions: { path: string; httpOnly: boolean; secure: boolean; signed: boolean; maxAge: number };

  constructor(
    store: KeptFormStore,
    service: { readonly id: string; readonly production: boolean; readonly secret: string; readonly now: () => Date },
  ) {
    const prefix = `${service.production ? '__Host-' : ''}${service.id}`;
    this.#store = store;
    this.#secret = service.secret;
    this.#now = service.now;
    this.#lastCookie = `${prefix}-last`;
    this.#tokenCookie = `${prefix}-kept`;
    this.#cookieOptions = {
      path: '/',
      httpOnly: true,
      secure: service.production,
      signed: true,
      maxAge: keptForMs / 1000,
    };
  }

  /** Remembers who is signed in in this browser. */
  rememberPerson(reply: FastifyReply, person: Person): void {
    reply.setCookie(this.#lastCookie, person.id, { ...this.#cookieOptions, sameSite: 'strict' });
  }

  /** Forgets them: they signed out themselves, so nothing that arrives later is theirs. */
  forgetPerson(reply: FastifyReply): void {
    reply.clearCookie(this.#lastCookie, { path: '/' });
  }

  /** Who was last signed in in this browser, by id, or null. */
  lastPerson(request: FastifyRequest): string | null {
    return signedCookie(request, this.#lastCookie);
  }

  /** Keeps the form of this request for the person. */
  async keep(request: FastifyRequest, reply: FastifyReply, person: string): Promise<void> {
    const token = signedCookie(request, this.#tokenCookie) ?? randomBytes(32).toString('base64url');
    const values = JSON.stringify(readTypedValues(request.body));
    await this.#store.keep({
      tokenHash: hashOf(token),
      path: pathOf(request),
      person,
      sealed: seal(Buffer.from(values, 'utf8'), this.#secretWith(token)),
      keptAt: this.#now(),
    });
    // Lax: signing in may come back from another site, and the form is shown right after.
    reply.setCookie(this.#tokenCookie, token, { ...this.#cookieOptions, sameSite: 'lax' });
  }

  /** The form kept for this path and person, or null: there is none, it is over twelve hours old, or it cannot be opened. */
  async read(request: FastifyRequest): Promise<FormValues | null> {
    const token = signedCookie(request, this.#tokenCookie);
    if (!token || !request.person) return null;
    const kept = await this.#store.find(hashOf(token), pathOf(request), request.person.id);
    if (!kept || this.#now().getTime() - kept.keptAt.getTime() > keptForMs) return null;
    return JSON.parse(open(kept.sealed, this.#secretWith(token)).toString('utf8')) as FormValues;
  }

  async forget(request: FastifyRequest): Promise<void> {
    const token = signedCookie(request, this.#tokenCookie);
    if (token && request.person) await this.#store.remove(hashOf(token), pathOf(request), request.person.id);
  }

  /** Forgets forms that are too old to be shown. Gives how many. */
  async forgetOld(): Promise<number> {
    return this.#store.forget(new Date(this.#now().getTime() - keptForMs));
  }

  #secretWith(token: string): string {
    return `${this.#secret}.${token}`;
  }
}

function signedCookie(request: FastifyRequest, name: string): string | null {
  const cookie = request.cookies[name];
  if (!cookie) return null;
  const opened = request.unsignCookie(cookie);
  return opened.valid && opened.value ? opened.value : null;
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
