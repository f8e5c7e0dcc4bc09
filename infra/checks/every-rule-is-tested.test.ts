import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

it('every rule of FEDERATION.md is named by a test', () => {
  const rules = [...read('FEDERATION.md').matchAll(/^- \*\*([A-Z]{3}-\d+)\*\*/gm)].map((match) => match[1] ?? '');
  const named = new Set<string>();
  // A test names its rules at the start of its title: 'JOI-1, JOI-2: …'.
  for (const file of globSync('{packages,services}/*/{src,tests}/**/*.test.ts', { cwd: root })) {
    for (const [, title = ''] of read(file).matchAll(/['`]((?:[A-Z]{3}-\d+,? ?)+):/g)) {
      for (const [rule] of title.matchAll(/[A-Z]{3}-\d+/g)) named.add(rule);
    }
  }
  // The suites are run in tests, against our own hub and node.
  for (const file of globSync('packages/conformance/src/{hub,node}/*.ts', { cwd: root })) {
    for (const [, rule = ''] of read(file).matchAll(/\b(?:check|refuses|rejects|see|holds)\(\s*'([A-Z]{3}-\d+)'/g)) {
      named.add(rule);
    }
  }
  expect(rules.length).toBeGreaterThan(190);
  expect(rules.filter((rule) => !named.has(rule))).toEqual([]);
});
