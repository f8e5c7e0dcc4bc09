import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import wabt from 'wabt';
import { assembled, sharedCounter } from './count-shared.ts';

it('runs what count-shared.wat says', async () => {
  const source = await readFile(new URL('./count-shared.wat', import.meta.url), 'utf8');
  const { parseWat } = await wabt();
  const module = parseWat('count-shared.wat', source);
  expect(assembled).toBe(Buffer.from(module.toBinary({}).buffer).toString('base64'));
});

it('counts what sets of any length share with another, again and again', () => {
  const random = (length: number) =>
    Uint32Array.from({ length }, (_, i) => Math.imul(i + length, 0x9e3779b1) ^ (length << 7));
  const bits = (word: number) => [...(word >>> 0).toString(2)].filter((bit) => bit === '1').length;
  // More than the one page of memory that it starts with.
  const sets = Array.from({ length: 40 }, (_, i) => random(i * 30));
  const count = sharedCounter(sets);
  for (const other of [random(1000), random(7), random(0), random(3000)]) {
    const shared = sets.map((set) => set.reduce((sum, word, i) => sum + bits(word & (other[i] ?? 0)), 0));
    expect([...count(other)]).toEqual(shared);
  }
});

it('counts nothing of no sets', () => {
  expect([...sharedCounter([])(Uint32Array.of(1))]).toEqual([]);
});
