import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkup, highlightMarkup } from './markup.ts';
import { codeLabel, countOf, inWords, readableNumber } from './wording.ts';

describe('wording', () => {
  it('counts with the right noun and separators', () => {
    expect(countOf(0, 'result')).toBe('0 results');
    expect(countOf(1, 'result')).toBe('1 result');
    expect(countOf(1204, 'result')).toBe('1,204 results');
    expect(countOf(2, 'authority', 'authorities')).toBe('2 authorities');
    expect(readableNumber(12345.678)).toBe('12,345.68');
  });

  it('joins as in a sentence', () => {
    expect(inWords([])).toBe('');
    expect(inWords(['a'])).toBe('a');
    expect(inWords(['a', 'b', 'c'])).toBe('a, b and c');
  });

  it('reads codes from the vocabulary and keeps those it does not know yet', () => {
    expect(codeLabel('child-in-need', 'thresholdDecisions')).toBe('Child in need');
    expect(codeLabel('newer-code', 'thresholdDecisions')).toBe('newer-code');
    expect(() => codeLabel('x', 'constructor')).toThrow(/no list of codes called constructor/);
  });
});

describe('highlights', () => {
  it('mark what answers the search and let no markup through', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.string({ unit: 'binary' }), mark: fc.boolean() })), (segments) => {
        const markup = highlightMarkup(segments);
        expect(markup.replaceAll('<mark>', '').replaceAll('</mark>', '')).not.toMatch(/[<>"']/);
        expect(markup.split('<mark>').length - 1).toBe(segments.filter(({ mark }) => mark).length);
      }),
    );
  });

  it('can be read back as they were', () => {
    expect(escapeMarkup(`<a href="x">'&amp;`)).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;');
  });
});
