import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withdrawReview } from '@practice-exchange/node';
import { newId } from '@practice-exchange/platform';
import { redisMissing, startTestRedis, type TestRedis } from '@practice-exchange/platform/testing';
import { SearchUnavailable } from '@practice-exchange/search';
import { meilisearchServer } from '@practice-exchange/search/testing';
import type { Role } from '@practice-exchange/web';
import { launchBrowser } from '@practice-exchange/web/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, seedDemo, startNetwork } from '../src/index.ts';
import { look, signInAs } from './as-people.ts';
import { type Overheard, overhear, wordsIn, wordsInFiles, writeDown } from './what-was-written.ts';

/**
 * Words that only these searches hold: one for each way that a search can go. None is like a name of somebody, or it would go no further than
 * the node, but for the one that is to be stopped there; and each is its own stem, as an index may be asked for stems.
 */
const canaries = {
  found: 'quibblethorp',
  nothing: 'zanthoxylist',
  misspelt: 'radicalistaion',
  stopped: 'Fennimora',
  grouped: 'brindlewick',
  filtered: 'oxterquib',
  typed: 'plimsworth',
  led: 'grimbleford',
  withoutEngine: 'dravenlicht',
  withoutHub: 'oxterbrim',
  tooLong: 'wexcombort',
} as const;

const meilisearch = await meilisearchServer(process.env, { own: true });
afterAll(async () => {
  if (!('skip' in meilisearch)) await meilisearch.stop();
});
const hasRedis = redisMissing() === undefined;

/** The pages are looked at with one engine: they are the same with the other. */
const engines = [
  { engine: 'the embedded index', server: null, looks: true },
  ...('skip' in meilisearch ? [] : [{ engine: 'Meilisearch', server: meilisearch, looks: false }]),
];

