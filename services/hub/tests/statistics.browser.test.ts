import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { newId } from '@practice-exchange/platform';
import { accessibilityFaults, launchBrowser, layoutFaults } from '@practice-exchange/web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleReturn } from '../src/testing/example-return.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub } from '../src/testing/test-hub.ts';

type Browser = Awaited<ReturnType<typeof launchBrowser>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;
type Options = Parameters<Browser['newContext']>[0];

const people = [
  { id: 'ann', name: 'Ann', roles: ['analyst' as const] },
  { id: 'ben', name: 'Ben', roles: ['analyst' as const] },
  { id: 'olu', name: 'Olu', roles: ['operator' as const] },
];

describe('national statistics, in a browser', { timeout: 120_000 }, () => {
  let test: TestHub;
  let browser: Browser;
  const faults: string[] = [];

  beforeAll(async () => {
    test = await startTestHub({ statisticsArePublic: true }, people);
    const quarters = ['2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2'];
    for (const onsCode of ['E99000011', 'E99000012', 'E99000013', 'E99000014']) {
      const log = publishAs(test, await test.enrol({ onsCode }));
      await log.publish(
        ...quarters.map((quarter, at) => ({
          ...{ op: 'return' as const, record: newId(), revision: 1 },
          body: exampleReturn(quarter, 40 + 8 * at),
        })),
      );
    }
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await test.stop();
  });

  async function visit(person: string | null, options: Options = {}): Promise<Page> {
    const page = await (
      await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: test.url, ...options })
    ).newPage();
    await page.goto(person === null ? '/' : `/sign-in/demo/${person}`);
    return page;
  }

  /** Nothing for axe to find at the width of a desk, and no fault of layout there or at that of a small phone. */
  async function look(page: Page, name: string): Promise<void> {
    for (const fault of await accessibilityFaults(page)) faults.push(`${name}: ${JSON.stringify(fault)}`);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      for (const fault of await layoutFaults(page)) faults.push(`${name} at ${width}: ${fault}`);
    }
  }

  it('are prepared by one analyst, looked at cell by cell, and approved by another', async () => {
    const ann = await visit('ann');
    await ann.goto('/');
    await look(ann, 'nothing released yet');
    await ann.goto('/releases');
    await ann.getByRole('button', { name: 'Build the draft' }).click();
    await ann.locator('.govuk-error-summary').waitFor();
    await look(ann, 'no quarter chosen');
    await ann.getByLabel('April to June 2026').check();
    await ann.getByRole('button', { name: 'Build the draft' }).click();
    await ann.waitForURL(/\/releases\/drafts\//);
    await test.hub.context.jobs.drain();
    await ann.goto(ann.url());
    await look(ann, 'a draft');
    expect(await ann.getByRole('button', { name: 'Approve and publish' }).count()).toBe(0);

    const ben = await visit('ben');
    await ben.goto(new URL(ann.url()).pathname);
    const draft = ben.url();
    await ben.getByRole('link', { name: 'Referrals by referral source' }).first().click();
    await ben.getByText('rounded to the nearest 5').first().waitFor();
    await look(ben, 'before and after');
    await ben.goto(draft);
    await ben.getByRole('button', { name: 'Approve and publish' }).click();
    await ben.locator('.govuk-error-summary').waitFor();
    await ben.getByLabel('I have looked at the tables and they may be published').check();
    await ben.getByRole('button', { name: 'Approve and publish' }).click();
    await ben.getByText('Latest release').first().waitFor();
    await look(ben, 'a release');
  });

  it('are read, explored and downloaded by anybody, also without JavaScript', async () => {
    const page = await visit(null, { javaScriptEnabled: false });
    for (const path of ['/', '/trends/cases', '/data-catalogue', '/methodology', '/releases', '/api/docs']) {
      const answer = await page.goto(path);
      expect(answer?.status(), path).toBe(200);
    }
    await page.goto('/explore');
    await page.getByRole('radio').first().check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('radio').nth(1).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Show the table' }).click();
    await page.getByRole('table').first().waitFor();
    // The page's numbers are those of the file that it links to.
    const [link] = await page.locator('a[href$="data.csv"]').all();
    const csv = await (await page.request.get((await link?.getAttribute('href')) ?? '')).text();
    const shown = await page.getByRole('table').first().getByRole('cell').allTextContents();
    const numbers = shown.map((text) => text.replaceAll(',', '').trim()).filter((text) => /^\d+$/.test(text));
    expect(numbers.length).toBeGreaterThan(0);
    const published = new Set(csv.split(/[\r\n,]+/));
    for (const number of numbers) expect(published).toContain(number);
  });

  it.each([
    ['R', 'Rscript', '-e', '#snippet-r + pre', /referral/i],
    ['Python', 'python3', '-c', '#snippet-python + pre', /[1-9]\d* rows, [1-9]\d* with a number/],
  ])('are read by the lines of %s that a table offers, where it is installed', async (...snippet) => {
    const [, program, option, selector, said] = snippet;
    const page = await visit(null, { javaScriptEnabled: false });
    await page.goto('/tables/referrals-by-source-2026-Q2-v1');
    const lines = (await page.locator(selector).textContent()) ?? '';
    // The hub's own address has no port here.
    const pasted = lines.replace(/http:\/\/127\.0\.0\.1(?=\/)/, test.url);
    expect(pasted).toContain(test.url);
    const answer = await promisify(execFile)(program, [option, pasted]).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (answer !== null) expect(answer.stdout).toMatch(said);
  });

  it('are accessible at every width, with charts and a map', async () => {
    const page = await visit(null);
    for (const [name, path] of [
      ['overview', '/'],
      ['trends', '/trends/cases'],
      ['theme', '/trends/families-and-communities'],
      ['explore', '/explore'],
      ['catalogue', '/data-catalogue'],
      ['methodology', '/methodology'],
      ['table with a map', '/tables/referrals-by-region-2026-Q2-v1'],
      ['table', '/tables/referrals-by-source-2026-Q2-v1'],
    ] as const) {
      expect((await page.goto(path))?.status(), path).toBe(200);
      await look(page, name);
    }
    expect((await page.goto('/tables/no-such-table-2026-Q2-v1'))?.status()).toBe(404);
    await look(page, 'no such table');
    const operator = await visit('olu');
    await operator.goto('/operator/prevalence-bands');
    await look(operator, 'prevalence bands');
    expect(faults).toEqual([]);
  });
});
