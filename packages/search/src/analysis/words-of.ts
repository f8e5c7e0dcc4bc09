import type { IndexDocument } from '../index-document.ts';
import { tokenise } from './tokenise.ts';

/** The distinct words of a document's prose, as written: what the spelling dictionary counts. */
export function wordsOf(passages: IndexDocument['passages']): Set<string> {
  const words = new Set<string>();
  for (const { text } of passages) for (const { word } of tokenise(text)) words.add(word);
  return words;
}
