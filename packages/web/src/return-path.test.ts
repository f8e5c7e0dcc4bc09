import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeReturnPath } from './return-path.ts';

describe('safeReturnPath', () => {
  it.each(['/', '/reviews', '/search?q=a%20b&page=2', '/learning/LR-1#situation'])('keeps %s', (path) => {
    expect(safeReturnPath(path)).toBe(path);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '/..//evil.example',
    '/\t/evil.example',
    '/%0d%0aset-cookie:x'.replace('%0d%0a', '\r\n'),
    'javascript:alert(1)',
    '/sign-in',
    '/sign-in/demo/tom-reader',
    '/sign-out',
    '',
    undefined,
    ['/a', '/b'],
    `/${'a'.repeat(2000)}`,
  ])('refuses %j', (wanted) => {
    expect(safeReturnPath(wanted)).toBe('/');
  });

  it('never leads to another origin, whatever it is given', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('/', '\\', '.', '@', ':', '?', '#', '%', '2f', 'evil.example', '\t', ' ') }),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(hostile, (wanted) => {
        const path = safeReturnPath(wanted);
        expect(new URL(path, 'https://node.example').origin).toBe('https://node.example');
        expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/);
      }),
      { numRuns: 2000 },
    );
  });
});
