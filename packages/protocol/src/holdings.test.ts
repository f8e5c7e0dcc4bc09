import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chunkOf, differingChunks, digestChunks, digestOfChunks, type Holding } from './holdings.ts';

const held = (record: string, changes: Partial<Holding> = {}): Holding => ({
  record,
  revision: 1,
  state: 'shared',
  audience: { scope: 'network' },
  commitment: 'A6DxYyQijlP9vTVOyt_mCYIEQMEQbe2x-DudYrRubAo',
  ...changes,
});
const one = held('7d9a4e52-13c8-4b6f-8e0d-92a5c7f1b384');
const two = held('0d9a4e52-13c8-4b6f-8e0d-92a5c7f1b384', { state: 'withdrawn', audience: null, commitment: null });
const elsewhere = held('7d9a4e52-13c8-4b6f-8e0d-92a5c7f1b3ff');

describe('holdings', () => {
  it('MAN-3: a chunk’s digest is plain SHA-256 over its holdings in order of id, each on a line', () => {
    const line = ({ audience, commitment, record, revision, state }: Holding) =>
      `${JSON.stringify({ audience, commitment, record, revision, state })}\n`;
    const expected = createHash('sha256').update(line(two)).update(line(one)).digest('base64url');
    expect(digestChunks([one, elsewhere, two])['84']).toBe(expected);
    expect(chunkOf(elsewhere.record)).toBe('ff');
  });

  it('MAN-4: the digest of everything is that of the chunks by name, and holds for any order of what is held', () => {
    const chunks = digestChunks([one, elsewhere, two]);
    const expected = createHash('sha256')
      .update(JSON.stringify({ 84: chunks['84'], ff: chunks.ff }))
      .digest('base64url');
    expect(digestOfChunks(chunks)).toBe(expected);
    expect(digestOfChunks(digestChunks([two, one, elsewhere]))).toBe(expected);
  });

  it.each([
    ['revision', { revision: 2 }],
    ['state', { state: 'withdrawn' }],
    ['audience', { audience: { scope: 'regions', regions: ['london'] } }],
    ['commitment', { commitment: null }],
  ] as const)('tells another %s apart, and in which chunk', (_what, change) => {
    const changed = digestChunks([{ ...one, ...change } as Holding, elsewhere]);
    expect(differingChunks(digestChunks([one, elsewhere]), changed)).toEqual(['84']);
  });
});
