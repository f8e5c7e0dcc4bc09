import { describe, expect, it } from 'vitest';
import { seededRandom } from '../scoring/add-typos.ts';
import { spansInAnyScript, tokenise, wordSpans } from './tokenise.ts';

const words = (text: string) => tokenise(text).map(({ word }) => word);

describe('the words of a text', () => {
  it('are lower case, without apostrophes, possessive endings and accents', () => {
    expect(words("The Father’s car WON'T start; o'clock, s47 and co-operation")).toEqual(
      'the father car wont start oclock s47 and co operation'.split(' '),
    );
    expect(words('Zoë’s café (naïve)')).toEqual(['zoe', 'cafe', 'naive']);
  });

  it('are the same by the short way as by the long one', () => {
    const pieces = ["'", '’', 's', 'S', 'a', 'Bc', '4', ' ', '-', '“', '…', '\u00a0', 'é', 'ß', 'ж', '.', "'s", '’s '];
    const random = seededRandom(7);
    for (let run = 0; run < 20_000; run += 1) {
      const length = Math.floor(random() * 9);
      const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      expect(wordSpans(text), text).toEqual(spansInAnyScript(text));
    }
  });
});
