import { describe, expect, it } from 'vitest';
import { newId, sha256 } from './identifiers.ts';

describe('identifiers', () => {
  it('are UUIDs of version 7 that sort by the millisecond in which they were made', () => {
    const before = Date.now();
    const ids = Array.from({ length: 5_000 }, newId);
    const after = Date.now();
    expect(new Set(ids).size).toBe(ids.length);
    const moments = ids.map((id) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(before);
    expect(Math.max(...moments)).toBeLessThanOrEqual(after);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });

  it('hash with SHA-256: FIPS 180-4’s example, and a text as its UTF-8 bytes', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('Siân')).toBe(sha256(new TextEncoder().encode('Siân')));
  });
});
