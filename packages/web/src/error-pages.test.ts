import { describe, expect, it } from 'vitest';
import { signInAs } from './testing/form-session.ts';
import { createGallery } from './testing/gallery.ts';

describe('error pages', () => {
  it.each([
    [400, 'We could not understand that'],
    [403, 'You cannot use this page'],
    [404, 'Page not found'],
    [410, 'This has been taken back'],
    [413, 'That is too large'],
    [429, 'Please wait a moment'],
    [500, 'Sorry, there is a problem with the service'],
  ])('%i is a page in plain English that shows nothing of our insides', async (status, title) => {
    const { app } = await createGallery();
    const answer = await app.inject(`/fail/${status}`);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('text/html');
    expect(answer.body).toContain(`<h1 class="govuk-heading-l">${title}</h1>`);
    expect(answer.body).not.toContain('secret inner detail');
  });

  it('503 says so and when to come back', async () => {
    const { app } = await createGallery();
    const answer = await app.inject('/fail/unavailable');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('90');
    expect(answer.body).toContain('Sorry, the service is unavailable');
    expect(answer.body).toContain('Try again in 2 minutes.');
    expect(answer.body).not.toContain('secret inner detail');
  });

  it('a body that is too large is refused with a page', async () => {
    const { app } = await createGallery();
    const { cookies } = await signInAs(app, 'amara-lead');
    const payload = { title: 'x'.repeat(30_000) };
    const answer = await app.inject({ method: 'POST', url: '/form', cookies, payload });
    expect(answer.statusCode).toBe(413);
    expect(answer.body).toContain('That is too large');
  });

  it('an address that is nowhere is a page for people and a problem document for programs', async () => {
    const { app } = await createGallery();
    expect((await app.inject('/nowhere')).body).toContain('Page not found');
    const answer = await app.inject('/api/nowhere');
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('still answer, and still say nothing inside, when the page itself cannot be made', async () => {
    const { app } = await createGallery({
      navigation: () => {
        throw new Error('secret inner detail');
      },
    });
    const answer = await app.inject('/help');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toContain('Sorry, there is a problem with the service');
    expect(answer.body).not.toContain('secret inner detail');
  });
});
