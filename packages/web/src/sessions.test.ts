import { describe, expect, it } from 'vitest';
import { InMemorySessionStore } from './session-store.ts';
import { Sessions } from './sessions.ts';
import { openForm, signInAs } from './testing/form-session.ts';
import { createGallery } from './testing/gallery.ts';

const minute = 60_000;

async function galleryWithClock(idleMinutes?: number) {
  const store = new InMemorySessionStore();
  const clock = { at: Date.parse('2026-11-24T09:00:00Z') };
  const { app } = await createGallery({
    sessions: { store, ...(idleMinutes === undefined ? {} : { idleMinutes }) },
    now: () => new Date(clock.at),
  });
  return { app, store, clock };
}

describe('sessions', () => {
  it('keep only the hash of a 256-bit token, in a cookie that scripts and other sites cannot use', async () => {
    const { app, store } = await galleryWithClock();
    const answer = await app.inject('/sign-in/demo/tom-reader');
    const [cookie] = answer.cookies.filter(({ name }) => name === 'gallery-session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    const token = cookie?.value.split('.')[0] ?? '';
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(await store.find(token)).toBeNull();
  });

  it('get a new token at sign-in, so that one planted beforehand is worth nothing', async () => {
    const { app } = await galleryWithClock();
    const planted = await signInAs(app, 'nadia-practitioner');
    const attacker = { app, cookies: { ...planted.cookies } };
    const victim = await signInAs(app, 'amara-lead', planted.cookies);
    expect(victim.cookies['gallery-session']).not.toBe(attacker.cookies['gallery-session']);
    expect((await openForm(attacker, '/')).answer.statusCode).toBe(303);
    expect((await openForm(victim, '/')).answer.body).toContain('Welcome, Amara Osei');
  });

  it('are not opened by a token without our signature', async () => {
    const { app } = await galleryWithClock();
    const { cookies } = await signInAs(app, 'tom-reader');
    const [token] = cookies['gallery-session']?.split('.') ?? [];
    const forged = await app.inject({ url: '/', cookies: { 'gallery-session': `${token}.AAAA` } });
    expect(forged.statusCode).toBe(303);
  });

  it('end after the idle time, for good', async () => {
    const { app, clock } = await galleryWithClock(20);
    const session = await signInAs(app, 'tom-reader');
    clock.at += 19 * minute;
    expect((await openForm(session, '/')).answer.statusCode).toBe(200);
    clock.at += 19 * minute;
    expect((await openForm(session, '/')).answer.statusCode).toBe(200);
    clock.at += 20 * minute;
    expect((await openForm(session, '/')).answer.headers.location).toBe('/sign-in?to=%2F');
    clock.at -= 20 * minute;
    expect((await openForm(session, '/')).answer.statusCode).toBe(303);
  });

  it('end after twelve hours however much they are used', async () => {
    const { app, clock } = await galleryWithClock(60);
    const session = await signInAs(app, 'tom-reader');
    for (let half = 1; half < 24; half += 1) {
      clock.at += 30 * minute;
      expect((await openForm(session, '/')).answer.statusCode).toBe(200);
    }
    clock.at += 30 * minute;
    expect((await openForm(session, '/')).answer.statusCode).toBe(303);
  });

  it('are ended at the server by signing out', async () => {
    const { app } = await galleryWithClock();
    const session = await signInAs(app, 'tom-reader');
    const kept = { app, cookies: { ...session.cookies } };
    const { token } = await openForm(session, '/');
    const answer = await app.inject({
      method: 'POST',
      url: '/sign-out',
      cookies: session.cookies,
      payload: { _csrf: token },
    });
    expect(answer.headers.location).toBe('/signed-out');
    expect((await openForm({ app, cookies: { ...kept.cookies } }, '/')).answer.statusCode).toBe(303);
  });

  it('forget those that are over', async () => {
    const { app, clock } = await galleryWithClock(20);
    await signInAs(app, 'tom-reader');
    clock.at += 15 * minute;
    await signInAs(app, 'amara-lead');
    clock.at += 6 * minute;
    expect(await app.sessions.forgetEnded()).toBe(1);
    expect(await app.sessions.forgetEnded()).toBe(0);
  });

  it('have the __Host- prefix and Secure in production', () => {
    const sessions = new Sessions(
      { store: new InMemorySessionStore() },
      { id: 'hub', production: true, now: () => new Date() },
    );
    expect(sessions.cookieName).toBe('__Host-hub-session');
  });

  it.each([5, 19, 61, Number.NaN])('refuse an idle time of %s minutes', (idleMinutes) => {
    expect(
      () =>
        new Sessions(
          { store: new InMemorySessionStore(), idleMinutes },
          { id: 'hub', production: false, now: () => new Date() },
        ),
    ).toThrow(/20 to 60/);
  });
});
