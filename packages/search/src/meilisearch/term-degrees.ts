import { packedMasks, packedShifts } from '../ranking/packed-frequencies.ts';
import { rankingWeights } from '../ranking/weights.ts';

/**
 * How much of a term a document holds, for the engine, which can only be told whether it does: a document that holds it to a
 * degree is given the term with the degree's mark as well. `least`: occurrences, each weighted by its field, as
 * the ranker does; `gain`: what it adds, after saturation, to what the degree below gains, in a document of ordinary length.
 */
export const degrees = [
  { mark: '', least: 0, gain: 1 },
  { mark: '+', least: 2, gain: 0.4 },
  { mark: '++', least: 4, gain: 0.3 },
] as const;

/** The marks of the degrees to which a document holds a term, from its packed frequency. */
export function marksHeld(packed: number): string[] {
  const occurrences = packedShifts.reduce<number>(
    (sum, shift, field) => sum + (rankingWeights.field[field] ?? 0) * ((packed >>> shift) & (packedMasks[field] ?? 0)),
    0,
  );
  return degrees.flatMap(({ mark, least }) => (occurrences >= least ? [mark] : []));
}
