import { newId } from '@practice-exchange/platform';
import {
  type Audience,
  authoritiesAudience,
  isInAudience,
  type OnBehalfOf,
  regionsAudience,
  sha256,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { meilisearchServer, type RealMeilisearch } from '@practice-exchange/search/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const words = ['lantern', 'harbour', 'saddle', 'orchard', 'thimble'];
const sources = ['school', 'police', 'health', 'housing'] as const;

type Shared = { id: string; owner: TestMember; audience: Audience; title: string; word: string };

const engines = { embedded: null, meilisearch: await meilisearchServer() };

for (const [name, server] of Object.entries(engines)) {
  if (server !== null && 'skip' in server) {
    describe.skip(`an audience, with ${name} (skipped: ${server.skip})`, () => {
      it('is not tested here', () => undefined);
    });
  } else {
    describe(`an audience, with ${name}`, () => holdsWith(server));
  }
}

function holdsWith(server: RealMeilisearch | null): void {
  let test: TestHub;
  let members: TestMember[];
  const shared: Shared[] = [];
  const sourceOf = new Map<string, string>();

  beforeAll(async () => {
    // Other hubs may have their indexes on a server that was given.
    const meilisearch = server && { url: server.url, apiKey: server.apiKey, prefix: `audience-${process.pid}` };
    test = await startTestHub({ meilisearch });
    members = [
      await test.enrol({ region: 'london' }),
      await test.enrol({ region: 'london' }),
      await test.enrol({ region: 'south-west' }),
      await test.enrol({ region: 'north-east' }),
    ];
    const audiences: Audience[] = [
      wholeNetwork,
      regionsAudience(['london']),
      regionsAudience(['south-west', 'north-east']),
      authoritiesAudience([members[2]?.authority ?? '']),
      authoritiesAudience([members[1]?.authority ?? '', members[3]?.authority ?? '']),
    ];
    for (const [at, owner] of members.entries()) {
      const log = publishAs(test, owner);
      for (const [index, audience] of audiences.entries()) {
        const record = newId();
        const word = words[(at + index) % words.length] ?? '';
        const body = exampleLearning({
          title: `The ${word} and the door`,
          situation: `A ${word} stood by the door, and nobody said why we came.`,
          referralSource: sources[(at + index) % sources.length] ?? 'school',
        });
        await log.publish({ op: 'publish', record, audience, body });
        sourceOf.set(record, body.referralSource);
        shared.push({ id: record, owner, audience, title: body.title, word });
      }
    }
    await test.hub.context.jobs.drain();
  });
  afterAll(async () => {
    await test?.hub.context.index.clear();
    await test?.stop();
    await server?.stop();
  });

  const seenBy = (viewer: TestMember) =>
    shared.filter(({ owner, audience }) =>
      isInAudience(audience, owner.authority, { authority: viewer.authority, region: viewer.profile.region }),
    );

  it('AUD-4, AUD-5, RED-4: holds in results, totals, facets and pages, whoever asks and whatever they ask', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 2, 3),
        fc.constantFrom('', 'door', ...words, 'why did nobody say', 'lanterm'),
        fc.option(fc.constantFrom(...sources), { nil: undefined }),
        fc.constantFrom('relevance' as const, 'newest' as const),
        async (who, q, source, sort) => {
          const viewer = members[who] as TestMember;
          const allowed = new Map(seenBy(viewer).map((record) => [record.id, record]));
          const filters = source ? { referralSource: [source] } : {};
          const first = await viewer.client.search({ q, filters, sort }, person);
          const found: string[] = [];
          for (let page = 1; page <= Math.max(1, first.pages); page += 1) {
            const answer = await viewer.client.search({ q, filters, sort, page }, person);
            found.push(...answer.results.map((result) => result.id));
          }
          for (const id of found) expect(allowed.has(id)).toBe(true);
          expect(first.total).toBe(found.length);
          expect(new Set(found).size).toBe(found.length);
          // A field that is filtered by is counted as if it were not: what its other codes would add.
          const unfiltered = await collect(viewer, { q, filters: {} });
          const counted = Object.values(Object.groupBy([...unfiltered], (id) => sourceOf.get(id) ?? ''));
          expect((first.facets.referralSource ?? []).map(({ count }) => count).sort()).toEqual(
            counted.map((ids) => ids?.length).sort(),
          );
          for (const { count } of first.facets.outcome ?? []) expect(count).toBe(found.length);
          if (q === '' && !source) expect(new Set(found)).toEqual(new Set(allowed.keys()));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('holds in what was done, in what comes first and in advice, whoever asks and whatever they ask', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 2, 3),
        fc.constantFrom('', 'door', ...words, 'lanterm', 'referral'),
        fc.option(fc.constantFrom(...sources), { nil: undefined }),
        fc.option(fc.constantFrom('like-mine' as const, 'low' as const), { nil: undefined }),
        async (who, q, source, favour) => {
          const viewer = members[who] as TestMember;
          const allowed = new Map(seenBy(viewer).map((record) => [record.id, record]));
          const filters = source ? { referralSource: [source] } : {};
          const request = { q, filters, ...(favour ? { favour } : {}) };
          const answer = await viewer.client.search(request, person);
          const everything = await collect(viewer, { q, filters });
          for (const result of answer.results) expect(everything.has(result.id)).toBe(true);

          const done = await viewer.client.whatWasDone(request, person);
          expect(done.total).toBe(everything.size);
          expect(done.considered).toBeLessThanOrEqual(everything.size);
          for (const { groups } of done.groupings) {
            for (const { count, passages } of groups) {
              expect(count).toBeLessThanOrEqual(done.considered);
              for (const { id, segments } of passages) {
                expect(everything.has(id)).toBe(true);
                const quoted = segments.map(({ text }) => text).join('');
                for (const word of words) if (quoted.includes(word)) expect(allowed.get(id)?.word).toBe(word);
              }
            }
          }
          for (const advice of answer.advice ?? []) {
            const tried = advice.kind === 'concept' ? { q: advice.words, filters } : { q, filters: {} };
            expect((await collect(viewer, tried)).size).toBe(advice.total);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  /** Every record that a viewer's search finds, page by page; each of them is theirs to see. */
  async function collect(viewer: TestMember, request: { q: string; filters: Record<string, string[]> }) {
    const allowed = new Set(seenBy(viewer).map((record) => record.id));
    const found = new Set<string>();
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const answer = await viewer.client.search({ ...request, page }, person);
      pages = answer.pages;
      for (const { id } of answer.results) {
        expect(allowed.has(id)).toBe(true);
        found.add(id);
      }
    }
    return found;
  }

  it('holds for reading one record, and for what is said to be like it', async () => {
    for (const viewer of members) {
      const allowed = new Set(seenBy(viewer).map((record) => record.id));
      for (const { id } of shared) {
        if (!allowed.has(id)) {
          await expect(viewer.client.learning(id, person)).rejects.toMatchObject({ code: 'not-found', status: 404 });
          continue;
        }
        const { similar } = await viewer.client.learning(id, person);
        for (const other of similar) expect(allowed.has(other.id)).toBe(true);
      }
    }
  });

  it('a record that exists for others and one that never was are answered alike', async () => {
    const [viewer] = members as [TestMember];
    const excluded = shared.find(({ id }) => !seenBy(viewer).some((record) => record.id === id));
    const answers = await Promise.all(
      [excluded?.id ?? '', newId()].map((id) => viewer.client.learning(id, person).catch((error: unknown) => error)),
    );
    const [one, other] = answers.map((answer) => {
      const { problem, code, status } = answer as { problem: Record<string, unknown>; code: string; status: number };
      return { code, status, problem: { ...problem, instance: null } };
    });
    expect(one).toEqual(other);
  });

  it('AUD-6, WIT-19: hides a narrowed record at once from those it now excludes', async () => {
    const [owner, , outsider] = members as [TestMember, TestMember, TestMember];
    const record = newId();
    // A node of its own, so that its log is not the one above.
    const late = await test.enrol({ region: 'london' });
    const log = publishAs(test, late);
    await log.publish({
      op: 'publish',
      record,
      audience: wholeNetwork,
      body: exampleLearning({ title: 'The periwinkle' }),
    });
    await test.hub.context.jobs.drain();
    expect((await outsider.client.search({ q: 'periwinkle' }, person)).total).toBe(1);
    const feedOf = async ({ client }: TestMember) =>
      (await client.tombstones(0)).tombstones.filter((tombstone) => tombstone.record === record);
    expect(await feedOf(outsider)).toEqual([]);
    await log.publish({ op: 'rescope', record, revision: 2, audience: regionsAudience(['london']) });
    expect((await outsider.client.search({ q: 'periwinkle' }, person)).results).toEqual([]);
    await expect(outsider.client.learning(record, person)).rejects.toMatchObject({ code: 'not-found' });
    await test.hub.context.jobs.drain();
    expect((await outsider.client.search({ q: 'periwinkle' }, person)).total).toBe(0);
    expect((await owner.client.search({ q: 'periwinkle' }, person)).total).toBe(1);
    // Nodes that may keep a copy are told, those who still see it and its own are not.
    expect(await feedOf(outsider)).toMatchObject([{ record, why: 'narrowed' }]);
    expect([await feedOf(owner), await feedOf(late)]).toEqual([[], []]);
  });
}
