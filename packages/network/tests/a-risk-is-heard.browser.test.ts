import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportRisk } from '@practice-exchange/node';
import { newId } from '@practice-exchange/platform';
import { regionsAudience } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import { launchBrowser, lookingGlass } from '@practice-exchange/web/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../src/index.ts';
import { signInAs } from './as-people.ts';
import { publishFor, publishOnce } from './publishing-once.ts';

const says = 'In “What happened”, the third sentence: only one club in the valley closed in that spring.';
const answer = 'There were five such clubs at the time.';
const phone = { viewport: { width: 320, height: 800 }, javaScriptEnabled: false };

describe('a reader who recognises somebody is heard by whose learning it is', { timeout: 180_000 }, () => {
  let directory: string;
  let network: Network;
  let browser: Browser;
  let look: (page: Page, name: string) => Promise<void>;
  const faults: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'practice-exchange-risk-'));
    network = await startNetwork({ directory, firstPort: 0, durable: false, logLevel: 'trace' });
    browser = await launchBrowser();
    const glass = lookingGlass(browser);
    look = async (page, name) => void faults.push(...(await glass(page, name)));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const contextOf = (key: string) => {
    const found = network.nodes.find(({ authority }) => authority.key === key);
    if (!found) throw new Error(`there is no ${key}`);
    return found.node.context;
  };
  const open = (page: Page, path: string) => page.goto(new URL(path, page.url()).href);

  /** A record of Ashcombe that the whole network may read: its case review, and the record's id. */
  async function published(text: number) {
    const context = contextOf('ashcombe');
    const review = await publishOnce(context, { author: 'helen-marchetti', reader: 'yusuf-karim', text });
    const row = await context.database.db
      .selectFrom('case_review')
      .select('record')
      .where('id', '=', review)
      .executeTakeFirstOrThrow();
    await network.drain();
    return { review, record: row.record };
  }

  /** The reporter's node, and then the owner's, send what waits and ask the hub what is new. */
  async function follow() {
    for (const key of ['fenby', 'ashcombe']) {
      const { jobs } = contextOf(key);
      for (const job of ['send-risk-reports', 'follow-risk-reports', 'let-go']) await jobs.wake(job);
      await jobs.drain();
    }
  }

  it('without JavaScript, on a phone: it is reported, read by the lead, taken back, and gone at both ends', async () => {
    const { review, record } = await published(0);
    const reader = await signInAs({ network, browser }, 'fenby', 'practitioner', phone);
    await open(reader, `/learning/${record}`);
    await look(reader, 'record');
    await reader.getByRole('link', { name: 'Report that someone could be recognised' }).click();
    await look(reader, 'form');
    await reader.getByLabel('Where in the record, and why?').fill('It names Sarah Jones.');
    await reader.getByRole('button', { name: 'Report it now' }).click();
    await reader.getByRole('link', { name: 'Choose by what somebody could be recognised' }).waitFor();
    await reader.getByLabel('Details that people in the area would know').check();
    await reader.getByRole('button', { name: 'Report it now' }).click();
    await reader.getByText('Nothing has left this service').waitFor();
    await look(reader, 'stopped');
    expect(await reader.getByLabel('Details that people in the area would know').isChecked()).toBe(true);
    await reader.getByLabel('Where in the record, and why?').fill(says);
    await reader.getByRole('button', { name: 'Report it now' }).click();
    await follow();
    await reader.reload();
    await reader.getByRole('heading', { name: 'Your report was sent' }).waitFor();
    await look(reader, 'sent');
    await open(reader, `/learning/${record}`);
    await reader.getByText('It waits for the authority that published it').waitFor();

    const operator = await signInAs({ network, browser }, 'hub', 'operator', phone);
    await open(operator, '/operator/risk-reports');
    await look(operator, 'operator');
    await operator.locator('.app-table-region a').first().click();
    await operator.getByText(says).waitFor();
    await look(operator, 'operator, one report');

    const lead = await signInAs({ network, browser }, 'ashcombe', 'lead', phone);
    await look(lead, 'start page of the lead');
    await lead.locator('.app-risks a').first().click();
    await lead.getByText(says).waitFor();
    await lead.getByText('Reported by Fenby County Council').waitFor();
    await look(lead, 'report, to the lead');
    await open(lead, `/reviews/${review}`);
    await look(lead, 'case review');
    await lead.getByRole('link', { name: 'Read the report and act' }).click();
    await lead.getByRole('button', { name: 'Take it back' }).click();
    expect(await lead.getByLabel('A colleague reported a risk').isChecked()).toBe(true);
    await lead.getByRole('button', { name: 'Take it back now' }).click();
    await network.drain();
    await follow();
    await lead.goto(new URL('/', lead.url()).href);
    expect(await lead.locator('.app-risks').count()).toBe(0);
    await open(reader, '/risk-reports');
    await look(reader, 'reports');
    await reader.locator('.app-work-list a').first().click();
    await reader.getByRole('heading', { name: 'The record was taken back' }).waitFor();
    await look(reader, 'taken back');
    // Not a word of it is left anywhere.
    const hub = network.hub.context.database.db;
    const kept = [
      ...(await hub.selectFrom('risk_report').selectAll().execute()),
      ...(await contextOf('fenby').database.db.selectFrom('risk_report').selectAll().execute()),
      ...(await contextOf('ashcombe').database.db.selectFrom('risk_report').selectAll().execute()),
    ];
    expect(kept.map(({ state, says: left, how }) => ({ state, left, how }))).toEqual(
      Array.from({ length: 3 }, () => ({ state: 'withdrawn', left: null, how: null })),
    );
    await open(operator, '/operator/risk-reports');
    await look(operator, 'operator, settled');
    expect(faults).toEqual([]);
  });

  it('by keyboard: it is reported, answered, and the answer read', async () => {
    const { record } = await published(1);
    const reader = await signInAs({ network, browser }, 'fenby', 'practitioner');
    await open(reader, `/learning/${record}/report-a-risk`);
    const tabTo = async (page: Page, wanted: string) => {
      for (let steps = 0; steps < 60; steps += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(wanted)})`)) return;
      }
      throw new Error(`${wanted} is not reached by Tab`);
    };
    await tabTo(reader, '#how');
    await reader.keyboard.press('Space');
    await reader.keyboard.press('ArrowDown');
    await tabTo(reader, '#says');
    await reader.keyboard.type(says);
    await tabTo(reader, 'main button');
    await reader.keyboard.press('Enter');
    await reader.getByRole('heading', { name: 'Your report was sent' }).waitFor();
    await reader.getByText('What was in the news or on social media').waitFor();
    await follow();

    const lead = await signInAs({ network, browser }, 'ashcombe', 'lead');
    await tabTo(lead, '.app-risks a');
    await lead.keyboard.press('Enter');
    await lead.getByText(says).waitFor();
    await tabTo(lead, '#says');
    await lead.keyboard.type(answer);
    await tabTo(lead, 'main form button');
    await lead.keyboard.press('Enter');
    await lead.getByText('Your answer is kept').waitFor();
    await look(lead, 'answered');
    await follow();
    await open(reader, `/learning/${record}`);
    await reader.getByText('left it as it is, and said why').waitFor();
    await reader.getByRole('link', { name: 'See the report' }).click();
    await reader.getByText(answer).waitFor();
    await look(reader, 'left as it is');
    expect(faults).toEqual([]);
  });

  it('RSK-11, RSK-14: what the hub has lost it has again; for whom the record is no more, nothing of the report is left', async () => {
    const { review, record } = await published(2);
    const [fenby, ashcombe] = [contextOf('fenby'), contextOf('ashcombe')];
    const person = await fenby.database.db
      .selectFrom('person')
      .select(['id', 'name', 'roles'])
      .where('subject', '=', 'beth-lacey')
      .executeTakeFirstOrThrow();
    const id = newId();
    await reportRisk(fenby, person as Person, { id, record, how: 'several-details', says });
    await follow();
    const at = (context: Pick<typeof fenby, 'database'>) =>
      context.database.db.selectFrom('risk_report').selectAll().where('id', '=', id).executeTakeFirst();
    expect(await at(ashcombe)).toMatchObject({ state: 'open', says, by_name: 'Fenby County Council' });
    const { db } = network.hub.context.database;
    await db.deleteFrom('risk_report').where('id', '=', id).execute();
    await follow();
    await follow();
    const hubs = db.selectFrom('risk_report').selectAll().where('id', '=', id);
    expect(await hubs.execute()).toMatchObject([{ state: 'open', says, told_at: expect.any(Date) }]);
    const people = { author: 'helen-marchetti', reader: 'yusuf-karim' };
    await publishFor(ashcombe, { ...people, review, audience: regionsAudience(['london']) });
    for (const job of ['withdraw-ahead', 'deliver']) await ashcombe.jobs.wake(job);
    await network.drain();
    await follow();
    expect(await at(fenby)).toMatchObject({ state: 'closed', how: null, says: null, answer: null });
    expect(await at(ashcombe)).toMatchObject({ state: 'narrowed', says });
    expect(await hubs.execute()).toMatchObject([{ state: 'narrowed', says }]);
  });

  it('RSK-7: no log of the hub or of any node holds a word of it', async () => {
    const log = await readFile(join(directory, 'network.log'), 'utf8');
    expect(log).toContain('a lead must act');
    expect(log).toContain('/risk-reports/');
    expect(log).not.toMatch(/third sentence|five such clubs|Sarah|known-locally/);
  });
});
