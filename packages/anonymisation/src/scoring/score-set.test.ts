import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AnnotatedSet, readAnnotatedSet } from './annotated-set.ts';
import { readMarkedUpSet } from './marked-up-set.ts';
import { scoreSet } from './score-set.ts';

function read(...rows: object[]): AnnotatedSet {
  const set = readAnnotatedSet(rows.map((row) => JSON.stringify(row)).join('\n'));
  if (!set) {
    throw new Error('not recognised');
  }
  return set;
}
const mention = (text: string, words: string, entity: string, type: string) => ({
  start_offset: text.indexOf(words),
  end_offset: text.indexOf(words) + words.length,
  entity_id: entity,
  identifier_type: type,
});

describe('scoring', () => {
  it('recalls an entity only when every mention is masked, titles and small words aside', () => {
    const text = 'Write to kay@example.org about the lamp of Mr x. The lamp is lit.';
    const set = read({
      text,
      entities: [
        mention(text, 'kay@example.org', 'a', 'DIRECT'),
        mention(text, 'lamp of Mr', 'b', 'QUASI'),
        mention(text, 'lit', 'c', 'NO_MASK'),
      ],
    });
    const score = scoreSet('s', set);
    expect(score.entityRecallDirect).toBe(1);
    expect(score.entityRecallQuasi).toBe(0);
    // kay, example, org of those and "lamp": "of" and "Mr" uncovered are left out.
    expect(score.tokenRecall).toBeCloseTo(3 / 4);
    expect(score.mustKeepPreserved).toBeNull();
  });

  it('compares values by letters and digits, and what blocks counts as masked', () => {
    const set = read({
      text: 'Re: Ms Ada Marsh, NHS Number 943-476-5870. Seen on 3 May 2024 by Dr Holt.',
      gold: [{ value: '943 476 5870' }, { value: 'Ada Marsh' }],
      preserve: [{ value: 'Dr Holt' }, { value: '3 May 2024' }],
    });
    expect(scoreSet('s', set)).toMatchObject({ entityRecallDirect: 1, entityRecallQuasi: null, mustKeepPreserved: 1 });
  });

  it('reads typed spans, and nothing else', () => {
    expect(
      read({ full_text: 'I am Zofia', spans: [{ entity_type: 'PERSON', start_position: 5, end_position: 10 }] })
        .documents,
    ).toHaveLength(1);
    expect(readAnnotatedSet('{"a":1}')).toBeUndefined();
    expect(readAnnotatedSet('no JSON')).toBeUndefined();
  });

  it('counts what touches no mention as a false positive, for each thousand words', () => {
    const text = 'ring 07700 900123 now';
    expect(scoreSet('s', read({ text, entities: [] })).falsePositivesPer1000Words).toBeCloseTo(1000 / 4);
  });
});

describe('the project’s own set', () => {
  const file = (name: string) => readFileSync(new URL(`../../data/${name}`, import.meta.url), 'utf8');
  const documents = readMarkedUpSet(file('uk-safeguarding.txt'));

  it('is in step with its readable source', () => {
    expect(file('uk-safeguarding.jsonl')).toBe(documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
  });

  it('has sixty texts of 80 to 250 words and 300 terms to keep, in four voices', () => {
    const lengths = documents.map(({ text }) => text.split(/\s+/).length);
    expect(lengths.filter((words) => words >= 80 && words <= 250).length).toBeGreaterThanOrEqual(60);
    expect(documents.reduce((sum, { mustKeep }) => sum + mustKeep.length, 0)).toBeGreaterThanOrEqual(300);
    for (const voice of ['social worker', 'school', 'police', 'health']) {
      expect(documents.filter((document) => document.voice === voice).length, voice).toBeGreaterThanOrEqual(5);
    }
  });

  it('is scored at the targets', () => {
    const set = readAnnotatedSet(file('uk-safeguarding.jsonl'));
    const score = set && scoreSet('own', set);
    expect(score?.entityRecallDirect).toBeGreaterThanOrEqual(0.99);
    expect(score?.falsePositivesPer1000Words).toBeLessThanOrEqual(8);
    expect(score?.mustKeepPreserved).toBeGreaterThanOrEqual(0.99);
  });

  it('refuses a malformed mark', () => {
    expect(() => readMarkedUpSet('=== school\n[[P:1|Ada')).toThrow(/malformed/);
  });
});
