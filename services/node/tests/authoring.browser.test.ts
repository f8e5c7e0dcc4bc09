import { launchBrowser, lookingGlass } from '@practice-exchange/web/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedNode, type StaffName, startGuardedNode } from './guarded-node.ts';
import { paragraph, wordFile } from './word-file.ts';

const title = 'Explaining why we came';
const file = wordFile(
  [
    paragraph(title, 'Title'),
    paragraph('Background', 'heading1'),
    paragraph('Kayleigh repeated slogans from videos. Her mother said that nobody had explained why we came.'),
    paragraph('What we did', 'heading1'),
    paragraph('A worker met Kayleigh and her mother away from the home, and explained what would be recorded.'),
  ].join(''),
);

/** What is written page by page, after what the document brought. */
const texts: Record<string, Record<string, string>> = {
  'what-happened': { 'What happened?': 'The mother agreed to a visit. No further concern was found.' },
  'what-worked': { 'What worked?': 'A plain explanation and one named contact.' },
  'what-did-not-work': { 'What did not work?': 'Letters in formal language.' },
  'learning-points': {
    'What are the learning points?': 'Explain first, ask second.\nMeet where the family feels at ease.',
  },
  'next-time': { 'What would you do next time?': 'We would ring before we write.' },
  title: { Summary: 'A parent refused every visit until somebody explained what would be written down.' },
  period: { 'When was it?': '2024-25' },
};
const choices: Record<string, [string, string][]> = {
  outcome: [['What was the outcome?', 'No concern found']],
  themes: [['Which themes does it belong to?', 'Engaging families and communities']],
  concern: [['What was the concern?', 'Extreme right-wing']],
  referral: [
    ['Who made the referral?', 'School'],
    ['What was the threshold decision?', 'Early help'],
  ],
  child: [
    ['How old was the child at referral?', '13 to 15'],
    ['What is the child’s sex?', 'Female'],
  ],
  setting: [
    ['In which setting?', 'Secondary school'],
    ['In which region?', 'London'],
  ],
  agencies: [['Which agencies took part?', 'School']],
  interventions: [['What was done with the child and the family?', 'Whole-family work']],
  family: [
    ['How did the family engage at the start?', 'Refused'],
    ['How did the family engage at the end?', 'Cooperative'],
  ],
  legitimacy: [['Did anybody question whether you should step in?', 'By a parent or carer']],
};

