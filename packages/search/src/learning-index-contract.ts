import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { audienceTokens, type Viewer, viewerTokens } from './audience.ts';
import { anyOf, not, oneOf, published } from './filter.ts';
import type { LearningIndex, SearchQuery } from './learning-index.ts';
import { sampleLearning } from './sample-learning.ts';
import { seededRandom } from './scoring/add-typos.ts';

const anyone: Viewer = { authority: null, region: null };
const query = (words: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  words,
  viewer: anyone,
  sort: 'relevance',
  offset: 0,
  limit: 10,
  ...more,
});
const ids = (answer: { hits: readonly { id: string }[] }) => answer.hits.map(({ id }) => id);

/**
 * What every learning index does, whichever engine is behind it. `open` gives an index that nothing else uses; an engine that
 * cannot be had here gives the reason why its half is skipped.
 */
export function learningIndexContract(
  name: string,
  open: (() => Promise<LearningIndex>) | { readonly skip: string },
): void {
  if ('skip' in open) {
    describe.skip(`learning index: ${name} (skipped: ${open.skip})`, () => {
      it('is not tested here', () => undefined);
    });
    return;
  }
  describe(`learning index: ${name}`, () => {
    let opened: Promise<LearningIndex> | undefined;
    let index: LearningIndex;

    beforeEach(async () => {
      opened ??= open();
      index = await opened;
      await index.clear();
    });
    afterAll(async () => {
      await (await opened)?.close();
    });

    it('finds a document by words of any passage as soon as it is indexed', async () => {
      await index.index([
        sampleLearning({ id: 'a', record: { title: 'A father who refused every visit' } }),
        sampleLearning({ id: 'b', record: { learningPoints: ['Explain the referral to the mosque committee'] } }),
      ]);
      expect(ids(await index.search(query('fathers refusing visits')))).toEqual(['a']);
      expect(ids(await index.search(query('what did the mosque say')))).toEqual(['b']);
      expect(await index.count()).toBe(2);
      expect(await index.has('a')).toBe(true);
      expect(await index.has('c')).toBe(false);
      expect(await index.revisions(['b', 'c', 'a'])).toEqual(
        new Map([
          ['a', 1],
          ['b', 1],
        ]),
      );
    });

    it('answers no words with everything, newest first', async () => {
      await index.index([
        sampleLearning({ id: 'old', published: '2024-01-01' }),
        sampleLearning({ id: 'new', published: '2026-01-01' }),
        sampleLearning({ id: 'middle', published: '2025-01-01' }),
      ]);
      const answer = await index.search(query('  how do we  '));
      expect(ids(answer)).toEqual(['new', 'middle', 'old']);
      expect(answer.total).toBe(3);
    });

    it('replaces a document whole', async () => {
      await index.index([sampleLearning({ id: 'a', record: { situation: 'The grandmother lives in a caravan' } })]);
      await index.index([
        sampleLearning({ id: 'a', revision: 2, record: { situation: 'The grandmother lives in a bungalow' } }),
      ]);
      expect(ids(await index.search(query('caravan')))).toEqual([]);
      expect(ids(await index.search(query('bungalow')))).toEqual(['a']);
      expect(await index.entries({ after: null, limit: 10 })).toEqual([{ id: 'a', revision: 2 }]);
    });

    it('tells what it holds page by page, in order of id', async () => {
      const held = ['01a2170b-5a6d-7a11', '01a2170b-5a6d-7a12', '0fa2170b', '1', '9', 'b', 'ba'];
      await index.index(held.toReversed().map((id) => sampleLearning({ id })));
      const told: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: readonly { id: string }[] = await index.entries({ after, limit: 2 });
        told.push(...page.map(({ id }) => id));
        if (page.length < 2) break;
        after = page[1]?.id ?? null;
      }
      expect(told).toEqual(held);
    });

    it('removes a document and every copy of its words', async () => {
      await index.index([
        sampleLearning({ id: 'a', record: { whatWorked: 'The Zebrafinch canary phrase' } }),
        sampleLearning({ id: 'b' }),
      ]);
      expect(await index.containsPhrase('zebrafinch  Canary')).toEqual(['a']);
      await index.remove(['a', 'never-there']);
      expect(await index.containsPhrase('zebrafinch canary')).toEqual([]);
      expect(await index.has('a')).toBe(false);
      expect(await index.count()).toBe(1);
      expect((await index.search(query('zebrafinch'))).total).toBe(0);
      expect((await index.search(query('', { facets: ['themes'] }))).facets.themes).toEqual([
        { code: 'partner-agencies', count: 1 },
      ]);
    });

    it('puts first what holds most of the words, however many hold some', async () => {
      const some = ['kestrel lantern', 'lantern harbour', 'harbour saddle', 'saddle kestrel', 'orchard'];
      const documents = Array.from({ length: 400 }, (_, i) =>
        sampleLearning({ id: `d${i}`, record: { situation: `The ${some[i % some.length]} by the door.` } }),
      );
      const all = sampleLearning({ id: 'all', record: { situation: 'A kestrel, a lantern, a harbour and a saddle.' } });
      const three = sampleLearning({ id: 'three', record: { situation: 'A saddle in the harbour, and a lantern.' } });
      await index.index([...documents, three, all]);
      const answer = await index.search(query('kestrel lantern harbour saddle', { facets: ['outcome'] }));
      expect(ids(answer).slice(0, 2)).toEqual(['all', 'three']);
      expect(answer.total).toBe(322);
      expect(answer.facets).toEqual({ outcome: [{ code: 'ongoing', count: 322 }] });
    });

    it('puts first what says a word most, however many say it', async () => {
      const documents = Array.from({ length: 300 }, (_, i) =>
        sampleLearning({ id: `d${i}`, record: { situation: 'Once a lantern was seen by the door.' } }),
      );
      const twice = 'Once a lantern was seen by the lantern.';
      await index.index([
        ...documents,
        sampleLearning({ id: 'twice', record: { situation: twice } }),
        sampleLearning({ id: 'thrice', record: { title: 'A lantern', situation: twice } }),
      ]);
      const answer = await index.search(query('lantern'));
      expect(ids(answer).slice(0, 2)).toEqual(['thrice', 'twice']);
      expect(answer.total).toBe(302);
    });

    it('counts more than a thousand matches, puts first what says the words most, and has as many pages as it says', async () => {
      const documents = Array.from({ length: 1100 }, (_, i) =>
        sampleLearning({ id: `d${i}`, record: { situation: 'A kestrel sat by a lantern.' } }),
      );
      const most = sampleLearning({
        id: 'last',
        record: { title: 'The kestrel and the lantern', situation: 'A kestrel sat by a lantern.' },
      });
      await index.index([...documents, most]);
      const first = await index.search(query('kestrel lantern', { facets: ['outcome'] }));
      expect(ids(first)[0]).toBe('last');
      expect(first.total).toBe(1101);
      expect(first.facets).toEqual({ outcome: [{ code: 'ongoing', count: 1101 }] });
      expect((await index.search(query(''))).total).toBe(1101);
      const found = new Set<string>();
      for (let offset = 0; offset < 1000; offset += 100) {
        const page = ids(await index.search(query('kestrel lantern', { offset, limit: 100 })));
        expect(page).toHaveLength(100);
        for (const id of page) found.add(id);
      }
      expect(found.size).toBe(1000);
    }, 60_000);

    it('filters by a tree of codes and dates', async () => {
      await index.index([
        sampleLearning({
          id: 'a',
          published: '2025-03-31',
          record: { referralSource: 'school', outcome: 'escalated' },
        }),
        sampleLearning({ id: 'b', published: '2025-04-01', record: { referralSource: 'school', outcome: 'ongoing' } }),
        sampleLearning({
          id: 'c',
          published: '2025-05-01',
          record: { referralSource: 'health', outcome: 'escalated' },
        }),
      ]);
      const found = async (filter: NonNullable<SearchQuery['filter']>) =>
        ids(await index.search(query('', { filter }))).sort();
      expect(await found(anyOf('referralSource', ['school']))).toEqual(['a', 'b']);
      expect(await found(anyOf('referralSource', []))).toEqual([]);
      expect(await found(not(anyOf('outcome', ['escalated'])))).toEqual(['b']);
      expect(await found(oneOf(anyOf('referralSource', ['health']), anyOf('outcome', ['ongoing'])))).toEqual([
        'b',
        'c',
      ]);
      expect(await found(published({ from: '2025-04-01', to: '2025-04-30' }))).toEqual(['b']);
      expect(await found(published({ to: '2025-03-31' }))).toEqual(['a']);
    });

    it('counts every match by facet and not only the page', async () => {
      await index.index(
        Array.from({ length: 30 }, (_, i) =>
          sampleLearning({
            id: `d${String(i).padStart(2, '0')}`,
            record: {
              agencies: i % 3 === 0 ? ['camhs', 'school'] : ['school'],
              situation: i < 20 ? 'A quarrel.' : 'Calm.',
            },
          }),
        ),
      );
      const answer = await index.search(query('quarrel', { facets: ['agencies', 'sex'], offset: 5, limit: 5 }));
      expect(answer.total).toBe(20);
      expect(answer.hits).toHaveLength(5);
      expect(answer.facets).toEqual({
        agencies: [
          { code: 'school', count: 20 },
          { code: 'camhs', count: 7 },
        ],
        sex: [{ code: 'withheld', count: 20 }],
      });
    });

    it('leaves documents out by their ids, of results, totals and counts', async () => {
      await index.index(
        ['one', 'two', 'three'].map((id) =>
          sampleLearning({ id, record: { situation: 'A quarrel.', agencies: ['school'] } }),
        ),
      );
      for (const words of ['quarrel', '']) {
        const answer = await index.search(query(words, { facets: ['agencies'], except: ['two', 'unknown'] }));
        expect(answer.hits.map(({ id }) => id).sort()).toEqual(['one', 'three']);
        expect(answer.total).toBe(2);
        expect(answer.facets).toEqual({ agencies: [{ code: 'school', count: 2 }] });
      }
    });

    it('marks what matched, in the words of the record', async () => {
      await index.index([
        sampleLearning({
          id: 'a',
          record: { situation: 'Staff were worried. The LADO was told about the tutor late.' },
        }),
      ]);
      const [hit] = (await index.search(query('designated officer tutors'))).hits;
      const marked = hit?.highlights.flatMap(({ segments }) =>
        segments.filter(({ mark }) => mark).map(({ text }) => text),
      );
      expect(marked).toEqual(['LADO', 'tutor']);
    });

    it('keeps a document from those outside its audience', async () => {
      const owner = '6f1c2a54-0000-4000-8000-00000000000a';
      const other = '6f1c2a54-0000-4000-8000-00000000000b';
      await index.index([
        sampleLearning({
          id: 'region',
          authority: owner,
          audience: { scope: 'regions', regions: ['london'] },
          record: { situation: 'A kestrel on the roof.' },
        }),
        sampleLearning({
          id: 'chosen',
          authority: owner,
          audience: { scope: 'authorities', authorities: [other] },
          record: { situation: 'A kestrel in the yard.' },
        }),
      ]);
      const seenBy = async (viewer: Viewer) => ids(await index.search(query('kestrel', { viewer }))).sort();
      expect(await seenBy(anyone)).toEqual([]);
      expect(await seenBy({ authority: null, region: 'london' })).toEqual(['region']);
      expect(await seenBy({ authority: other, region: 'south-west' })).toEqual(['chosen']);
      expect(await seenBy({ authority: owner, region: 'south-west' })).toEqual(['chosen', 'region']);
      expect(await index.similar('chosen', anyone, 5)).toEqual([]);
    });

    it('answers as if what a viewer may not see did not exist', async () => {
      const random = seededRandom(11);
      const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
      const authorities = ['a', 'b', 'c'].map((end) => `6f1c2a54-0000-4000-8000-00000000000${end}`);
      const regions = ['london', 'south-west'] as const;
      const words = 'kestrel lantern harbour saddle orchard thimble quarrel'.split(' ');
      const documents = Array.from({ length: 60 }, (_, i) => {
        const audience = any([
          { scope: 'network' as const },
          { scope: 'regions' as const, regions: [any(regions)] },
          { scope: 'authorities' as const, authorities: [any(authorities)] },
        ]);
        // A word of its own for what is kept from somebody, near enough to another to be advised.
        const own = audience.scope === 'network' ? '' : `lanterns${'xyz'[i % 3]}`;
        const situation = `A ${any(words)}, a ${any(words)} and a ${any(words)} ${own} by the door.`;
        const record = { situation, outcome: any(['escalated', 'ongoing'] as const) };
        return sampleLearning({ id: `d${i}`, authority: any(authorities), audience, record });
      });
      const queries = ['', 'kestrel and lantern', 'lanternsx', 'lanternz', 'quarrl orchard', 'door'].map((text) =>
        query(text, { facets: ['outcome', 'authority'], limit: 60 }),
      );
      const viewers = [
        anyone,
        { authority: authorities[0] ?? '', region: any(regions) },
        { authority: authorities[1] ?? '', region: any(regions) },
      ];
      const asked = async (viewer: Viewer) => {
        const answers = [];
        for (const each of queries) answers.push(await index.search({ ...each, viewer }));
        const alike = [];
        for (const { id } of documents.slice(0, 10)) alike.push(await index.similar(id, viewer, 5));
        return { answers, alike };
      };
      await index.index(documents);
      const all = [];
      for (const viewer of viewers) all.push(await asked(viewer));
      for (const [i, viewer] of viewers.entries()) {
        const tokens = new Set(viewerTokens(viewer));
        const visible = documents.filter(({ authority, audience }) =>
          audienceTokens(authority, audience).some((token) => tokens.has(token)),
        );
        await index.clear();
        await index.index(visible);
        expect(await asked(viewer)).toEqual(all[i]);
        expect(all[i]?.answers[0]?.total).toBe(visible.length);
      }
    });

    it('explains similar documents', async () => {
      const feud = 'The boy collected flags and quarrelled about the regiment with his uncle.';
      await index.index([
        sampleLearning({ id: 'a', record: { situation: feud, referralSource: 'school' } }),
        sampleLearning({ id: 'b', record: { situation: `${feud} Later he left.`, referralSource: 'school' } }),
        sampleLearning({ id: 'c', record: { referralSource: 'housing', concernCategories: ['incel'] } }),
      ]);
      const similar = await index.similar('a', anyone, 1);
      expect(similar.map(({ id }) => id)).toEqual(['b']);
      expect(similar[0]?.reasons).toContainEqual({ kind: 'same-code', field: 'referralSource', code: 'school' });
      expect(similar[0]?.reasons.at(-1)).toMatchObject({ kind: 'similar-words' });
    });

    it('is whole from when somebody says so until it is emptied', async () => {
      await index.index([sampleLearning({ id: 'a' })]);
      expect(await index.isWhole()).toBe(false);
      expect((await index.search(query('ordinary'))).whole).toBe(false);
      await index.setWhole(true);
      expect(await index.isWhole()).toBe(true);
      expect((await index.search(query('ordinary'))).whole).toBe(true);
      expect((await index.search(query(''))).whole).toBe(true);
      await index.clear();
      expect(await index.isWhole()).toBe(false);
      expect((await index.search(query(''))).whole).toBe(false);
    });

    it('gives up when the caller does', async () => {
      const reason = new Error('deadline');
      await expect(index.search(query('anything'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('says that it is well', async () => {
      expect((await index.health()).ok).toBe(true);
      expect(index.settingsVersion).toMatch(/^[0-9a-f]{12}$/);
    });
  });
}
