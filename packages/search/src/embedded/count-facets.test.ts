import { expect, it } from 'vitest';
import type { IndexDocument } from '../index-document.ts';
import { answerQuery } from './answer-query.ts';
import { MemoryIndex } from './memory-index.ts';

/** Every document is of one of two sexes and one of forty authorities; one in three says "kestrel". */
const document = (i: number): IndexDocument => ({
  id: `${i}`,
  revision: 1,
  passages: [{ field: 'situation', text: i % 3 === 0 ? 'A kestrel on the roof.' : 'A wren in the yard.' }],
  labels: [],
  codes: { sex: [i % 2 === 0 ? 'female' : 'male'], authority: [`authority-${i % 40}`] },
  audience: ['network'],
  published: '2026-01-01',
});

function counted(index: MemoryIndex, words: string): Record<string, number> {
  const { facets } = answerQuery(index, {
    words,
    viewer: { authority: null, region: null },
    facets: ['sex', 'authority'],
    sort: 'relevance',
    offset: 0,
    limit: 1,
  });
  return Object.fromEntries(Object.values(facets).flatMap((counts) => counts.map(({ code, count }) => [code, count])));
}

function byHand(documents: readonly IndexDocument[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of documents.flatMap(({ codes }) => Object.values(codes).flat()))
    counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

it('counts common codes and rare ones of every match, of some or of all, and again after each change', () => {
  const index = new MemoryIndex();
  let held: IndexDocument[] = [];
  const expectCounted = () => {
    expect(counted(index, '')).toEqual(byHand(held));
    expect(counted(index, 'kestrel')).toEqual(byHand(held.filter(({ id }) => Number(id) % 3 === 0)));
  };
  held = Array.from({ length: 200 }, (_, i) => document(i));
  index.add(held);
  expectCounted();
  const more = Array.from({ length: 90 }, (_, i) => document(200 + i));
  index.add(more);
  held = [...held, ...more];
  expectCounted();
  index.remove(held.slice(50, 120).map(({ id }) => id));
  held = [...held.slice(0, 50), ...held.slice(120)];
  expectCounted();
});
