import { isReturnLate, quarterBefore, quarterOf, returnDue } from '@practice-exchange/protocol';
import { periodLabel } from '@practice-exchange/web';
import { launchBrowser, lookingGlass } from '@practice-exchange/web/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedNode, type StaffName, startGuardedNode } from './guarded-node.ts';

const newest = quarterBefore(quarterOf(new Date()));
/** Its return has been late for at least two months. */
const before = quarterBefore(newest);

/** The counts of a return that adds up, by section and code. */
const counts: Record<string, Record<string, number>> = {
  totals: { childPopulation: 50_000, referrals: 20, assessments: 8 },
  referralsByConcernCategory: { islamist: 12, 'extreme-right-wing': 8 },
  referralsBySource: { school: 15, police: 5 },
  referralsByThresholdDecision: { 'early-help': 20 },
  referralsByAgeBand: { '13-to-15': 20 },
  assessmentsByConcernCategory: { islamist: 8 },
  outcomesByConcernCategory: { 'islamist:concern-reduced': 3 },
};

describe('a caseload return, in a browser', { timeout: 120_000 }, () => {
  let node: GuardedNode;
  let browser: Browser;
  let origin: string;
  let glass: ReturnType<typeof lookingGlass>;
  const faults: string[] = [];

  beforeAll(async () => {
    node = await startGuardedNode();
    origin = await node.listen();
    browser = await launchBrowser();
    glass = lookingGlass(browser);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  /** A browser of its own in which somebody is signed in. */
  async function as(who: StaffName, javaScriptEnabled: boolean): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${origin}/sign-in/demo/${who}`);
    return page;
  }

  /** Looks at a page as it is, at the width of a small phone, and keeps what is wrong with it. */
  const look = async (page: Page, name: string) => void faults.push(...(await glass(page, name)));

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const said = (page: Page) => page.locator('.govuk-error-summary').getByRole('link').allTextContents();
  const published = () =>
    node.database.db
      .selectFrom('return_edition')
      .select(['quarter', 'revision', 'note', 'acknowledged'])
      .orderBy('quarter')
      .orderBy('revision')
      .execute();

  async function upload(page: Page, file: string): Promise<void> {
    const buffer = Buffer.from(file);
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'return.csv', mimeType: 'text/csv', buffer });
    await press(page, 'Upload');
  }

  it('that is late is filled in as a file, signed by a lead and corrected, without JavaScript', async () => {
    const author = await as('author', false);
    await author.goto(`${origin}/returns`);
    const item = (page: Page) =>
      page.getByRole('listitem').filter({ has: page.locator(`a[href="/returns/${before}"]`) });
    expect(await item(author).textContent()).toMatch(/Late\s+It was due by \d/);
    await look(author, 'returns');
    await author.goto(`${origin}/returns/${before}`);
    await author.getByText('This return is late').waitFor();

    // A file that is not right is refused row by row, and changes nothing.
    const template = await author.context().request.get(`${origin}/returns/${before}/template.csv`);
    const filled = (await template.text())
      .split('\r\n')
      .map((row) => {
        const [section = '', code = ''] = row.split(',');
        const count = counts[section]?.[code];
        return count === undefined ? row : row.replace(/[^,]*$/, String(count));
      })
      .join('\r\n');
    await upload(author, filled.replace(/(referralsBySource),school,/, '$1,schol,').replace(/,8(\r\n|$)/, ',eight$1'));
    expect(await said(author)).toEqual(['Nothing was changed: 2 rows are not right']);
    const rows = author.getByRole('table', { name: 'What is not right in the file' });
    expect(await rows.getByRole('cell').allTextContents()).toEqual([
      '“eight” is not a whole number from 0',
      '“schol” is not a code of Referrals by referral source',
    ]);
    await look(author, 'rows that are not right');
    expect(await node.database.db.selectFrom('return_working').selectAll().execute()).toEqual([]);

    await author.goto(`${origin}/returns/${before}`);
    await upload(author, filled);
    await author.getByText('A lead can sign it now.').waitFor();
    expect(await author.getByRole('button', { name: 'Sign and publish' }).count()).toBe(0);

    const lead = await as('both', false);
    await lead.goto(origin);
    await lead.getByText('is late: it was due by').waitFor();
    await lead.goto(`${origin}/returns/${before}`);
    await lead.getByText('Everything adds up and nothing is unusual.').waitFor();
    await look(lead, 'a return to sign');
    expect(await published()).toEqual([]);
    await press(lead, 'Sign and publish');
    await lead.getByText('Signed and published').waitFor();
    await look(lead, 'a signed return');
    await lead.goto(`${origin}/returns`);
    expect(await item(lead).textContent()).toMatch(/Published\s+20 referrals\. Revision 1, signed by The both/);

    // A correction says why, and is signed again.
    await author.goto(`${origin}/returns/${before}`);
    await press(author, 'Begin a correction');
    expect(await said(author)).toEqual(['Say what has to be corrected, and why']);
    await look(author, 'a correction without its reason');
    await author.getByLabel('What has to be corrected, and why').fill('One referral was counted twice');
    await press(author, 'Begin a correction');
    await author.getByText('Being corrected:').waitFor();
    await author.getByRole('link', { name: 'Referrals by referral source' }).click();
    await author.getByLabel('Police', { exact: true }).fill('4');
    await press(author, 'Save');
    await author.getByText('Referrals by referral source add up to 19, but there were 20 referrals').waitFor();
    await author.getByRole('link', { name: 'Referrals by referral source', exact: true }).click();
    await author.getByLabel('Police', { exact: true }).fill('5');
    await press(author, 'Save');
    await lead.goto(`${origin}/returns/${before}`);
    await press(lead, 'Sign and publish');
    await lead.getByText('Corrected: One referral was counted twice').waitFor();
    expect((await published()).map(({ quarter, revision, note }) => [quarter, revision, note])).toEqual([
      [before, 1, null],
      [before, 2, 'One referral was counted twice'],
    ]);
  });

  it('is filled in page by page, and what is unusual against the last quarter is looked at before it is signed', async () => {
    const author = await as('author', true);
    await author.goto(`${origin}/returns/${newest}`);
    const due = isReturnLate(newest, new Date()) ? 'This return is late' : 'Due by';
    expect(await author.getByRole('main').textContent()).toContain(due);
    expect(returnDue(newest) > returnDue(before)).toBe(true);

    await author.getByRole('link', { name: 'Children, referrals and assessments' }).click();
    await author.getByLabel('Referrals in the quarter').fill('about forty');
    await press(author, 'Save');
    expect(await said(author)).toEqual(['Referrals in the quarter: enter a whole number, such as 4']);
    expect(await author.title()).toMatch(/^Error: /);
    expect(await author.getByLabel('Referrals in the quarter').inputValue()).toBe('about forty');
    await look(author, 'a number that is none');
    await author.goto(`${origin}/returns/${newest}`);

    // Twice as many as before, all of one category.
    for (const [section, values] of Object.entries(counts)) {
      await author.locator(`a[href="/returns/${newest}/sections/${section}"]`).first().click();
      if (section === 'outcomesByConcernCategory') {
        await look(author, section);
        await author.locator('summary').getByText('Islamist', { exact: true }).click();
      }
      const given = section === 'referralsByConcernCategory' ? { islamist: 20 } : values;
      for (const [code, count] of Object.entries(given)) {
        const isDoubled = section.startsWith('referrals') || code === 'referrals';
        await author.locator(`input[name="${code}"]`).fill(String(isDoubled ? 2 * count : count));
      }
      await press(author, 'Save');
      await author.waitForURL(`${origin}/returns/${newest}`);
    }
    await author.getByText('A lead can sign it now.').waitFor();

    const lead = await as('both', true);
    await lead.goto(`${origin}/returns/${newest}`);
    const unusual = lead.getByRole('group', { name: 'Unusual numbers' }).getByRole('checkbox');
    expect(await unusual.count()).toBe(2);
    const then = periodLabel(before);
    await lead.getByLabel(`40 referrals, but 20 in ${then}.`).check();
    await press(lead, 'Sign and publish');
    expect(await said(lead)).toEqual(['Confirm each of the unusual numbers, or change them.']);
    expect(await lead.getByLabel(`40 referrals, but 20 in ${then}.`).isChecked()).toBe(true);
    await look(lead, 'one unusual number not looked at');
    expect((await published()).map(({ quarter }) => quarter)).toEqual([before, before]);
    await lead.getByLabel(`none for Extreme right-wing, but 8 in ${then}.`).check();
    await press(lead, 'Sign and publish');
    await lead.getByText('Signed and published').waitFor();
    expect((await published()).at(-1)).toMatchObject({
      ...{ quarter: newest, revision: 1 },
      acknowledged: ['referrals-changed', 'referralsByConcernCategory-extreme-right-wing-gone'],
    });
    expect(faults).toEqual([]);
  });

  it('is nobody’s to see who only practises, and of no quarter that is not over', async () => {
    const practitioner = await as('practitioner', false);
    expect((await practitioner.goto(`${origin}/returns`))?.status()).toBe(403);
    const lead = await as('both', false);
    for (const quarter of [quarterOf(new Date()), '2026-Q9', 'x'])
      expect((await lead.goto(`${origin}/returns/${quarter}`))?.status(), quarter).toBe(404);
  });
});
