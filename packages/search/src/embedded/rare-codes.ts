import type { BitSet } from './bit-set.ts';
import type { Segment } from './segment.ts';

/** A coded value that more of the slots hold than one of these is common. */
const commonOneIn = 6;

/** Which coded values are common, by number; and the others of each slot: those of slot `s` are `codes[offsets[s]]` up to `codes[offsets[s + 1]]`. */
type Split = { readonly common: readonly number[]; readonly codes: Uint16Array; readonly offsets: Uint32Array };

/** The coded values of each slot but for those that are common, remembered until the index changes. */
export class RareCodes {
  #split: Split | undefined;

  forget(): void {
    this.#split = undefined;
  }

  /** `slotsOf` gives the slots that hold each coded value, by its number. */
  split(segments: readonly Segment[], slotCount: number, slotsOf: readonly BitSet[]): Split {
    this.#split ??= splitCodes(segments, slotCount, slotsOf);
    return this.#split;
  }
}

function splitCodes(segments: readonly Segment[], slotCount: number, slotsOf: readonly BitSet[]): Split {
  const isCommon = Uint8Array.from(slotsOf, (slots) => (slots.size * commonOneIn > slotCount ? 1 : 0));
  const codes = new Uint16Array(segments.reduce((sum, segment) => sum + segment.codes.length, 0));
  const offsets = new Uint32Array(slotCount + 1);
  let count = 0;
  for (const { firstSlot, documents, codes: all, codeOffsets } of segments) {
    for (let i = 0; i < documents; i += 1) {
      const to = codeOffsets[i + 1] as number;
      for (let at = codeOffsets[i] as number; at < to; at += 1) {
        const code = all[at] as number;
        if (isCommon[code] === 0) codes[count++] = code;
      }
      offsets[firstSlot + i + 1] = count;
    }
  }
  const common = Array.from(isCommon.keys()).filter((number) => isCommon[number] === 1);
  return { common, codes: codes.slice(0, count), offsets };
}
