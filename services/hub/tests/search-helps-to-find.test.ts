import { newId } from '@practice-exchange/platform';
import {
  type LearningRecord,
  type OnBehalfOf,
  referenceOf,
  regionsAudience,
  sha256,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { type Publisher, publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };

describe('search', () => {
  let test: TestHub;
  let reader: TestMember;
  const titles = new Map<string, string>();

  beforeAll(async () => {
    test = await startTestHub();
    reader = await test.enrol({ region: 'london' });
    const far = await test.enrol({ region: 'north-east' });
    const near = await test.enrol({ region: 'london' });
    const logs = { far: publishAs(test, far), near: publishAs(test, near) };
    await test.hub.context.database.db
      .updateTable('authority')
      .set({ prevalence_band: 'low' })
      .where('id', 'in', [reader.authority, near.authority])
      .execute();
    await test.hub.context.database.db
      .updateTable('authority')
      .set({ prevalence_band: 'high' })
      .where('id', '=', far.authority)
      .execute();
    const publish = async (log: Publisher, body: Partial<LearningRecord>, audience = wholeNetwork) => {
      const record = newId();
      await log.publish({ op: 'publish', record, audience, body: exampleLearning(body) });
      titles.set(body.title ?? '', record);
    };
    await publish(logs.far, {
      title: 'Far and fitting',
      summary: 'The grandmother held the gate shut.',
      region: 'north-east',
      response:
        'The gate was shut for a month. A mentor from the boxing club called every week and was trusted. Nobody wrote letters.',
      interventions: ['mentoring'],
    });
    await publish(logs.near, {
      title: 'Near and fitting',
      summary: 'The grandmother held the gate shut.',
      response: 'Two workers went together on a joint visit and stood at the gate. The gate opened in the third week.',
      interventions: ['joint-visit', 'mentoring'],
      outcome: 'disengaged',
      whatHappened: 'The family stopped answering the telephone.',
    });
    await publish(logs.near, {
      title: 'Told at length',
      summary: 'A lighthouse keeper’s child.',
      situation: 'The lighthouse was far from any school. The school referred because of a drawing on a wall.',
      response:
        'A mentor made a joint visit to the lighthouse. The threshold was agreed at a meeting. They came to the lighthouse again in spring. The lighthouse was quiet.',
      whatHappened: 'The lighthouse family let them in. The case was closed in summer.',
      whatWorked: 'Coming by boat to the lighthouse. Staying for tea.',
      interventions: ['mentoring', 'joint-visit'],
    });
    await publish(logs.near, {
      title: 'Told briefly',
      summary: 'A windmill keeper’s child.',
      situation: 'A windmill.',
      response: 'They met at the windmill.',
      interventions: ['mentoring', 'joint-visit', 'whole-family-work', 'mediation', 'safety-plan'],
    });
    await publish(
      logs.far,
      { title: 'Not for London', summary: 'The grandmother held the gate shut.', interventions: ['mediation'] },
      regionsAudience(['north-east']),
    );
    await test.hub.context.jobs.drain();
  });
  afterAll(() => test.stop());

  it('RED-7: says whom the asker is like, and puts their learning first when asked to', async () => {
    const plain = await reader.client.search({ q: 'grandmother gate shut' }, person);
    expect(plain.asker).toEqual({ region: 'london', prevalenceBand: 'low' });
    const order = async (favour: 'like-mine' | 'high') =>
      (await reader.client.search({ q: 'grandmother gate shut', favour }, person)).results.map(({ title }) => title);
    expect(await order('like-mine')).toEqual(['Near and fitting', 'Far and fitting']);
    expect(await order('high')).toEqual(['Far and fitting', 'Near and fitting']);
    const browsed = await reader.client.search({ q: '', favour: 'high' }, person);
    expect(browsed.results[0]?.title).toBe('Far and fitting');
    const counted = await reader.client.search({ q: 'grandmother gate shut', favour: 'high', page: 2 }, person);
    expect(counted.results).toEqual([]);
    expect(counted.total).toBe(plain.total);
  });

  it('RED-9: groups what was done and quotes it word for word from the records', async () => {
    const done = await reader.client.whatWasDone({ q: 'grandmother will not open the gate' }, person);
    expect(done).toMatchObject({ total: 2, considered: 2 });
    const groups = new Map(done.groupings.map(({ field, groups: list }) => [field, list]));
    expect(groups.get('interventions')?.map(({ code, count }) => [code, count])).toEqual([
      ['mentoring', 2],
      ['joint-visit', 1],
    ]);
    expect(
      groups
        .get('outcome')
        ?.map(({ code }) => code)
        .sort(),
    ).toEqual(['concern-reduced', 'disengaged']);
    const [visit] = groups.get('interventions')?.[1]?.passages ?? [];
    expect(visit).toMatchObject({ id: titles.get('Near and fitting'), field: 'response' });
    expect(visit?.citation.reference).toMatch(/^PX-/);
    expect(visit?.citation.reference).toBe(referenceOf(visit?.id ?? ''));
    const quoted = visit?.segments.map(({ text }) => text).join('');
    expect(quoted).toContain('Two workers went together on a joint visit and stood at the gate.');
    expect(visit?.segments.filter(({ mark }) => mark).map(({ text }) => text)).toContain('gate');
    for (const { groups: list } of done.groupings) {
      for (const { passages } of list) {
        for (const passage of passages) {
          const { record } = await reader.client.learning(passage.id, person);
          const text = passage.segments
            .map((segment) => segment.text)
            .join('')
            .replace(/^… | …$/g, '');
          expect(
            Object.values(record)
              .flat()
              .some((prose) => prose.includes(text)),
            text,
          ).toBe(true);
        }
      }
    }
  });

  it('RED-9: quotes a sentence in one group only, and again only where a group would quote nothing', async () => {
    const quotedFor = async (q: string) =>
      (await reader.client.whatWasDone({ q }, person)).groupings.flatMap(({ field, groups }) =>
        groups.map(({ code, passages }) => ({
          group: `${field} ${code}`,
          texts: passages.map(({ id, segments }) => `${id} ${segments.map(({ text }) => text).join('')}`),
        })),
      );
    const long = await quotedFor('lighthouse');
    expect(long.length).toBeGreaterThan(4);
    for (const { group, texts } of long) expect(texts.length, group).toBe(1);
    const sentences = long.flatMap(({ texts }) =>
      texts.flatMap((text) => text.replace(/^\S+ |… | …$/g, '').split(/(?<=\.) /)),
    );
    expect(sentences.filter((each, at) => sentences.indexOf(each) !== at)).toEqual([]);
    // The best sentence for two groups is one, and one of them has it.
    expect(long.filter(({ texts }) => texts[0]?.includes('made a joint visit')).length).toBe(1);
    // Told in fewer sentences than it has groups.
    const brief = await quotedFor('windmill');
    for (const { group, texts } of brief) expect(texts.length, group).toBe(1);
    expect(new Set(brief.flatMap(({ texts }) => texts)).size).toBeLessThan(brief.length);
    expect(brief.flatMap(({ texts }) => texts).join()).toContain('They met at the windmill.');
  });

  it('RED-8: advises on what would find something, and counts only what the asker may see', async () => {
    const { total, advice } = await reader.client.search(
      { q: 'gate', filters: { interventions: ['mediation'], outcome: ['concern-reduced'] } },
      person,
    );
    expect(total).toBe(0);
    expect(advice).toEqual([
      { kind: 'without-filter', field: 'interventions', total: 1 },
      { kind: 'without-filters', total: 2 },
    ]);
    const none = await reader.client.search({ q: 'stepmother' }, person);
    expect(none.total).toBe(0);
    expect(none.advice).toBeUndefined();
    const near = await reader.client.search({ q: 'section 47' }, person);
    expect(near.total).toBe(0);
    for (const { total: would } of near.advice ?? []) expect(would).toBeGreaterThan(0);
  });

  it('RED-5: answers from the database when the engine is away, with groups and advice too', async () => {
    const { index } = test.hub.context;
    const { search } = index;
    index.search = () => Promise.reject(new DOMException('slow', 'TimeoutError'));
    try {
      const request = { q: 'gate', filters: { interventions: ['mediation'] } };
      expect(await reader.client.search(request, person)).toMatchObject({
        total: 0,
        degraded: 'database',
        advice: [{ kind: 'without-filter', field: 'interventions', total: 2 }],
      });
      const done = await reader.client.whatWasDone({ q: 'gate', favour: 'high' }, person);
      expect(done).toMatchObject({ total: 2, considered: 2, degraded: 'database' });
      expect(done.groupings[0]?.groups[0]).toMatchObject({ code: 'mentoring', count: 2 });
    } finally {
      index.search = search;
    }
  });
});
