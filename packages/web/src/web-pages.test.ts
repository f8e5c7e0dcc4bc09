import { describe, expect, it } from 'vitest';
import { openForm, postForm, signInAs } from './testing/form-session.ts';
import { createGallery } from './testing/gallery.ts';

describe('every page', () => {
  it('runs only our own scripts and styles, is in no frame, search engine or referrer', async () => {
    const { app } = await createGallery();
    const { headers, body } = await app.inject('/chart');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'nonce-[0-9a-f]{32}'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
    });
    expect(body).not.toMatch(/\sstyle=/);
    expect(body).not.toMatch(/<style/);
  });

  it('has another nonce each time, on its one inline script', async () => {
    const { app } = await createGallery();
    const nonces = [];
    for (let turn = 0; turn < 2; turn += 1) {
      const { headers, body } = await app.inject('/help');
      const nonce = /script-src 'self' 'nonce-([0-9a-f]+)'/.exec(String(headers['content-security-policy']))?.[1];
      expect(body).toContain(`<script nonce="${nonce}">`);
      expect(body.match(/<script(?![^>]*(nonce|src)=)/)).toBeNull();
      nonces.push(nonce);
    }
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('shows the sections of its part of the navigation, its own marked, and none elsewhere', async () => {
    const { app } = await createGallery();
    const person = await signInAs(app, 'tom-reader');
    const { answer } = await openForm(person, '/chart');
    const sections = /<nav class="app-secondary-navigation" aria-label="Trends">[\s\S]*?<\/nav>/.exec(answer.body)?.[0];
    expect(sections).toMatch(/href="\/chart" aria-current="page">Charts</);
    expect(sections).toMatch(/href="\/tables">Tables</);
    expect((await openForm(person, '/')).answer.body).not.toContain('app-secondary-navigation');
  });

  it('is kept by no cache', async () => {
    const { app } = await createGallery();
    const { answer } = await openForm(await signInAs(app, 'tom-reader'), '/');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('says "Demo data", error pages too, and says nothing of the kind on a real service', async () => {
    const { app } = await createGallery();
    for (const url of ['/sign-in', '/help', '/chart', '/nowhere', '/fail/500']) {
      expect((await app.inject(url)).body, url).toContain('Demo data');
    }
    const { app: real } = await createGallery({ demo: false });
    expect((await real.inject('/help')).body).not.toContain('Demo data');
  });

  it('bears nothing of gov.uk: no crown, no logotype, no font, no brand blue', async () => {
    const { app } = await createGallery();
    const { body } = await app.inject('/help');
    expect(body).not.toMatch(/crown|GOV\.UK/i);
    const stylesheet = await app.inject(/href="([^"]+site\.css)"/.exec(body)?.[1] ?? '/missing');
    expect(stylesheet.statusCode).toBe(200);
    expect(stylesheet.body.match(/GDS Transport|@font-face|#1d70b8/gi)).toBeNull();
  });

  it('shows text as text, whatever it holds', async () => {
    const { app } = await createGallery();
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&';
    const { body } = await app.inject(`/echo?text=${encodeURIComponent(hostile)}`);
    expect(body).not.toContain('<script>alert');
    expect(body).not.toContain('<img');
    expect(body).toContain('<mark>&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('shows a notice once', async () => {
    const { app } = await createGallery();
    const session = await signInAs(app, 'amara-lead');
    await postForm(session, '/form', { title: 'Once', summary: 'A summary', source: 'police' });
    expect((await openForm(session, '/')).answer.body).toContain('“Once” is saved.');
    expect((await openForm(session, '/')).answer.body).not.toContain('is saved.');
  });

  it('shows mistakes in the same words twice, keeps what was typed, and says "Error: " first', async () => {
    const { app, state } = await createGallery();
    const session = await signInAs(app, 'amara-lead');
    const answer = await postForm(session, '/form', { title: '', summary: 'Kept "as" typed', source: '' });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('<title>Error: What should this review be called?');
    expect(answer.body.match(/Enter a title/g)).toHaveLength(2);
    expect(answer.body).toContain('href="#title"');
    expect(answer.body.match(/Choose who made the referral/g)).toHaveLength(2);
    expect(answer.body).toContain('Kept &quot;as&quot; typed');
    expect(state.titles).toEqual([]);
  });
});

describe('assets', () => {
  it('are kept for a year under a name that changes with them, and sent compressed', async () => {
    const { app } = await createGallery();
    const { body } = await app.inject('/help');
    const [script] = /\/assets\/[0-9a-f]{16}\/start\.js/.exec(body) ?? [];
    const answer = await app.inject({ url: script ?? '/missing', headers: { 'accept-encoding': 'br' } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-encoding']).toBe('br');
    expect(answer.headers['content-type']).toContain('javascript');
  });

  it('lead nowhere else on the disk', async () => {
    const { app } = await createGallery();
    for (const path of ['../package.json', '..%2fpackage.json', '%2e%2e/%2e%2e/package.json', '/etc/passwd', '']) {
      const answer = await app.inject(`/assets/${path}`);
      expect([403, 404], path).toContain(answer.statusCode);
      expect(String(answer.headers['cache-control'])).not.toContain('immutable');
    }
  });
});

describe('a theme', () => {
  it('colours header, buttons and icon without touching anything else', async () => {
    const theme = {
      brand: '#4a1a4f',
      accent: '#7fb8a4',
      button: '#5c2a56',
      buttonHover: '#451e40',
      buttonShadow: '#2a1027',
    };
    const { app } = await createGallery({ theme });
    const { body } = await app.inject('/help');
    expect(body).toContain('<meta name="theme-color" content="#4a1a4f">');
    const [folder] = /\/assets\/[0-9a-f]{16}/.exec(body) ?? [];
    expect((await app.inject(`${folder}/favicon.svg`)).body).toContain('fill="#4a1a4f"');
    const stylesheet = (await app.inject(`${folder}/site.css`)).body;
    expect(stylesheet.slice(-300)).toContain('--px-brand:#4a1a4f;--govuk-brand-colour:#4a1a4f;');
  });
});

describe('a service that is set up wrongly', () => {
  it.each([
    [{ secret: 'short' }, /at least 32/],
    [{ id: 'Node 1' }, /lower-case/],
    [
      {
        theme: { brand: '#ffffff', accent: '#000000', button: 'teal', buttonHover: '#000000', buttonShadow: '#000000' },
      },
      /#rrggbb/,
    ],
    [
      {
        theme: {
          brand: '#ffee00',
          accent: '#000000',
          button: '#0b5d66',
          buttonHover: '#084850',
          buttonShadow: '#000000',
        },
      },
      /contrast of 1\.2/,
    ],
  ])('does not start: %j', async (changes, fault) => {
    await expect(createGallery(changes)).rejects.toThrow(fault);
  });
});

describe('too many requests', () => {
  it('are refused with a page that says how long to wait', async () => {
    const { app } = await createGallery({ limits: { signInsPerMinute: 2 } });
    expect((await app.inject('/sign-in/demo/nobody')).statusCode).toBe(400);
    expect((await app.inject('/sign-in/demo/nobody')).statusCode).toBe(400);
    const refused = await app.inject('/sign-in/demo/tom-reader');
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.body).toMatch(/Try again in \d+ (second|minute)/);
    expect(refused.cookies).toEqual([]);
  });

  it('counts posts as well', async () => {
    const { app, state } = await createGallery({ limits: { postsPerMinute: 1 } });
    const session = await signInAs(app, 'amara-lead');
    const { token } = await openForm(session, '/form');
    const send = (title: string) =>
      postForm(session, '/form', { title, summary: 'A summary', source: 'school' }, token);
    expect((await send('First')).statusCode).toBe(303);
    expect((await send('Second')).statusCode).toBe(429);
    expect(state.titles).toEqual(['First']);
  });
});
