import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

describe('the styles', () => {
  it('say in one file what a class looks like: two parts of the service that take the same name break each other', () => {
    const folder = new URL('../styles/', import.meta.url);
    const files = new Map<string, Set<string>>();
    for (const file of readdirSync(folder)) {
      for (const [, name = ''] of readFileSync(new URL(file, folder), 'utf8').matchAll(/^\.(app(?:-[a-z]+)+) \{/gm)) {
        files.set(name, (files.get(name) ?? new Set()).add(file));
      }
    }
    expect(files.size).toBeGreaterThan(50);
    expect([...files].filter(([, places]) => places.size > 1)).toEqual([]);
  });
});