describe.each(engines)('searching, in a browser, with $engine', { timeout: 120_000 }, ({ server, looks }) => {
  let directory: string;
  let redis: TestRedis | null = null;
  let network: Network;
  let browser: Browser;
  let page: Page;
  let overheard: Overheard;
  const faults: string[] = [];
  /** The words that came as far as the hub's index. */
  const askedOfIndex: string[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'practice-exchange-searching-'));
    if (hasRedis) redis = await startTestRedis({ own: true });
    network = await startNetwork({
      ...{ directory, firstPort: 0, durable: false, logLevel: 'trace' },
      ...(redis ? { redisUrl: redis.url } : {}),
      ...(server ? { meilisearch: { url: server.url, apiKey: server.apiKey } } : {}),
    });
    overheard = await overhear(() => network.hub.url, redis?.url);
    await seedDemo(network, () => undefined, { ofEach: 8 });
    const { context } = network.hub;
    const { search } = context.index;
    context.index = {
      ...context.index,
      search: (query, options) => {
        askedOfIndex.push(query.words);
        return search(query, options);
      },
    };
    browser = await launchBrowser();
    page = await signInAs({ network, browser }, 'fenby', 'practitioner');
  }, 120_000);
  afterAll(async () => {
    await overheard?.stop();
    await browser?.close();
    await network?.stop();
    await redis?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const open = (path: string) => page.goto(new URL(path, page.url()).href);
  const results = (on: Page) => on.locator('[data-learning-id]');
  const heading = (name: string) => page.getByRole('heading', { level: 1, name });
  const lookAt = async (name: string) => void (looks && faults.push(...(await look(page, name))));
  /** Presses Tab until the focus is on what a condition in the page says. */
  const tabTo = async (condition: string, most = 30) => {
    for (let presses = 0; presses < most; presses += 1) {
      if (await page.evaluate(condition)) return;
      await page.keyboard.press('Tab');
    }
    expect(await page.evaluate(condition), condition).toBe(true);
  };

  it('finds, filters, sorts, pages and reads', async () => {
    await open('/');
    await page.getByRole('searchbox').fill(`family will not let us in ${canaries.found}`);
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await results(page).count()).toBeGreaterThan(3);
    expect(await page.title()).toContain(`for “family will not let us in ${canaries.found}”, page 1 of`);
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

  it('leads back from a record to the search that it was found by, and to nobody else’s', async () => {
    const back = (on: Page) => on.locator('.govuk-breadcrumbs').getByRole('link', { name: 'Search' });
    const search = `/search?q=parents+refuse+${canaries.led}&themes=families-and-communities`;
    await open('/search?q=school');
    await open(search);
    const found = page.url();
    await results(page).getByRole('link').first().click();
    await page.getByRole('heading', { name: 'Similar learning' }).waitFor();
    await page.locator('.app-similar').getByRole('link').first().click();
    await page.waitForURL((url) => url.href !== found);
    const record = page.url();
    expect(await back(page).getAttribute('href')).toBe('/search');
    await back(page).click();
    await page.waitForURL(found);
    expect(await page.getByRole('searchbox').inputValue()).toBe(`parents refuse ${canaries.led}`);
    expect(await page.getByRole('link', { name: 'Remove filter' }).count()).toBe(1);
    const kept = await page.evaluate('JSON.stringify(navigation.entries().map((entry) => entry.getState()))');
    expect(wordsIn(Object.values(canaries), String(kept))).toEqual([]);

    const other = await signInAs({ network, browser }, 'fenby', 'practitioner');
    await other.goto(record);
    await back(other).click();
    await other.waitForURL((url) => url.pathname === '/search' && url.search === '');
    await other.goto(new URL(search, other.url()).href);
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.waitForURL(/signed-out/);
    await other.goto(found.replace(/search.*/, 'sign-in'));
    await other
      .getByRole('button', { name: /^Sign in as/ })
      .first()
      .click();
    await other.waitForURL((url) => url.pathname === '/');
    await other.goto(record);
    await back(other).click();
    await other.waitForURL((url) => url.pathname === '/search' && url.search === '');
    await other.context().close();
  });

  it('helps where nothing is found, where a word is misspelt, and says what was done', async () => {
    await open(`/search?q=${canaries.nothing}`);
    expect(await results(page).count()).toBe(0);
    await lookAt('nothing found');
    await open(`/search?q=${canaries.misspelt}+at+school`);
    expect(await results(page).count()).toBeGreaterThan(0);
    await page.getByText('Did you mean').waitFor();
    await open('/search?q=school&page=400');
    expect(await results(page).count(), 'past the end is the last page').toBeGreaterThan(0);
    await open(`/search?q=${canaries.filtered}+mother&outcome=no-such-code&page=999&sort=sideways`);
    await page.getByText('This filter is not known here, so it was left out of your search').waitFor();
    expect(await results(page).count()).toBeGreaterThan(0);
    expect(await page.getByRole('link', { name: 'Remove filter' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Remove it' }).click();
    expect(new URL(page.url()).searchParams.has('outcome')).toBe(false);
    expect(await page.getByText('This filter is not known here').count()).toBe(0);
  });

  it('groups what was done, by the filters and chips that the list has', async () => {
    await open(`/search/what-they-did?q=parents+refuse+consent+${canaries.grouped}`);
    expect(await results(page).count()).toBeGreaterThan(3);
    const all = await page.title();
    expect(all).toMatch(/^What did they do\? \d+ learning records for “parents refuse consent/);
    const themes = page.getByRole('group', { name: 'Learning themes' });
    await themes.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Apply filters' }).click();
    const filtered = new URL(page.url());
    expect([filtered.pathname, filtered.searchParams.has('themes')]).toEqual(['/search/what-they-did', true]);
    expect(await results(page).count()).toBeGreaterThan(0);
    expect(Number.parseInt((await page.title()).slice(17), 10)).toBeLessThan(Number.parseInt(all.slice(17), 10));
    await lookAt('what they did');
    await page.getByRole('link', { name: 'Remove filter' }).first().click();
    expect(await page.title()).toBe(all);
    await open('/search/what-they-did?q=parents&ageBand=under-5&sex=female&setting=university');
    expect(await results(page).count()).toBe(0);
    expect(await page.getByRole('link', { name: /^Remove (the filter|all filters)/ }).count()).toBeGreaterThan(0);
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
    const before = overheard.askedOfHub.length;
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await tabTo('document.activeElement?.id === "q"');
    await page.keyboard.type(`${canaries.typed} section 47`);
    const suggestions = page.getByRole('option');
    await suggestions.first().waitFor();
    await page.keyboard.press('ArrowDown');
    const chosen = page.locator('[role=option][aria-selected=true]');
    expect(await chosen.count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await page.locator('#q').inputValue()).toBe(`${canaries.typed} Section 47 enquiry `);
    expect(overheard.askedOfHub.slice(before).filter((url) => url.includes('search'))).toEqual([]);
    expect(requests.filter((url) => url.includes(canaries.typed))).toEqual([]);
    await page.locator('#q').fill('far right views at school');
    await page.keyboard.press('Enter');
    await results(page).first().waitFor();
    await tabTo('document.activeElement?.hash === "#results"');
    await page.keyboard.press('Enter');
    await tabTo('document.activeElement?.closest("[data-learning-id]") !== null', 10);
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
    // A click does not wait for the page that it leads to.
    await expect.poll(() => results(plain).count()).toBeGreaterThan(3);
    await plain.locator('summary', { hasText: 'Filter results' }).click();
    await plain.getByRole('checkbox').nth(1).check();
    await plain.getByRole('button', { name: 'Apply filters' }).click();
    await plain.getByRole('link', { name: 'Remove filter' }).first().click();
    await plain.getByRole('link', { name: 'What did they do?' }).click();
    await plain.locator('summary', { hasText: 'Filter results' }).click();
    await plain.getByRole('checkbox').nth(1).check();
    await plain.getByRole('button', { name: 'Apply filters' }).click();
    await expect.poll(() => results(plain).count()).toBeGreaterThan(0);
    await plain.getByRole('link', { name: 'Remove filter' }).first().click();
    await plain.getByRole('link', { name: 'Learning records' }).click();
    await plain.getByRole('link', { name: 'newest' }).click();
    await plain.getByRole('link', { name: /Next/ }).click();
    await expect.poll(() => plain.title()).toContain('page 2 of');
    await results(plain).getByRole('link').first().click();
    await expect.poll(() => plain.getByText('Cite this learning').count()).toBeGreaterThan(0);
    // On a phone the breadcrumbs are the first and the last.
    await plain.setViewportSize({ width: 1280, height: 900 });
    await plain.locator('.govuk-breadcrumbs').getByRole('link', { name: 'Search' }).click();
    await expect.poll(() => new URL(plain.url()).search).toBe('');
    await plain.context().close();
  });

  it('WIT-3, WIT-9: says of a withdrawn record that it was withdrawn, when, and why if its authority says so', async () => {
    const ashcombe = network.nodes.find(({ authority }) => authority.key === 'ashcombe');
    if (!ashcombe) throw new Error('Ashcombe is not there');
    const { database } = ashcombe.node.context;
    const author = await database.db
      .selectFrom('person')
      .select(['id', 'name', 'roles'])
      .where('subject', '=', 'helen-marchetti')
      .executeTakeFirstOrThrow();
    const [first, second] = await database.db
      .selectFrom('case_review')
      .select(['id', 'record'])
      .where('state', '=', 'published')
      .where('published_audience', '@>', JSON.stringify({ scope: 'network' }) as never)
      .execute();
    if (!first || !second) throw new Error('Ashcombe has too little learning');
    const lead = { ...author, roles: author.roles as Role[] };
    await withdrawReview(ashcombe.node.context, lead, { id: first.id, kind: 'withdrawn', reason: 'out-of-date' });
    await withdrawReview(ashcombe.node.context, lead, { id: second.id, kind: 'removed', reason: 'family-asked' });
    await network.drain();

    expect((await open(`/learning/${first.record}`))?.status()).toBe(410);
    await heading('This learning has been withdrawn').waitFor();
    const told = page.locator('.govuk-inset-text');
    expect(await told.textContent()).toMatch(/withdrew it on \d+ \w+ \d{4}: the practice in it is out of date\.$/);
    await lookAt('withdrawn');
    expect((await open(`/learning/${second.record}`))?.status()).toBe(410);
    await heading('This learning has been withdrawn').waitFor();
    expect(await told.textContent()).toBe('The authority that published this has withdrawn it.');
    const titles = new Set<string>();
    const addresses = [first, second].flatMap(({ record }) =>
      ['', '/report-a-risk'].map((end) => `/learning/${record}${end}`),
    );
    for (const address of addresses) {
      await open(address);
      titles.add(await page.title());
    }
    expect(titles.size).toBe(addresses.length);
    for (const title of titles) expect(title).toMatch(/earning record PX-[0-9A-F-]{9} has been withdrawn/);
    // Another start of the demo leaves it so.
    await seedDemo(network, () => undefined, { ofEach: 8 });
    expect((await open(`/learning/${second.record}`))?.status()).toBe(410);
    expect((await open(`/learning/${newId()}`))?.status()).toBe(404);
    await heading('Page not found').waitFor();
    expect(await page.getByText(/withdr/).count()).toBe(0);
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
    await heading('The network cannot be reached').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe(`parents refuse consent ${canaries.withoutHub}`);
    await lookAt('without the hub');
    await tabTo('document.activeElement?.type === "checkbox"');
    const chosen = String(await page.evaluate('document.activeElement.name'));
    await page.keyboard.press('Space');
    await tabTo('document.activeElement?.textContent.trim() === "Try again"', 80);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.has(chosen));
    await heading('The network cannot be reached').waitFor();
    expect(await page.getByRole('link', { name: 'Remove filter' }).count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('q')).toContain(canaries.withoutHub);
    await open(record);
    await heading('The network cannot be reached').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).getAttribute('href')).toBe(record);
    expect(faults).toEqual([]);
  });

  // Last, over everything that the tests above have written.
  it('leaves no word of a search in a log, a database, a file, an address beyond the node, or the browser', async () => {
    const { askedOfHub, printed, toldToRedis } = overheard;
    // What was never sent could not be found anywhere, either.
    const { found, nothing, misspelt, grouped, filtered, led, tooLong } = canaries;
    const sent = wordsIn(Object.values(canaries), askedOfIndex.join('\n'));
    expect(sent.sort()).toEqual([found, nothing, misspelt, grouped, filtered, led, tooLong].sort());
    expect(askedOfHub.length).toBeGreaterThan(20);
    for (const { node } of network.nodes) await node.stop();
    network.log.flush();
    await network.stop();
    const words = Object.values(canaries);
    expect(wordsIn(words, askedOfHub.join('\n')), 'an address that the hub was asked').toEqual([]);
    expect(wordsIn(words, printed.join('')), 'what was printed').toEqual([]);
    expect(wordsIn(words, toldToRedis.join('\n')), 'what Redis was told').toEqual([]);
    expect(wordsIn(words, JSON.stringify(await page.context().storageState())), 'the browser').toEqual([]);
    // The log, the databases and theirs.
    expect(await wordsInFiles(words, directory)).toEqual([]);
    expect(await wordsInFiles(['searching the database'], directory)).toEqual([
      'searching the database in /network.log',
    ]);
    if (redis?.directory) {
      expect(toldToRedis.length).toBeGreaterThan(100);
      await writeDown(redis.url);
      expect(await wordsInFiles(words, redis.directory)).toEqual([]);
      expect(await wordsInFiles([':meta'], redis.directory)).toEqual([':meta in /dump.rdb']);
    }
    if (server?.process) {
      // Its data, and what it logs by itself.
      const { folder } = server.process;
      expect(await wordsInFiles(words, folder)).toEqual([]);
      expect(await wordsInFiles(['/search'], folder)).toContain('/search in /meilisearch.log');
    }
  });
});
