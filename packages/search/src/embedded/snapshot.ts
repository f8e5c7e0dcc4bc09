import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SpellingIndex } from '../ranking/spelling-index.ts';
import { BitSet } from './bit-set.ts';
import { Catalogue } from './catalogue.ts';
import { Lexicon } from './lexicon.ts';
import { MemoryIndex } from './memory-index.ts';
import type { Segment } from './segment.ts';

const magic = 'PXSNAP02';
const chunk = 64 * 1024 * 1024;
const arrayTypes = { Uint8Array, Uint16Array, Uint32Array, Float64Array } as const;
type ArrayType = keyof typeof arrayTypes;
type AnyArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;
type ArrayEntry = { name: string; type: ArrayType; length: number };
type Header = {
  version: string;
  ids: (string | null)[];
  revisions: number[];
  published: number[];
  terms: string[];
  words: string[];
  values: { field: string; code: string }[];
  segments: { firstSlot: number; documents: number }[];
  arrays: ArrayEntry[];
};

const segmentArrays = [
  ['streamOffsets', 'Uint32Array'],
  ['streams', 'Uint32Array'],
  ['lengths', 'Uint16Array'],
  ['codeOffsets', 'Uint32Array'],
  ['codes', 'Uint16Array'],
  ['textOffsets', 'Float64Array'],
  ['texts', 'Uint8Array'],
  ['terms', 'Uint32Array'],
  ['postingOffsets', 'Uint32Array'],
  ['postingSlots', 'Uint32Array'],
  ['postingFrequencies', 'Uint16Array'],
] as const satisfies readonly (readonly [keyof Segment, ArrayType])[];

/**
 * Saves an index to a file: 8 bytes of magic, the header's length as 8 bytes, a JSON header, then typed arrays in this
 * machine's byte order. Written beside the file and renamed, so that a crash leaves the old snapshot or the new one.
 */
export async function saveSnapshot(index: MemoryIndex, file: string, version: string): Promise<void> {
  const arrays = new Map<string, AnyArray>();
  const lexicon = index.lexicon.save();
  arrays.set('holders', lexicon.holders);
  arrays.set('frequencies', lexicon.frequencies);
  const spelling = index.spelling.save();
  arrays.set('uses', spelling.counts);
  arrays.set('live', index.live.words);
  arrays.set('counted', index.slots.counted.words);
  const values = index.catalogue.save();
  for (const [i, { slots }] of values.entries()) arrays.set(`value.${i}`, slots);
  index.segments.forEach((segment, i) => {
    for (const [name] of segmentArrays) arrays.set(`segment.${i}.${name}`, segment[name]);
  });
  const header: Header = {
    version,
    ids: index.slots.ids,
    revisions: index.slots.revisions,
    published: index.slots.published,
    terms: lexicon.terms,
    words: spelling.words,
    values: values.map(({ field, code }) => ({ field, code })),
    segments: index.segments.map(({ firstSlot, documents }) => ({ firstSlot, documents })),
    arrays: [...arrays].map(([name, array]) => ({
      name,
      type: array.constructor.name as ArrayType,
      length: array.length,
    })),
  };
  await mkdir(path.dirname(file), { recursive: true });
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    const json = Buffer.from(JSON.stringify(header));
    const opening = Buffer.alloc(16);
    opening.write(magic, 'latin1');
    opening.writeBigUInt64LE(BigInt(json.length), 8);
    await handle.writeFile(opening);
    await handle.writeFile(json);
    for (const array of arrays.values()) {
      for (let at = 0; at < array.byteLength; at += chunk) {
        await handle.writeFile(
          Buffer.from(array.buffer, array.byteOffset + at, Math.min(chunk, array.byteLength - at)),
        );
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
}

/** Takes a snapshot away, because something in it must not outlive its withdrawal. */
export async function dropSnapshot(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(`${file}.new`, { force: true });
}

/** The index that was saved; undefined when there is none, it is damaged, or it was built with other settings. */
export async function loadSnapshot(file: string, version: string): Promise<MemoryIndex | undefined> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const read = async (into: Uint8Array) => {
      let at = 0;
      while (at < into.length) {
        const { bytesRead } = await handle.read(into, at, Math.min(chunk, into.length - at));
        if (bytesRead === 0) throw new RangeError('The snapshot ends early');
        at += bytesRead;
      }
    };
    const opening = Buffer.alloc(16);
    await read(opening);
    const { size } = await handle.stat();
    const length = Number(opening.readBigUInt64LE(8));
    if (opening.toString('latin1', 0, 8) !== magic || length > size) return undefined;
    const json = Buffer.alloc(length);
    await read(json);
    const header = JSON.parse(json.toString()) as Header;
    if (header.version !== version) return undefined;
    const arrays = new Map<string, AnyArray>();
    for (const { name, type, length: items } of header.arrays) {
      const array = new arrayTypes[type](items);
      await read(new Uint8Array(array.buffer));
      arrays.set(name, array);
    }
    return restore(header, arrays);
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

function restore(header: Header, arrays: ReadonlyMap<string, AnyArray>): MemoryIndex {
  const get = (name: string, type: ArrayType): AnyArray => {
    const array = arrays.get(name);
    if (array?.constructor !== arrayTypes[type]) throw new RangeError('The snapshot lacks an array');
    return array;
  };
  const words = (name: string) => get(name, 'Uint32Array') as Uint32Array;
  const index = new MemoryIndex();
  index.lexicon = Lexicon.load({ terms: header.terms, holders: words('holders'), frequencies: words('frequencies') });
  index.catalogue = Catalogue.load(header.values.map((value, i) => ({ ...value, slots: words(`value.${i}`) })));
  index.segments = header.segments.map((counts, i) => {
    const restored = segmentArrays.map(([name, type]) => [name, get(`segment.${i}.${name}`, type)]);
    return { ...counts, ...Object.fromEntries(restored) } as Segment;
  });
  index.spelling = SpellingIndex.load({ words: header.words, counts: words('uses') });
  index.live = new BitSet(words('live'));
  index.slots = {
    ids: header.ids,
    revisions: header.revisions,
    published: header.published,
    counted: new BitSet(words('counted')),
  };
  index.restoreDerived();
  return index;
}
