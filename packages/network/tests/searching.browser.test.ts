import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { SearchUnavailable } from '@practice-exchange/search';
import { launchBrowser } from '@practice-exchange/web/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Network, seedDemo, startNetwork } from '../src/index.ts';
import { look, signInAs } from './as-people.ts';

/** Words that only these searches hold: one for each way that a search can go. */
const canaries = {
  found: 'quibblethorpe',
  nothing: 'zanthoxylist',
  misspelt: 'radicalistaion',
  stopped: 'Fennimora',
  grouped: 'brindlewick',
  filtered: 'oxterquill',
  typed: 'plimsworth',
  withoutEngine: 'dravenlicht',
  withoutHub: 'oxterbrill',
  tooLong: 'wexcombery',
} as const;

describe('searching, in a browser', { timeout: 120_000 }, () => {
  let directory: string;
  let network: Network;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  const printed: string[] = [];
  /** Every address that the hub was asked. */
  const askedOfHub: string[] = [];
  const listen = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (request.headers.host === new URL(network.hub.url).host) askedOfHub.push(request.url ?? '');
  };
  const write = { out: process.stdout.write, err: process.stderr.write };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'practice-exchange-searching-'));
    network = await startNetwork({ directory, firstPort: 0, durable: false, logLevel: 'trace' });
    await seedDemo(network, () => undefined);
    browser = await launchBrowser();
    page = await signInAs({ network, browser }, 'fenby', 'practitioner');
    subscribe('http.server.request.start', listen);
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
      vi.spyOn(console, method).mockImplementation((...words) => void printed.push(format(...words)));
    }
    for (const stream of ['stdout', 'stderr'] as const) {
      const { write: original } = process[stream];
      process[stream].write = ((chunk: Uint8Array | string, ...rest: never[]) => {
        printed.push(String(chunk));
        return original.call(process[stream], chunk, ...rest);
      }) as typeof original;
    }
  }, 120_000);
  afterAll(async () => {
    vi.restoreAllMocks();
    process.stdout.write = write.out;
    process.stderr.write = write.err;
    unsubscribe('http.server.request.start', listen);
    await browser?.close();
    await network?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const open = (path: string) => page.goto(new URL(path, page.url()).href);
  const results = (on: Page) => on.locator('[data-learning-id]');
  const lookAt = async (name: string) => void faults.push(...(await look(page, name)));

  it('finds, filters, sorts, pages and reads', async () => {
    await open('/');
    await page.getByRole('searchbox').fill(`family will not let us in ${canaries.found}`);
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await results(page).count()).toBeGreaterThan(3);
    await lookAt('results');
    const [all] = (await page.getByRole('heading', { level: 1 }).textContent())?.match(/\d+/) ?? [];

    const outcome = page.getByRole('group', { name: 'Outcome' });
    if (!(await outcome.isVisible())) await page.locator('summary', { hasText: 'Outcome' }).click();
    await outcome.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Apply filters' }).click();
    expect(new URL(page.url()).searchParams.get('outcome')).not.toBeNull();
    const [some] = (await page.getByRole('heading', { level: 1 }).textContent())?.match(/\d+/) ?? [];
    expect(Number(some)).toBeLessThan(Number(all));
    await page.getByRole('link', { name: 'Remove filter' }).first().click();
    expect(new URL(page.url()).searchParams.get('outcome')).toBeNull();

    await page.getByRole('link', { name: /newest/ }).click();
    expect(new URL(page.url()).searchParams.get('sort')).toBe('newest');
    await page.getByRole('link', { name: /Next/ }).click();
    expect(new URL(page.url()).searchParams.get('page')).toBe('2');
    await results(page).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Similar learning' }).waitFor();
    const reasons = await page.locator('li', { hasText: /^\s*same / }).allTextContents();
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason.trim()).toMatch(/^same [a-z ]+: [A-Z]/);
    await lookAt('a record');
  });

  it('helps where nothing is found, where a word is misspelt, and says what was done', async () => {
    await open(`/search?q=${canaries.nothing}`);
    expect(await results(page).count()).toBe(0);
    await lookAt('nothing found');
    await open(`/search?q=${canaries.misspelt}+at+school`);
    expect(await results(page).count()).toBeGreaterThan(0);
    await page.getByText('Did you mean').waitFor();
    await open(`/search/what-they-did?q=parents+refuse+consent+${canaries.grouped}`);
    expect(await results(page).count()).toBeGreaterThan(3);
    await lookAt('what they did');
    await open(`/search?q=${canaries.filtered}+mother&outcome=no-such-code&page=999&sort=sideways`);
    await page.getByText('This filter is not known here, so it was left out of your search').waitFor();
    expect(await results(page).count()).toBeGreaterThan(0);
    expect(await page.getByRole('link', { name: 'Remove filter' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Remove it' }).click();
    expect(new URL(page.url()).searchParams.has('outcome')).toBe(false);
    expect(await page.getByText('This filter is not known here').count()).toBe(0);
  });

  it('stops what may name somebody, says why, and leads on', async () => {
    await open(`/search?q=mother+of+${canaries.stopped}+Okonkwo+born+12/03/2011`);
    await page.getByText('Nothing has left this service').waitFor();
    await lookAt('stopped');
    await page.getByRole('button', { name: 'Search without it' }).click();
    expect(new URL(page.url()).searchParams.get('q')).not.toContain(canaries.stopped);
    // An address that was tampered with: the box takes a thousand characters.
    expect((await open(`/search?q=${canaries.tooLong.repeat(200)}`))?.status()).toBe(200);
  });

  it('suggests terms while somebody types, by keyboard, and sends nothing of it', async () => {
    await open('/');
    const before = askedOfHub.length;
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    for (let presses = 0; presses < 30; presses += 1) {
      if ((await page.evaluate('document.activeElement?.id')) === 'q') break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type(`${canaries.typed} section 47`);
    const suggestions = page.getByRole('option');
    await suggestions.first().waitFor();
    await page.keyboard.press('ArrowDown');
    const chosen = page.locator('[role=option][aria-selected=true]');
    expect(await chosen.count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await page.locator('#q').inputValue()).toBe(`${canaries.typed} Section 47 enquiry `);
    expect(askedOfHub.slice(before).filter((url) => url.includes('search'))).toEqual([]);
    expect(requests.filter((url) => url.includes(canaries.typed))).toEqual([]);
    await page.locator('#q').fill('far right views at school');
    await page.keyboard.press('Enter');
    await results(page).first().waitFor();
    for (let presses = 0; presses < 30; presses += 1) {
      if (await page.evaluate('document.activeElement?.hash === "#results"')) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    for (let presses = 0; presses < 10; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate('document.activeElement?.closest("[data-learning-id]") !== null')) break;
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Similar learning' }).waitFor();
    page.removeAllListeners('request');
  });

  it('works without JavaScript', async () => {
    const plain = await signInAs({ network, browser }, 'fenby', 'practitioner', {
      ...{ javaScriptEnabled: false, viewport: { width: 390, height: 844 } },
    });
    await plain.getByRole('searchbox').fill('grandmother and online grooming');
    await plain.getByRole('button', { name: 'Search' }).click();
    expect(await results(plain).count()).toBeGreaterThan(3);
    await plain.locator('summary', { hasText: 'Filter results' }).click();
    await plain.getByRole('checkbox').nth(1).check();
    await plain.getByRole('button', { name: 'Apply filters' }).click();
    await plain.getByRole('link', { name: 'Remove filter' }).first().click();
    await plain.getByRole('link', { name: 'newest' }).click();
    await plain.getByRole('link', { name: /Next/ }).click();
    expect(await plain.title()).toContain('page 2 of');
    await results(plain).getByRole('link').first().click();
    expect(await plain.getByText('Cite this learning').count()).toBeGreaterThan(0);
    await plain.context().close();
  });

  it('says so where the engine or the hub is away, and goes on', async () => {
    const { context } = network.hub;
    const away = async () => Promise.reject(new SearchUnavailable('It is away'));
    context.index = { ...context.index, search: away };
    await open(`/search?q=school+exclusion+${canaries.withoutEngine}`);
    await page.getByText('The search engine is away').waitFor();
    const record = (await results(page).getByRole('link').first().getAttribute('href')) ?? '';
    expect(await results(page).count()).toBeGreaterThan(0);
    await lookAt('without the engine');
    await network.hub.stop();
    expect((await open(`/search?q=parents+refuse+consent+${canaries.withoutHub}`))?.status()).toBe(503);
    await page.getByRole('heading', { level: 1, name: 'The network cannot be reached' }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe(`parents refuse consent ${canaries.withoutHub}`);
    await lookAt('without the hub');
    await open(record);
    await page.getByRole('heading', { level: 1, name: 'The network cannot be reached' }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).getAttribute('href')).toBe(record);
    expect(faults).toEqual([]);
  });

  // Last, over everything that the tests above have written.
  it('leaves no word of a search in a log, a database, a file, an address beyond the node, or the browser', async () => {
    expect(askedOfHub.length).toBeGreaterThan(20);
    for (const { node } of network.nodes) await node.stop();
    network.log.flush();
    const words = Object.values(canaries).map((word) => word.toLowerCase());
    const told: string[] = [];
    const check = (place: string, text: string) => {
      for (const word of words) if (text.includes(word)) told.push(`${word} in ${place}`);
    };
    check('an address that the hub was asked', askedOfHub.join('\n').toLowerCase());
    check('what was printed', printed.join('').toLowerCase());
    check('the browser', JSON.stringify(await page.context().storageState()).toLowerCase());
    await network.stop();
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    expect(files.map(({ name }) => name)).toContain('network.log');
    for (const file of files) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      // What ends one piece begins the next, so that no word is cut in two.
      let end = '';
      for await (const chunk of createReadStream(path, 'latin1')) {
        check(path.slice(directory.length), `${end}${chunk}`.toLowerCase());
        end = String(chunk).slice(-30);
      }
    }
    expect([...new Set(told)]).toEqual([]);
  });
});
