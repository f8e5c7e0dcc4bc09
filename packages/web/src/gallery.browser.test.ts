import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InMemorySessionStore } from './session-store.ts';
import { accessibilityFaults, chromiumPath, launchBrowser, layoutFaults } from './testing/browser.ts';
import { createGallery } from './testing/gallery.ts';

const required = process.env.CI === 'true';

describe.skipIf(!required && chromiumPath() === null)('in a browser', () => {
  let browser: Browser;
  let app: FastifyInstance;
  let address: string;
  const clock = { ahead: 0 };

  beforeAll(async () => {
    browser = await launchBrowser();
    const gallery = await createGallery({
      sessions: { store: new InMemorySessionStore(), idleMinutes: 20 },
      now: () => new Date(Date.now() + clock.ahead),
    });
    app = gallery.app;
    address = await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  async function withPage(
    options: Parameters<Browser['newContext']>[0],
    use: (page: Page, context: BrowserContext) => Promise<void>,
  ): Promise<string[]> {
    const context = await browser.newContext({ baseURL: address, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A page that answers 4xx or 5xx on purpose is noted by the browser as well.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    try {
      await use(page, context);
    } finally {
      await context.close();
    }
    return complaints;
  }

  const kinds: readonly [kind: string, path: string][] = [
    ['sign-in page', '/sign-in?to=/form'],
    ['signed-out page', '/signed-out'],
    ['start page', '/'],
    ['results', '/results'],
    ['form', '/form'],
    ['charts', '/chart'],
    ['error 404', '/nowhere'],
    ['error 500', '/fail/500'],
    ['help', '/help'],
    ['accessibility statement', '/accessibility'],
    ['cookies', '/cookies'],
    ['privacy', '/privacy'],
  ];

  it.each([320, 1280])(
    'every kind of page has no fault that axe finds and no sideways scroll at %i px',
    async (width) => {
      const complaints = await withPage({ viewport: { width, height: 800 } }, async (page) => {
        for (const [kind, path] of kinds) {
          if (kind === 'start page') await page.goto('/sign-in/demo/amara-lead');
          await page.goto(path);
          expect(await accessibilityFaults(page), kind).toEqual([]);
          expect(await layoutFaults(page), kind).toEqual([]);
        }
        await page.goto('/form');
        await page.getByRole('button', { name: 'Save and continue' }).click();
        await page.getByRole('alert').waitFor();
        expect(await page.title()).toMatch(/^Error: /);
        expect(await accessibilityFaults(page), 'form with mistakes').toEqual([]);
        await page.goto('/chart');
        for (const summary of await page.getByText('Show these numbers as a table').all()) await summary.click();
        expect(await accessibilityFaults(page), 'charts with tables open').toEqual([]);
        expect(await layoutFaults(page), 'charts with tables open').toEqual([]);
      });
      expect(complaints).toEqual([]);
    },
    120_000,
  );

  it('everything works without JavaScript: sign in, make a mistake, put it right, sign out', async () => {
    await withPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto('/form');
      await page.getByRole('button', { name: 'Sign in as Amara Osei' }).click();
      expect(new URL(page.url()).pathname).toBe('/form');
      await page.getByLabel('Title').fill('Kept across a mistake');
      await page.getByRole('button', { name: 'Save and continue' }).click();
      expect(await page.getByLabel('Title').inputValue()).toBe('Kept across a mistake');
      await page.getByRole('link', { name: 'Enter a summary' }).click();
      await page.getByLabel('Summary').fill('A summary');
      await page.getByLabel('School').check();
      await page.getByRole('button', { name: 'Save and continue' }).click();
      expect(await page.getByText('“Kept across a mistake” is saved.').isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Sign out' }).click();
      expect(await page.getByRole('heading', { name: 'You have signed out' }).isVisible()).toBe(true);
    });
  });

  it('warns before the session ends, extends it, and goes to sign in when it is over', async () => {
    const complaints = await withPage({}, async (page) => {
      await page.clock.install();
      await page.goto('/sign-in/demo/amara-lead?to=/form');
      const dialog = page.getByRole('dialog', { name: 'You will be signed out soon' });
      expect(await dialog.isVisible()).toBe(false);
      clock.ahead += 15 * 60_000;
      await page.clock.runFor('15:01');
      await dialog.waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Stay signed in' }).click();
      await dialog.waitFor({ state: 'hidden' });
      // Extended at the server too: without it, the session would be over by now.
      clock.ahead += 10 * 60_000;
      await page.clock.runFor('10:00');
      expect(await dialog.isVisible()).toBe(false);
      clock.ahead += 11 * 60_000;
      await page.clock.runFor('10:02');
      await page.waitForURL('**/sign-in?why=ended&to=%2Fform');
      expect(await page.getByText('You were signed out because').isVisible()).toBe(true);
    });
    expect(complaints).toEqual([]);
  });

  it('copies a citation', async () => {
    await withPage({ permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await page.goto('/results');
      await page.getByRole('button', { name: 'Copy citation' }).first().click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe('LR-7F3K-22QD');
    });
  });

  it('says aloud that a citation was not copied', async () => {
    await withPage({}, async (page) => {
      await page.addInitScript('navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"))');
      await page.goto('/results');
      await page.getByRole('button', { name: 'Copy citation' }).first().click();
      await page.getByRole('status').filter({ hasText: 'did not allow copying' }).waitFor({ state: 'attached' });
    });
  });

  it('offers no copying where a browser has no clipboard: over plain HTTP', async () => {
    const plain = 'http://council.test';
    await withPage({}, async (page) => {
      await page.route(`${plain}/**`, async (route) => {
        const url = route.request().url().replace(plain, address);
        await route.fulfill({ response: await route.fetch({ url }) });
      });
      await page.goto(`${plain}/results`);
      await page.locator('[data-govuk-button-init]').first().waitFor({ state: 'attached' });
      expect(await page.evaluate('[isSecureContext, typeof navigator.clipboard]')).toEqual([false, 'undefined']);
      await page.getByText('LR-7F3K-22QD').first().waitFor();
      expect(await page.getByText('Copy citation').count()).toBe(0);
    });
  });

  it('prints without navigation and without the banner of colours', async () => {
    await withPage({}, async (page) => {
      await page.goto('/results');
      const after = () =>
        page.evaluate(`getComputedStyle(document.querySelector('.govuk-link[href^="/"]'), '::after').content`);
      await page.emulateMedia({ media: 'print' });
      expect(await after()).toBe('none');
      expect(await page.getByRole('searchbox').isVisible()).toBe(false);
      expect(await page.getByText('Demo data').isVisible()).toBe(true);
      expect(await page.getByText('A father refused every visit').isVisible()).toBe(true);
    });
  });
});
