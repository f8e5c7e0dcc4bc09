import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from '@practice-exchange/web/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, seedDemo, startNetwork } from '../src/index.ts';
import { look as faultsOf, signInAs } from './as-people.ts';

const title = 'The allotment shed and the locked gate';

/** The pages of the journey in the order in which it leads: texts by their question, choices by theirs. */
const pages: { texts?: Record<string, string>; choices?: Record<string, string> }[] = [
  {
    texts: {
      'What was the situation?':
        'A youth club was worried that a teenager had stopped talking to friends and spoke of a coming collapse. The family kept the gate locked and would not answer letters.',
    },
  },
  {
    texts: {
      'What was done?':
        'A social worker asked the youth worker to make the first call. They visited together, stood at the gate, and asked the parents what they feared would happen if they let us in.',
    },
  },
  {
    texts: {
      'What happened?':
        'The parents were afraid of losing their home. Once that was said, the gate was opened, and the teenager joined a mentoring group.',
    },
  },
  { choices: { 'What was the outcome?': 'Concern reduced' } },
  { texts: { 'What worked?': 'Asking about the fear before asking about the child.' } },
  { texts: { 'What did not work?': 'Three letters in official language.' } },
  {
    texts: {
      'What are the learning points?': 'Ask what a family is afraid of.\nLet the person they know ring first.',
    },
  },
  { texts: { 'What would you do next time?': 'We would ring the youth worker on the first day.' } },
  {
    texts: {
      Title: title,
      Summary: 'A family kept the gate locked until somebody asked what they were afraid of.',
    },
  },
  { choices: { 'Which themes does it belong to?': 'Engaging families and communities' } },
  { choices: { 'What was the concern?': 'No ideology identified' } },
  {
    choices: { 'Who made the referral?': 'Voluntary organisation', 'What was the threshold decision?': 'Early help' },
  },
  { choices: { 'How old was the child at referral?': '13 to 15', 'What is the child’s sex?': 'Withheld' } },
  { choices: { 'In which setting?': 'Community', 'In which region?': 'London' } },
  { texts: { 'When was it?': '2024-25' } },
  { choices: { 'Which agencies took part?': 'Youth service' } },
  { choices: { 'What was done with the child and the family?': 'Mentoring' } },
  {
    choices: {
      'How did the family engage at the start?': 'Refused',
      'How did the family engage at the end?': 'Cooperative',
    },
  },
  { choices: { 'Did anybody question whether you should step in?': 'By a parent or carer' } },
  { choices: { 'Who may see it?': 'Everybody in the network' } },
];

describe('what one authority has learned reaches another', () => {
  let directory: string;
  let network: Network;
  let browser: Browser;
  const faults: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'practice-exchange-job-'));
    network = await startNetwork({ directory, firstPort: 0, durable: false, logLevel: 'warn' });
    await seedDemo(network, () => undefined);
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const as = (authority: string, role: string): Promise<Page> => signInAs({ network, browser }, authority, role);
  const look = async (page: Page, name: string): Promise<void> => void faults.push(...(await faultsOf(page, name)));

  it('is written, read by a second person, published, found, read, and leads on', { timeout: 120_000 }, async () => {
    const lead = await as('ashcombe', 'lead');
    await look(lead, 'home');
    await lead.goto(new URL('/reviews', lead.url()).href);
    await look(lead, 'case reviews');
    await lead.getByRole('button', { name: 'Write a case review' }).click();
    await lead.getByRole('link', { name: 'The situation' }).click();
    for (const { texts = {}, choices = {} } of pages) {
      for (const [label, text] of Object.entries(texts)) await lead.getByLabel(label, { exact: true }).fill(text);
      for (const [group, label] of Object.entries(choices)) {
        await lead.getByRole('group', { name: group }).getByLabel(label, { exact: true }).check();
      }
      await lead.getByRole('button', { name: 'Save and continue' }).click();
    }
    await look(lead, 'check your answers');
    await lead.getByRole('button', { name: 'Send for second reading' }).click();
    await lead.getByText('Sent for second reading').waitFor();
    await look(lead, 'sent');
    const review = new URL(lead.url()).pathname;

    // Its author cannot read it a second time, nor publish it unread.
    expect((await lead.goto(new URL(`${review}/second-reading`, lead.url()).href))?.status()).toBe(403);
    await look(lead, 'refused');

    const reader = await as('ashcombe', 'reviewer');
    await reader.getByRole('link', { name: title }).click();
    await look(reader, 'second reading');
    await reader.getByLabel('No, nobody could').check();
    await reader.getByRole('button', { name: 'Save my answer and see what the check found' }).click();
    await look(reader, 'what the check found');
    for (const reason of await reader.getByLabel('Why can it stay?').all())
      await reason.fill('It is an ordinary word here.');
    await reader.getByRole('button', { name: 'Approve this edition' }).click();
    await reader.getByRole('heading', { name: 'Approved' }).waitFor();
    await look(reader, 'approved');

    await lead.goto(new URL(review, lead.url()).href);
    // Somebody who is signed in already searches: signing in is no part of the way from one authority to another.
    const practitioner = await as('fenby', 'practitioner');
    const published = Date.now();
    await lead.getByRole('button', { name: 'Publish to the network' }).click();
    const query = new URL('/search?q=family+kept+the+gate+locked+and+would+not+let+us+in', practitioner.url()).href;
    let elapsed = 0;
    for (;;) {
      await practitioner.goto(query);
      elapsed = Date.now() - published;
      if ((await practitioner.getByRole('link', { name: title }).count()) > 0) break;
      expect(elapsed, 'published and not found after two seconds').toBeLessThan(2_000);
    }
    expect(elapsed).toBeLessThan(2_000);
    await look(practitioner, 'results');

    const result = practitioner
      .locator('[data-learning-id]')
      .filter({ has: practitioner.getByRole('link', { name: title }) });
    expect(await result.locator('mark').count()).toBeGreaterThan(0);
    expect(await result.getByText('high prevalence').count()).toBe(1);
    expect(await result.getByText('Ashcombe').count()).toBe(0);
    await practitioner.getByRole('link', { name: title }).click();
    await practitioner.getByRole('heading', { level: 1, name: title }).waitFor();
    await look(practitioner, 'learning');
    await practitioner.getByRole('heading', { name: 'Similar learning' }).waitFor();
    expect(await practitioner.getByText('Similar because').count()).toBeGreaterThan(0);

    await lead.goto(new URL(`${review}/publication`, lead.url()).href);
    await lead.getByText('It can be found in the network.').waitFor();
    await look(lead, 'what the network has said');
    expect(faults).toEqual([]);
  });

  it('stops a search that names a number of the NHS before it leaves the node', async () => {
    const page = await as('fenby', 'practitioner');
    const answer = await page.goto(new URL('/search?q=family+of+943+476+5870+refused', page.url()).href);
    expect(answer?.status()).toBe(422);
    await look(page, 'stopped search');
    await page
      .getByRole('button', { name: 'Search without it' })
      .or(page.getByRole('link', { name: 'Search without it' }))
      .click();
    expect(new URL(page.url()).searchParams.get('q')).toBe('family refused');
    expect(faults).toEqual([]);
  });

  it('shows the hub to its own people', async () => {
    const analyst = await as('hub', 'analyst');
    await analyst.getByRole('heading', { level: 1, name: 'National overview' }).waitFor();
    await look(analyst, 'overview');
    const operator = await as('hub', 'operator');
    await operator.goto(new URL('/operator/members', operator.url()).href);
    await operator.getByText('Fenby County Council').first().waitFor();
    await look(operator, 'members');
    expect(faults).toEqual([]);
  });
});
