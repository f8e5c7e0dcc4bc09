/**
 * Term frequencies of the five ranked fields in 16 bits: title 2, summary 3, points 3, body 6, labels 2. BM25
 * saturates long before these limits, so what does not fit makes no difference that a reader could see.
 */
export const packedShifts = [0, 2, 5, 8, 14] as const;
export const packedMasks = [0x3, 0x7, 0x7, 0x3f, 0x3] as const;

/** Adds one occurrence in a field, up to the field's limit. */
export function addOccurrence(packed: number, field: number): number {
  const shift = packedShifts[field] ?? 0;
  const mask = packedMasks[field] ?? 0;
  return ((packed >>> shift) & mask) === mask ? packed : packed + (1 << shift);
}

/** The distinct terms of a document with their packed frequencies. `lengths`: stems and concepts of each field in turn. */
export function frequenciesOf(stream: Uint32Array, lengths: Uint16Array): Map<number, number> {
  const frequencies = new Map<number, number>();
  let from = 0;
  for (let part = 0; part < lengths.length; part += 1) {
    const to = from + (lengths[part] ?? 0);
    for (let at = from; at < to; at += 1) {
      const term = stream[at] ?? 0;
      frequencies.set(term, addOccurrence(frequencies.get(term) ?? 0, part >> 1));
    }
    from = to;
  }
  return frequencies;
}
