import type { Catalogue } from './catalogue.ts';
import type { Segment } from './segment.ts';

/** A coded value that more of the slots hold than one of these is common. */
const commonOneIn = 6;

/** Which coded values are common, by number; and the others of each slot: those of slot `s` are `codes[offsets[s]]` up to `codes[offsets[s + 1]]`. */
type Split = { readonly common: readonly number[]; readonly codes: Uint16Array; readonly offsets: Uint32Array };

/** The values of facets of each slot but for those that are common, remembered until the index changes. */
export class RareCodes {
  #split: Split | undefined;

  forget(): void {
    this.#split = undefined;
  }

  split(segments: readonly Segment[], slotCount: number, catalogue: Catalogue): Split {
    this.#split ??= splitCodes(segments, slotCount, catalogue);
    return this.#split;
  }
}

function splitCodes(segments: readonly Segment[], slotCount: number, catalogue: Catalogue): Split {
  const isFacet = Uint8Array.from(catalogue.slotSets, (_, number) => (catalogue.isOfFacet(number) ? 1 : 0));
  const isCommon = catalogue.slotSets.map(
    (slots, number) => isFacet[number] === 1 && slots.size * commonOneIn > slotCount,
  );
  const isRare = isFacet.map((facet, number) => (isCommon[number] ? 0 : facet));
  const codes = new Uint16Array(segments.reduce((sum, segment) => sum + segment.codes.length, 0));
  const offsets = new Uint32Array(slotCount + 1);
  let count = 0;
  for (const { firstSlot, documents, codes: all, codeOffsets } of segments) {
    for (let i = 0; i < documents; i += 1) {
      const to = codeOffsets[i + 1] as number;
      for (let at = codeOffsets[i] as number; at < to; at += 1) {
        const code = all[at] as number;
        if (isRare[code] === 1) codes[count++] = code;
      }
      offsets[firstSlot + i + 1] = count;
    }
  }
  const common = Array.from(isCommon.keys()).filter((number) => isCommon[number]);
  return { common, codes: codes.slice(0, count), offsets };
}
