import { describe, expect, it } from 'vitest';
import { CandidateTerms } from './candidate-terms.ts';
import { smooth } from './smoothing.ts';
import { fieldCount, rankingWeights } from './weights.ts';

const collection = { documents: 10_000, averageLengths: [1, 1, 1, 4, 1], frequencyOf: () => 50 };

/** What smoothing makes of scores, where each document's body has some terms. */
function smoothed(bodies: readonly (readonly number[])[], scores: readonly number[], changes = {}): number[] {
  const candidates = bodies.map((body, i) => {
    const lengths = new Uint16Array(fieldCount * 2);
    lengths[6] = body.length;
    return { score: scores[i] ?? 0, stream: Uint32Array.from(body), lengths };
  });
  const terms = new CandidateTerms(candidates, collection, rankingWeights);
  const result = Float64Array.from(scores);
  smooth(result, terms, { ...rankingWeights, smoothing: { ...rankingWeights.smoothing, ...changes } });
  return [...result];
}

const order = (scores: readonly number[]) => [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));

describe('smoothing', () => {
  it('puts a document before another that scored a little more, when those like it scored well and those like the other did not', () => {
    const bodies = [
      [1, 2, 3],
      [4, 5, 6],
      [4, 5, 7],
      [1, 2, 8],
    ];
    const scores = [10, 9.9, 9.8, 2];
    expect(order(scores)).toEqual([0, 1, 2, 3]);
    expect(order(smoothed(bodies, scores, { neighbours: 1 }))).toEqual([1, 2, 0, 3]);
  });

  it('leaves the score of a document that is like no other', () => {
    const [alone] = smoothed(
      [
        [1, 2],
        [3, 4],
        [3, 5],
      ],
      [10, 6, 5],
    );
    expect(alone).toBe(10);
  });

  it('takes what is in every third document for no likeness', () => {
    const everywhere = { ...collection, frequencyOf: () => 4000 };
    const lengths = Uint16Array.from({ length: fieldCount * 2 }, (_, part) => (part === 6 ? 1 : 0));
    const candidates = [10, 1].map((score) => ({ score, stream: Uint32Array.of(1), lengths }));
    const scores = Float64Array.of(10, 1);
    smooth(scores, new CandidateTerms(candidates, everywhere, rankingWeights), rankingWeights);
    expect([...scores]).toEqual([10, 1]);
  });

  it('keeps those behind the first in their order, and behind them', () => {
    const bodies = [[1], [2, 3], [2, 4], [2, 5], [2, 6]];
    const scores = [10, 9, 1, 0.9, 0.8];
    const result = smoothed(bodies, scores, { documents: 2 });
    expect(order(result)).toEqual([0, 1, 2, 3, 4]);
    expect(result[1]).toBeLessThan(9);
    expect((result[2] ?? 0) - (result[3] ?? 0)).toBeCloseTo(0.1);
  });

  it('says nothing of no candidates, and nothing new of one', () => {
    expect(smoothed([], [])).toEqual([]);
    expect(smoothed([[1, 2]], [3])).toEqual([3]);
  });
});