describe('a case review, from a document to the publication log', () => {
  let node: GuardedNode;
  let browser: Browser;
  let origin: string;
  const faults: string[] = [];
  let glass: ReturnType<typeof lookingGlass>;

  beforeAll(async () => {
    node = await startGuardedNode();
    node.hubCounts(60);
    origin = await node.listen();
    browser = await launchBrowser();
    glass = lookingGlass(browser);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  /** A browser of its own in which somebody is signed in. */
  async function as(who: StaffName, javaScriptEnabled = false): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 320, height: 800 }, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${origin}/sign-in/demo/${who}`);
    return page;
  }

  /** Looks at a page as it is, at the width of a small phone, and keeps what is wrong with it. */
  const look = async (page: Page, name: string, width?: number) =>
    void faults.push(...(await glass(page, name, width)));

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  it('is written without JavaScript, mended, read by somebody else, returned, mended, approved and published', {
    timeout: 240_000,
  }, async () => {
    const author = await as('author');
    await author.goto(`${origin}/reviews`);
    await look(author, 'case reviews');
    await press(author, 'Start from a document you have');
    await look(author, 'choosing a document');
    await author
      .getByLabel('Choose a document')
      .setInputFiles({ name: 'write-up.docx', mimeType: 'application/octet-stream', buffer: file });
    await press(author, 'Read the document');
    await look(author, 'placing its parts');
    await press(author, 'Save these parts');
    const review = new URL(author.url()).pathname;
    await node.context.jobs.drain();
    await author.goto(`${origin}${review}`);
    await author.getByText(/need(?:s)? a reason/).waitFor();
    await look(author, 'task list');

    await author.goto(`${origin}${review}/section/what-happened`);
    while (!author.url().endsWith('/check')) {
      const section = new URL(author.url()).pathname.split('/').at(-1) ?? '';
      for (const [label, text] of Object.entries(texts[section] ?? {}))
        await author.getByLabel(label, { exact: true }).fill(text);
      for (const [group, label] of choices[section] ?? []) {
        await author.getByRole('group', { name: group }).getByLabel(label, { exact: true }).check();
      }
      if (['what-happened', 'title', 'themes', 'referral', 'period', 'audience'].includes(section))
        await look(author, section);
      await press(author, 'Save and continue');
      expect(author.url(), `${section} leads on`).not.toMatch(new RegExp(`/section/${section}$`));
    }
    await look(author, 'check your answers');

    // Every mention of the name gives way at once, to the words that the guard suggests.
    await author.goto(`${origin}${review}/anonymisation`);
    await look(author, 'findings');
    const card = author.locator('.app-finding-card').filter({ hasText: 'Kayleigh' }).first();
    await card.getByRole('button', { name: 'Replace all 2' }).click();
    await author.getByText('Replaced in 2 places').waitFor();
    expect(await author.getByText('Kayleigh').count()).toBe(0);
    await author.goto(`${origin}${review}/deny-list`);
    await author.getByLabel('Add to the list').fill('Kayleigh Popescu');
    await author.getByLabel('A person', { exact: true }).check();
    await press(author, 'Add to the list');
    await look(author, 'deny-list');
    await author.goto(`${origin}${review}/check`);
    await press(author, 'Send for second reading');
    await author.getByRole('heading', { name: 'Sent for second reading' }).waitFor();
    await look(author, 'sent');

    const reader = await as('reader');
    const read = async () => {
      await reader.goto(`${origin}${review}`);
      await reader.getByRole('button', { name: 'Read it and decide' }).click();
      await look(reader, 'second reading');
      expect(await reader.locator('.app-finding-card').count()).toBe(0);
      expect(await reader.getByLabel('What would give it away?').isVisible()).toBe(true);
      await reader.getByLabel('No, nobody could').check();
      await press(reader, 'Save my answer and see what the check found');
      await look(reader, 'what the check found');
    };
    await read();
    await reader.getByLabel('Or return it to its author').fill('Say in one sentence what the worker explained.');
    await press(reader, 'Return to author');
    await reader.getByRole('heading', { name: 'Returned to its author' }).waitFor();

    await author.goto(`${origin}${review}`);
    await author.getByText('Say in one sentence what the worker explained.').waitFor();
    await look(author, 'returned');
    await author.getByRole('link', { name: 'What you did' }).click();
    await author
      .getByLabel('What was done?')
      .fill('A worker met the mother away from the home and explained who would read the record.');
    await press(author, 'Save and go to the list');
    await author.goto(`${origin}${review}/check`);
    await press(author, 'Send for second reading');
    await author.goto(`${origin}${review}/history`);
    await look(author, 'history');
    await press(author, 'Compare');
    expect(await author.locator('ins').count()).toBeGreaterThan(1);
    await look(author, 'comparison');
    await author.goto(`${origin}${review}/editions/1`);
    await look(author, 'edition');

    await read();
    for (const reason of await reader.getByLabel('Why can it stay?').all()) await reason.fill('An ordinary word here.');
    await press(reader, 'Approve this edition');
    await reader.getByRole('heading', { name: 'Approved', exact: true }).waitFor();
    const publisher = await as('publisher');
    await publisher.goto(`${origin}${review}`);
    await look(publisher, 'approved');
    await press(publisher, 'Publish to the network');
    await publisher.getByText('Waiting to be sent.').first().waitFor();
    await look(publisher, 'published');
    const published = await node.database.db.selectFrom('publication').select(['op', 'edition']).execute();
    expect(published).toEqual([{ op: 'publish', edition: 2 }]);
    expect(faults).toEqual([]);
  });

  it('shows both versions when two windows wrote the same part, and goes from finding to finding by keyboard', {
    timeout: 60_000,
  }, async () => {
    const author = await as('author', true);
    await author.goto(`${origin}/reviews`);
    await press(author, 'Write a case review');
    const review = new URL(author.url()).pathname;
    await author.goto(`${origin}${review}/section/situation`);
    const other = await author.context().newPage();
    await other.goto(author.url());
    await other
      .getByLabel('What was the situation?')
      .fill('Kayleigh Popescu was seen at St Mary’s Primary School on 3 May 2024.');
    await press(other, 'Save and continue');
    await author.getByLabel('What was the situation?').fill('A child was seen.');
    await press(author, 'Save and continue');
    await author.getByRole('heading', { name: 'This part was changed meanwhile' }).waitFor();
    await author.getByLabel('Both, combined').check();
    await look(author, 'conflict');
    await press(author, 'Save and continue');
    await author.goto(`${origin}${review}/anonymisation`);
    await author.getByRole('link', { name: 'Go to the first finding' }).press('Enter');
    const focused = () => author.evaluate('document.activeElement.id');
    expect(await focused()).toBe('finding-1');
    await author.keyboard.press('Tab');
    while ((await author.evaluate('document.activeElement.textContent')) !== 'Next finding')
      await author.keyboard.press('Tab');
    await author.keyboard.press('Enter');
    expect(await focused()).toBe('finding-2');
    await look(author, 'findings at desktop width', 1280);
    expect(faults).toEqual([]);
  });
});
