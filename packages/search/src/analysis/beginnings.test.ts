import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Beginnings } from './beginnings.ts';
import { irregularForms } from './irregular-forms.ts';
import { stem } from './stem.ts';
import { foldWord, wordSpans } from './tokenise.ts';

const words = new Set([
  ...['flying', 'flies', 'sizing', 'sized', 'size', 'dying', 'skies', "parents'", 'radicalization', 'behaviour', 's47'],
  ...irregularForms.keys(),
  // Some thousand words of plain English.
  ...readFileSync(new URL('../../../../GLOSSARY.md', import.meta.url), 'utf8').split(/[^a-z]+/i),
]);

describe('beginnings', () => {
  it('leave out no word that has the stem', () => {
    for (const word of words) {
      const text = `Then ${word} again.`;
      const span = wordSpans(text).slice(2, 4);
      if (span[0] === undefined || word === '') continue;
      const beginnings = new Beginnings();
      beginnings.add(stem(foldWord(text.slice(...span))));
      const found = beginnings.candidates(text);
      expect(
        found.some((start, i) => i % 2 === 0 && start === span[0] && found[i + 1] === span[1]),
        word,
      ).toBe(true);
    }
  });

  it('leave out most other words, find nothing inside a word, and everything in another script', () => {
    const beginnings = new Beginnings();
    beginnings.add(stem('parents'));
    const text = "The apparent reason: parents, a parent’s view, d'parents and the school.";
    const found = beginnings.candidates(text);
    const spans = Array.from({ length: found.length / 2 }, (_, i) => text.slice(found[i * 2], found[i * 2 + 1]));
    expect(spans).toEqual(['parents', 'parent’s']);
    expect(beginnings.candidates('Über Eltern')).toEqual([0, 4, 5, 11]);
    expect(new Beginnings().candidates(text)).toEqual([]);
  });
});
