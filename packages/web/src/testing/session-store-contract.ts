import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../person.ts';
import type { SessionStore, StoredSession } from '../session-store.ts';

/** What a store is tried with: the store, empty, and a way to make a person it knows. */
export type SessionStoreUnderTest = {
  readonly store: SessionStore;
  /** Gives the person after making sure that the store's own tables know them. */
  readonly knownPerson: (person: Person) => Promise<Person>;
};

/** The contract of {@link SessionStore}: call it in a test file of whoever implements one. `open` is called before each test. */
export function describeSessionStore(name: string, open: () => Promise<SessionStoreUnderTest>): void {
  describe(`session store: ${name}`, () => {
    let store: SessionStore;
    let person: Person;
    let other: Person;
    beforeEach(async () => {
      const opened = await open();
      store = opened.store;
      person = await opened.knownPerson({ id: randomUUID(), name: 'Amara Osei', roles: ['author', 'publisher'] });
      other = await opened.knownPerson({ id: randomUUID(), name: 'Tom Hartley', roles: ['reviewer'] });
    });

    it('gives back what it was given', async () => {
      const session = sessionOf(person);
      await store.create(session);
      expect(await store.find(session.tokenHash)).toEqual(session);
    });

    it('knows nothing of a token it was never given', async () => {
      await store.create(sessionOf(person));
      expect(await store.find(newTokenHash())).toBeNull();
    });

    it('moves the time a session was last seen and nothing else', async () => {
      const session = sessionOf(person);
      const untouched = sessionOf(other);
      await store.create(session);
      await store.create(untouched);
      const seenAt = new Date('2026-11-24T10:20:00Z');
      await store.touch(session.tokenHash, seenAt);
      expect(await store.find(session.tokenHash)).toEqual({ ...session, seenAt });
      expect(await store.find(untouched.tokenHash)).toEqual(untouched);
    });

    it('keeps a notice until it is taken away', async () => {
      const session = sessionOf(person);
      await store.create(session);
      await store.keepNotice(session.tokenHash, { kind: 'success', heading: 'Draft saved', text: 'At 14:02.' });
      expect((await store.find(session.tokenHash))?.notice).toEqual({
        kind: 'success',
        heading: 'Draft saved',
        text: 'At 14:02.',
      });
      await store.keepNotice(session.tokenHash, null);
      expect((await store.find(session.tokenHash))?.notice).toBeNull();
    });

    it('never brings back a session that was ended', async () => {
      const session = sessionOf(person);
      await store.create(session);
      await store.destroy(session.tokenHash);
      await store.touch(session.tokenHash, new Date());
      await store.keepNotice(session.tokenHash, { kind: 'important', heading: 'Late' });
      await store.destroy(session.tokenHash);
      expect(await store.find(session.tokenHash)).toBeNull();
    });

    it("ends all of one person's sessions and nobody else's", async () => {
      const mine = [sessionOf(person), sessionOf(person)];
      const theirs = sessionOf(other);
      for (const session of [...mine, theirs]) await store.create(session);
      await store.destroyFor(person.id);
      for (const session of mine) expect(await store.find(session.tokenHash)).toBeNull();
      expect(await store.find(theirs.tokenHash)).toEqual(theirs);
    });

    it('forgets what started or was seen too long ago, and says how many', async () => {
      const old = sessionOf(person, { startedAt: new Date('2026-11-23T09:00:00Z') });
      const idle = sessionOf(person, { seenAt: new Date('2026-11-24T08:00:00Z') });
      const live = sessionOf(other);
      for (const session of [old, idle, live]) await store.create(session);
      const forgotten = await store.forget({
        startedBefore: new Date('2026-11-23T22:00:00Z'),
        seenBefore: new Date('2026-11-24T09:30:00Z'),
      });
      expect(forgotten).toBe(2);
      expect(await store.find(old.tokenHash)).toBeNull();
      expect(await store.find(idle.tokenHash)).toBeNull();
      expect(await store.find(live.tokenHash)).toEqual(live);
    });
  });
}

function sessionOf(person: Person, times: { startedAt?: Date; seenAt?: Date } = {}): StoredSession {
  return {
    tokenHash: newTokenHash(),
    person,
    startedAt: times.startedAt ?? new Date('2026-11-24T09:00:00Z'),
    seenAt: times.seenAt ?? new Date('2026-11-24T10:00:00Z'),
    notice: null,
  };
}

function newTokenHash(): string {
  return randomBytes(32).toString('base64url');
}
