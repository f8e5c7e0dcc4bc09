import { describe, expect, it } from 'vitest';
import { openForm, postForm, signInAs } from './testing/form-session.ts';
import { createGallery } from './testing/gallery.ts';

const fields = { title: 'What the school changed', summary: 'A summary', source: 'school' };

async function signedIn() {
  const gallery = await createGallery();
  return { ...gallery, session: await signInAs(gallery.app, 'amara-lead') };
}

describe('forms', () => {
  it('are taken with the token of their page', async () => {
    const { session, state } = await signedIn();
    const answer = await postForm(session, '/form', fields);
    expect(answer.statusCode).toBe(303);
    expect(state.titles).toEqual(['What the school changed']);
  });

  it('are refused without a token, and nothing changes', async () => {
    const { session, state } = await signedIn();
    await openForm(session, '/form');
    const answer = await postForm(session, '/form', fields, null);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('This page has been open too long');
    expect(state.titles).toEqual([]);
  });

  it('are refused with a made-up token, and nothing changes', async () => {
    const { session, state } = await signedIn();
    await openForm(session, '/form');
    expect((await postForm(session, '/form', fields, 'abcdefgh-made-up')).statusCode).toBe(403);
    expect(state.titles).toEqual([]);
  });

  it("are refused with the token of another person's session, and nothing changes", async () => {
    const { app, session, state } = await signedIn();
    const attacker = await signInAs(app, 'tom-reader');
    const { token } = await openForm(attacker, '/');
    // Even with the attacker's own secret planted beside it.
    const victim = {
      app,
      cookies: { ...session.cookies, 'gallery-csrf': attacker.cookies['gallery-csrf'] ?? '' },
    };
    expect((await postForm(victim, '/form', fields, token)).statusCode).toBe(403);
    expect(state.titles).toEqual([]);
  });

  it('are refused with a token from before signing in again, and nothing changes', async () => {
    const { app, session, state } = await signedIn();
    const { token } = await openForm(session, '/form');
    const again = await signInAs(app, 'amara-lead', session.cookies);
    expect((await postForm(again, '/form', fields, token)).statusCode).toBe(403);
    expect(state.titles).toEqual([]);
  });

  it.each(['cross-site', 'same-site'])(
    'are refused when the browser says they are %s, even with a token',
    async (site) => {
      const { app, session, state } = await signedIn();
      const { token } = await openForm(session, '/form');
      const answer = await app.inject({
        method: 'POST',
        url: '/form',
        cookies: session.cookies,
        headers: { 'sec-fetch-site': site },
        payload: { ...fields, _csrf: token },
      });
      expect(answer.statusCode).toBe(403);
      expect(state.titles).toEqual([]);
    },
  );

  it('cannot be sent to the API with a session: it takes JSON only', async () => {
    const { app, session } = await signedIn();
    const asForm = await app.inject({
      method: 'POST',
      url: '/api/v1/echo',
      cookies: session.cookies,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'q=x',
    });
    expect(asForm.statusCode).toBe(415);
    const asJson = await app.inject({ method: 'POST', url: '/api/v1/echo', cookies: session.cookies, payload: {} });
    expect(asJson.json()).toEqual({ person: 'amara-lead' });
  });
});
