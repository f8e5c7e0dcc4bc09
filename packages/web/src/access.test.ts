import { describe, expect, it } from 'vitest';
import { openForm, postForm, signInAs } from './testing/form-session.ts';
import { createGallery } from './testing/gallery.ts';

describe('access', () => {
  it('is declared by every route, or the service does not start', async () => {
    const { app } = await createGallery();
    expect(() => app.get('/forgotten', async () => 'open to all')).toThrow(
      'GET /forgotten does not say who may use it: give its config an access',
    );
    expect(() => app.post('/forgotten', { config: {} }, async () => 'open to all')).toThrow(/does not say who/);
  });

  it('is open to routes of other plugins only where the service says so', async () => {
    const { app } = await createGallery({ openPrefixes: ['/api/docs'] });
    app.get('/api/docs/index', async () => 'documented');
    expect(() => app.get('/api/docs-private', async () => 'no')).toThrow(/does not say who/);
    expect((await app.inject('/api/docs/index')).body).toBe('documented');
  });

  it('sends a person to sign in and brings them back', async () => {
    const { app } = await createGallery();
    const answer = await app.inject('/form?from=home');
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/sign-in?to=%2Fform%3Ffrom%3Dhome');
    const back = await app.inject('/sign-in/demo/amara-lead?to=%2Fform%3Ffrom%3Dhome');
    expect(back.headers.location).toBe('/form?from=home');
  });

  it('never brings a person back to another origin', async () => {
    const { app } = await createGallery();
    for (const to of ['https://evil.example/', '//evil.example/', '/\\evil.example']) {
      const answer = await app.inject(`/sign-in/demo/amara-lead?to=${encodeURIComponent(to)}`);
      expect(answer.headers.location).toBe('/');
    }
  });

  it('refuses the wrong role with a page and leaves the state alone', async () => {
    const { app, state } = await createGallery();
    const session = await signInAs(app, 'nadia-practitioner');
    const opened = await openForm(session, '/form');
    expect(opened.answer.statusCode).toBe(403);
    expect(opened.answer.body).toContain('You cannot use this page');
    const { token } = await openForm(session, '/');
    const fields = { title: 'Not mine to write', summary: 'A summary', source: 'school' };
    expect((await postForm(session, '/form', fields, token)).statusCode).toBe(403);
    expect(state.titles).toEqual([]);
  });

  it('answers programs with a problem document instead of a redirect', async () => {
    const { app } = await createGallery();
    const answer = await app.inject({ method: 'POST', url: '/api/v1/echo', payload: {} });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 401, code: 'not-signed-in' });
  });
});
