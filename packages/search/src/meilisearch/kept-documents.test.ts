import { describe, expect, it } from 'vitest';
import { editionOf, keyOf } from './edition.ts';
import { KeptDocuments } from './kept-documents.ts';

const document = (key: string, digest = 'as it was') => ({
  edition: editionOf(key, digest),
  words: `the words of ${key}`,
});
type Document = ReturnType<typeof document>;

/** What had to be read to bring these. */
async function readFor(kept: KeptDocuments<Document>, named: readonly Document[], meanwhile?: () => void) {
  const read: string[] = [];
  const found = await kept.bring(
    named.map(({ edition }) => edition),
    async (keys) => {
      read.push(...keys);
      meanwhile?.();
      return named.filter(({ edition }) => keys.includes(keyOf(edition)));
    },
  );
  expect(found).toHaveLength(named.length);
  expect(found).toEqual(expect.arrayContaining([...named]));
  return read;
}

describe('KeptDocuments', () => {
  it('reads a document again only when the engine no longer holds just that', async () => {
    const kept = new KeptDocuments<Document>(100);
    expect(await readFor(kept, [document('a'), document('b')])).toEqual(['a', 'b']);
    expect(await readFor(kept, [document('a'), document('b', 'changed')])).toEqual(['b']);
    expect(await readFor(kept, [document('b', 'changed')])).toEqual([]);
  });

  it('gives nothing of what is neither kept nor there', async () => {
    const kept = new KeptDocuments<Document>(100);
    expect(await kept.bring([document('a').edition], async () => [])).toEqual([]);
  });

  it('lets go of what was removed', async () => {
    const kept = new KeptDocuments<Document>(100);
    await readFor(kept, [document('a'), document('b')]);
    kept.forget([document('a').edition]);
    expect(await readFor(kept, [document('a'), document('b')])).toEqual(['a']);
    kept.forget();
    expect(await readFor(kept, [document('a'), document('b')])).toEqual(['a', 'b']);
  });

  it('keeps nothing that was read while something was removed', async () => {
    const kept = new KeptDocuments<Document>(100);
    await readFor(kept, [document('a')], () => kept.forget([document('a').edition]));
    expect(await readFor(kept, [document('a')])).toEqual(['a']);
  });

  it('lets go of what was not asked for longest when there is more than fits', async () => {
    const kept = new KeptDocuments<Document>(25, () => 10);
    await readFor(kept, [document('a'), document('b')]);
    expect(await readFor(kept, [document('a')])).toEqual([]);
    expect(await readFor(kept, [document('c')])).toEqual(['c']);
    expect(await readFor(kept, [document('a'), document('c')])).toEqual([]);
    expect(await readFor(kept, [document('b')])).toEqual(['b']);
  });
});
