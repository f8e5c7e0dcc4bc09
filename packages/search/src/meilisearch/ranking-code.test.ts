import { describe, expect, it } from 'vitest';
import { frequenciesOf } from '../ranking/packed-frequencies.ts';
import { decodeRanking, encodeRanking, fieldLengths, streamOf } from './ranking-code.ts';
import { termKey } from './term-key.ts';

const empty = { stems: [], concepts: [] };

describe('the terms of a document, encoded to be ranked by', () => {
  it('come back in order, and counted by field', () => {
    const fields = [
      { stems: ['kestrel', 'lantern'], concepts: ['~channel'] },
      empty,
      { stems: ['lantern'], concepts: [] },
      { stems: ['saddle', 'lantern', 'lantern', 'kestrel'], concepts: ['~channel', '~channel'] },
      empty,
    ];
    const ranking = encodeRanking(fields);
    const decoded = decodeRanking(ranking);
    const stream = streamOf(decoded);
    expect([...stream]).toEqual(fields.flatMap(({ stems, concepts }) => [...stems, ...concepts]).map(termKey));
    expect([...decoded.lengths]).toEqual([2, 1, 0, 0, 1, 0, 4, 2, 0, 0]);
    expect(fieldLengths(ranking)).toEqual([2, 0, 1, 4, 0]);
    const { terms, packed } = decoded.frequencies;
    expect([...terms]).toEqual([...terms].sort((a, b) => a - b));
    expect(new Map(Array.from(terms, (term, place) => [term, packed[place]]))).toEqual(
      frequenciesOf(stream, decoded.lengths),
    );
  });

  it('leave out what is beyond so many distinct ones', () => {
    const stems = Array.from({ length: 40_000 }, (_, i) => `word${i}`);
    const others = Array.from({ length: 40_000 }, (_, i) => `other${i}`);
    const ranking = encodeRanking([{ stems, concepts: [] }, { stems: others, concepts: [] }, empty, empty, empty]);
    expect(fieldLengths(ranking)[0]).toBe(40_000);
    expect(decodeRanking(ranking).frequencies.terms.length).toBeLessThanOrEqual(0xffff);
    expect(streamOf(decodeRanking(ranking)).slice(0, 3)).toEqual(Uint32Array.from(stems.slice(0, 3), termKey));
  });

  it('may be none', () => {
    const decoded = decodeRanking(encodeRanking([empty, empty, empty, empty, empty]));
    expect([...streamOf(decoded)]).toEqual([]);
    expect(decoded.frequencies.terms.length).toBe(0);
  });
});
