import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LearningIndex } from '../learning-index.ts';
import { learningIndexContract } from '../learning-index-contract.ts';
import { sampleLearning } from '../sample-learning.ts';
import { hangIndexThread, killIndexThread } from '../testing/index-thread-faults.ts';
import { embeddedIndex } from './embedded-index.ts';

learningIndexContract('embedded', () => embeddedIndex());

describe('the embedded index', () => {
  let folder: string;
  let index: LearningIndex;
  const snapshotPath = () => path.join(folder, 'index');
  const query = {
    words: 'kestrel',
    viewer: { authority: null, region: null },
    sort: 'relevance',
    offset: 0,
    limit: 10,
  } as const;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'embedded-index-'));
    index = await embeddedIndex({ snapshotPath: snapshotPath(), patience: 1_500 });
    await index.index([sampleLearning({ id: 'a', record: { title: 'A kestrel' } })]);
    await index.setWhole(true);
  });
  afterEach(async () => {
    await index.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['is killed', killIndexThread],
    ['hangs', hangIndexThread],
  ])('refuses while its thread %s, and goes on with a new one that is not whole', async (_fault, cause) => {
    await cause();
    expect(await index.health()).toMatchObject({ ok: false });
    await expect(index.search(query)).rejects.toMatchObject({ code: 'search-unavailable' });
    await vi.waitFor(async () => expect(await index.count()).toBe(0), { timeout: 15_000, interval: 50 });
    expect(await index.isWhole()).toBe(false);
    await index.index([sampleLearning({ id: 'b', record: { title: 'Another kestrel' } })]);
    expect((await index.search(query)).hits.map(({ id }) => id)).toEqual(['b']);
    expect((await index.health()).ok).toBe(true);
  });

  it('begins from its snapshot, not as whole; from one of other settings, or a damaged one, empty', async () => {
    await index.close();
    index = await embeddedIndex({ snapshotPath: snapshotPath() });
    expect((await index.search(query)).hits.map(({ id }) => id)).toEqual(['a']);
    expect(await index.isWhole()).toBe(false);
    await index.close();
    const saved = await readFile(snapshotPath());
    for (const damaged of [
      Buffer.from(saved.toString('latin1').replace(index.settingsVersion, '000000000000'), 'latin1'),
      saved.subarray(0, saved.length - 9),
    ]) {
      await writeFile(snapshotPath(), damaged);
      index = await embeddedIndex({ snapshotPath: snapshotPath() });
      expect(await index.count()).toBe(0);
      await index.close();
    }
  });

  it('keeps no snapshot of words that were taken back', async () => {
    await index.close();
    index = await embeddedIndex({ snapshotPath: snapshotPath() });
    expect(await readdir(folder)).toEqual(['index']);
    await index.remove(['a']);
    expect(await readdir(folder)).toEqual([]);
  });
});
