import type { Person } from './person.ts';

/** A message shown once, on the next page: "Sent for second reading". */
export type Notice = {
  readonly kind: 'success' | 'important';
  readonly heading: string;
  readonly text?: string;
};

/** One session as it is kept. The token itself is never kept: only its SHA-256, in base64url. */
export type StoredSession = {
  readonly tokenHash: string;
  readonly person: Person;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly notice: Notice | null;
};

/**
 * Where sessions are kept. Services keep them in PostgreSQL; `InMemorySessionStore` serves tests. Both pass
 * `describeSessionStore` of `@practice-exchange/web/testing`.
 */
export interface SessionStore {
  /** Keeps a new session. */
  create(session: StoredSession): Promise<void>;
  /**
   * The session, or null. The person's name and roles are read fresh on each call where the service keeps people, so that
   * a role taken away is gone on the next request; a person who may no longer sign in gives null.
   */
  find(tokenHash: string): Promise<StoredSession | null>;
  /** Records that the session was used. A session that is gone is not brought back. */
  touch(tokenHash: string, seenAt: Date): Promise<void>;
  /** Puts the notice for the next page, or takes it away. */
  keepNotice(tokenHash: string, notice: Notice | null): Promise<void>;
  /** Ends one session. Ending one that is gone is not an error. */
  destroy(tokenHash: string): Promise<void>;
  /** Ends every session of a person, everywhere: their account was closed or their roles changed. */
  destroyFor(personId: string): Promise<void>;
  /** Forgets sessions started before `startedBefore` or last seen before `seenBefore`. Gives how many were forgotten. */
  forget(before: { readonly startedBefore: Date; readonly seenBefore: Date }): Promise<number>;
}

/** Sessions in this process's memory: for tests and for trying pages out. They end when the process does. */
export class InMemorySessionStore implements SessionStore {
  readonly #sessions = new Map<string, StoredSession>();

  async create(session: StoredSession): Promise<void> {
    this.#sessions.set(session.tokenHash, session);
  }

  async find(tokenHash: string): Promise<StoredSession | null> {
    return this.#sessions.get(tokenHash) ?? null;
  }

  async touch(tokenHash: string, seenAt: Date): Promise<void> {
    this.#change(tokenHash, { seenAt });
  }

  async keepNotice(tokenHash: string, notice: Notice | null): Promise<void> {
    this.#change(tokenHash, { notice });
  }

  async destroy(tokenHash: string): Promise<void> {
    this.#sessions.delete(tokenHash);
  }

  async destroyFor(personId: string): Promise<void> {
    for (const [tokenHash, session] of this.#sessions) {
      if (session.person.id === personId) this.#sessions.delete(tokenHash);
    }
  }

  async forget(before: { readonly startedBefore: Date; readonly seenBefore: Date }): Promise<number> {
    let forgotten = 0;
    for (const [tokenHash, session] of this.#sessions) {
      if (session.startedAt < before.startedBefore || session.seenAt < before.seenBefore) {
        this.#sessions.delete(tokenHash);
        forgotten += 1;
      }
    }
    return forgotten;
  }

  #change(tokenHash: string, change: Partial<StoredSession>): void {
    const session = this.#sessions.get(tokenHash);
    if (session) this.#sessions.set(tokenHash, { ...session, ...change });
  }
}
