import { normLength } from './field-norms.ts';
import { packedMasks } from './packed-frequencies.ts';
import type { TermTable } from './term-table.ts';
import { fieldCount } from './weights.ts';

/**
 * BM25F of one document from its stream of terms: what the embedded index adds up from its postings, for a document that another engine
 * brought. `impacts` are weight times inverse document frequency, in the order of the table.
 */
export function scoreCandidate(
  stream: Uint32Array,
  lengths: Uint16Array,
  table: TermTable,
  impacts: readonly number[],
  norms: readonly Float64Array[],
  k1: number,
): number {
  const counts = new Uint16Array(impacts.length * fieldCount);
  let from = 0;
  for (let part = 0; part < fieldCount * 2; part += 1) {
    const to = from + (lengths[part] ?? 0);
    const field = part >> 1;
    for (let at = from; at < to; at += 1) {
      const place = table.placeOf(stream[at] ?? 0);
      if (place < 0) continue;
      const count = place * fieldCount + field;
      if ((counts[count] ?? 0) < (packedMasks[field] ?? 0)) counts[count] = (counts[count] ?? 0) + 1;
    }
    from = to;
  }
  let score = 0;
  impacts.forEach((impact, place) => {
    let weighted = 0;
    for (let field = 0; field < fieldCount; field += 1) {
      const count = counts[place * fieldCount + field] ?? 0;
      if (count > 0) weighted += count * (norms[field]?.[normLength(lengths[field * 2] ?? 0)] ?? 0);
    }
    if (weighted > 0) score += (impact * (k1 + 1) * weighted) / (k1 + weighted);
  });
  return score;
}
