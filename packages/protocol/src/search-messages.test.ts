import { describe, expect, it } from 'vitest';
import { learningCodesSchema } from './learning-record.ts';
import {
  anonymityCountRequestSchema,
  filterFields,
  learningResponseSchema,
  readCodesSchema,
  searchFiltersSchema,
  searchRequestSchema,
  searchResponseSchema,
} from './search-messages.ts';
import { exampleLearningRecord, exampleRecord } from './testing/examples.ts';

const codes = readCodesSchema.parse(exampleLearningRecord);
const card = {
  id: exampleRecord,
  title: 'x',
  summary: 'x',
  codes,
  region: 'london',
  prevalenceBand: 'low',
  period: '2024-Q3',
  citation: { reference: 'PX-1', text: 'x' },
  revision: 1,
};
const highlights = [
  {
    field: 'summary',
    segments: [
      { text: 'the ', mark: false },
      { text: 'father', mark: true },
    ],
  },
];
const response = {
  total: 1,
  page: 1,
  pages: 1,
  results: [{ ...card, highlights }],
  facets: { themes: [{ code: 'x', count: 1 }] },
};

describe('search messages', () => {
  it('filter by every coded field of a learning record, and by band', () => {
    expect([...filterFields].sort()).toEqual([...Object.keys(learningCodesSchema.shape), 'prevalenceBand'].sort());
    expect(Object.keys(searchFiltersSchema.shape).sort()).toEqual([...filterFields, 'likeMine'].sort());
  });

  it('read back every coded field', () => {
    const read = [...Object.keys(readCodesSchema.shape), 'region', 'period'];
    expect(read.sort()).toEqual(Object.keys(learningCodesSchema.shape).sort());
  });

  it.each<[string, unknown]>([
    ['words only', { q: 'school referred but no risk found' }],
    ['nothing, for browsing', { q: '' }],
    [
      'everything',
      { q: 'x', filters: { themes: ['a'], period: ['2024-Q3'], likeMine: true }, page: 2, sort: 'newest' },
    ],
    ['a code that this node has not heard of', { q: '', filters: { outcome: ['new-outcome'] } }],
  ])('ask with %s', (_, request) => {
    expect(searchRequestSchema.safeParse(request).success).toBe(true);
  });

  it.each<[string, unknown]>([
    ['a field that there is not', { q: '', filters: { childName: ['x'] } }],
    ['free text for a code', { q: '', filters: { outcome: ['x or 1=1'] } }],
    ['page 0', { q: '', page: 0 }],
    ['another order', { q: '', sort: 'size' }],
    ['no words', {}],
    ['a page of words', { q: 'x'.repeat(1001) }],
  ])('do not ask with %s', (_, request) => {
    expect(searchRequestSchema.safeParse(request).success).toBe(false);
  });

  it('VER-5: are answered in a shape that can grow', () => {
    const newer = { ...response, degraded: 'database', didYouMean: 'x', took: 3 };
    expect(searchResponseSchema.parse(newer)).toEqual(newer);
  });

  it.each<[string, object]>([
    ['a facet that is no field', { facets: { childName: [] } }],
    ['a degree of its own making', { degraded: 'a bit' }],
    ['highlights in HTML', { results: [{ ...card, highlights: [{ field: 'summary', segments: '<b>x</b>' }] }] }],
  ])('are not answered with %s', (_, change) => {
    expect(searchResponseSchema.safeParse({ ...response, ...change }).success).toBe(false);
  });

  it('show a record with what is like it and why', () => {
    const {
      title,
      summary,
      situation,
      response: done,
      whatHappened,
      whatWorked,
      whatDidNot,
      learningPoints,
      nextTime,
    } = exampleLearningRecord;
    const { title: _, summary: __, ...place } = card;
    const shown = {
      ...place,
      record: {
        title,
        summary,
        situation,
        response: done,
        whatHappened,
        whatWorked,
        whatDidNot,
        learningPoints,
        nextTime,
      },
      similar: [
        {
          ...card,
          reasons: [
            { kind: 'same-code', field: 'outcome', code: 'ongoing' },
            { kind: 'similar-words', words: ['father'] },
          ],
        },
      ],
    };
    expect(learningResponseSchema.parse(shown)).toEqual(shown);
    const unexplained = { ...shown, similar: [{ ...card, reasons: [{ kind: 'because' }] }] };
    expect(learningResponseSchema.safeParse(unexplained).success).toBe(false);
  });

  it('count by at least one code', () => {
    expect(anonymityCountRequestSchema.safeParse({ codes: { region: ['london'] } }).success).toBe(true);
    expect(anonymityCountRequestSchema.safeParse({ codes: {} }).success).toBe(false);
  });
});
