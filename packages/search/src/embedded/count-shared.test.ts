import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import wabt from 'wabt';
import { assembled, SharedCounter } from './count-shared.ts';

it('runs what count-shared.wat says', async () => {
  const source = await readFile(new URL('./count-shared.wat', import.meta.url), 'utf8');
  const { parseWat } = await wabt();
  const module = parseWat('count-shared.wat', source);
  expect(assembled).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'));
});

it('counts what sets of any length share with another, in turns with other sets', () => {
  const random = (length: number) =>
    Uint32Array.from({ length }, (_, i) => Math.imul(i + length, 0x9e3779b1) ^ (length << 7));
  const bits = (word: number) => [...(word >>> 0).toString(2)].filter((bit) => bit === '1').length;
  // More than the one page of memory that it starts with.
  const large = Array.from({ length: 40 }, (_, i) => random(i * 30));
  const small = [random(9), random(3)];
  const counters = [large, small].map((sets) => ({ sets, counter: new SharedCounter(sets) }));
  for (const other of [random(1000), random(7), random(0), random(3000)]) {
    for (const { sets, counter } of counters) {
      const shared = sets.map((set) => set.reduce((sum, word, i) => sum + bits(word & (other[i] ?? 0)), 0));
      expect([...counter.count(other)]).toEqual(shared);
    }
  }
});

it('counts nothing of no sets', () => {
  expect([...new SharedCounter([]).count(Uint32Array.of(1))]).toEqual([]);
});
