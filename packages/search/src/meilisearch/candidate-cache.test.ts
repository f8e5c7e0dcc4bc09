import { describe, expect, it } from 'vitest';
import { CandidateCache, type Held } from './candidate-cache.ts';

const held = (key: string, digest = 'as it was'): Held => ({
  key,
  id: key,
  published: 0,
  stream: new Uint32Array(10),
  lengths: new Uint16Array(10),
  digest,
});

const onPage = (key: string) => ({ key, digest: 'as it was', passages: [['title', 'Words']] as const });

describe('CandidateCache', () => {
  it('gives what is kept of a document only while the engine holds just that', async () => {
    const cache = new CandidateCache();
    await cache.fill(async () => [held('a')]);
    await cache.fillPassages(async () => [onPage('a')]);
    expect(cache.get('a', 'as it was')).toMatchObject({ key: 'a' });
    expect(cache.passages('a', 'as it was')).toEqual([['title', 'Words']]);
    expect(cache.get('a', 'changed')).toBeUndefined();
    expect(cache.passages('a', 'changed')).toBeUndefined();
  });

  it('lets go of what was removed, numbers and words', async () => {
    const cache = new CandidateCache();
    await cache.fill(async () => [held('a'), held('b')]);
    await cache.fillPassages(async () => [onPage('a')]);
    cache.forget(['a']);
    expect(cache.get('a', 'as it was')).toBeUndefined();
    expect(cache.passages('a', 'as it was')).toBeUndefined();
    expect(cache.get('b', 'as it was')).toBeDefined();
    cache.forget();
    expect(cache.get('b', 'as it was')).toBeUndefined();
  });

  it('keeps nothing that was read while something was removed', async () => {
    const cache = new CandidateCache();
    const removing = async <T>(read: T) => {
      cache.forget(['a']);
      return [read];
    };
    expect(await cache.fill(() => removing(held('a')))).toHaveLength(1);
    await cache.fillPassages(() => removing(onPage('a')));
    expect(cache.get('a', 'as it was')).toBeUndefined();
    expect(cache.passages('a', 'as it was')).toBeUndefined();
  });

  it('lets go of what was not looked at for longest when there is more than fits', async () => {
    const cache = new CandidateCache(25);
    await cache.fill(async () => [held('a'), held('b')]);
    expect(cache.get('a', 'as it was')).toBeDefined();
    await cache.fill(async () => [held('c')]);
    expect(['a', 'b', 'c'].filter((key) => cache.get(key, 'as it was'))).toEqual(['a', 'c']);
  });
});
