import porter2 from 'wink-porter2-stemmer';
import { irregularForms } from './irregular-forms.ts';

const remembered = new Map<string, string>();
const mostRemembered = 200_000;

/** One spelling for the British and American forms, so that "radicalization" finds "radicalisation". */
function oneSpelling(word: string): string {
  if (word.length < 6) return word;
  return word
    .replace(/iz(e[drs]?|ers|ing|ations?|ational)$/, 'is$1')
    .replace(/yz(e[drs]?|ers|ing)$/, 'ys$1')
    .replace(/^(.{3,}[a-z])our(s|ed|ing|al|ally|able|ful|ite|hood|less)?$/, '$1or$2');
}

/**
 * The stem of a lower-case word: irregular forms to their root, British and American spellings to one, then the
 * Snowball English ("Porter2") stemmer. Words with digits are codes ("s47") and stay as they are.
 */
export function stem(word: string): string {
  const known = remembered.get(word);
  if (known !== undefined) return known;
  const stemmed = /[^a-z]/.test(word) ? word : porter2(oneSpelling(irregularForms.get(word) ?? word));
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(word, stemmed);
  return stemmed;
}
