import { type TermConcept, termConcepts } from '@practice-exchange/vocabulary';
import { stem } from './stem.ts';
import { tokenise } from './tokenise.ts';

/** A concept named in a run of tokens, from `first` to `last`, both included. */
export type ConceptMatch = { readonly concept: TermConcept; readonly first: number; readonly last: number };

type TrieNode = { readonly next: Map<string, TrieNode>; readonly concepts: TermConcept[] };

const newNode = (): TrieNode => ({ next: new Map(), concepts: [] });

/** Finds the wordings of concepts in stemmed text, longest first, by a trie over stems. */
export class ConceptMatcher {
  readonly #root = newNode();

  constructor(concepts: readonly TermConcept[]) {
    for (const concept of concepts) {
      for (const wording of [concept.preferred, ...concept.alternatives]) {
        let node = this.#root;
        for (const token of tokenise(wording)) {
          const key = stem(token.word);
          const next = node.next.get(key) ?? newNode();
          node.next.set(key, next);
          node = next;
        }
        if (node !== this.#root && !node.concepts.includes(concept)) node.concepts.push(concept);
      }
    }
  }

  /** Every place where a concept is named. At each place only the longest wording counts; matches do not overlap. */
  find(tokens: readonly { readonly stem: string }[]): ConceptMatch[] {
    const found: ConceptMatch[] = [];
    let at = 0;
    while (at < tokens.length) {
      const matches = this.findAt(at, (place) => tokens[place]?.stem);
      found.push(...matches);
      at = (matches[0]?.last ?? at) + 1;
    }
    return found;
  }

  /** The concepts of the longest wording that begins at one place; `stemAt` gives the stems of the text, undefined beyond its end. */
  findAt(first: number, stemAt: (place: number) => string | undefined): ConceptMatch[] {
    let node = this.#root;
    let last = first;
    let concepts: readonly TermConcept[] = [];
    for (let ahead = first; ; ahead += 1) {
      const stem = stemAt(ahead);
      const next = stem === undefined ? undefined : node.next.get(stem);
      if (next === undefined) break;
      node = next;
      if (node.concepts.length > 0) {
        concepts = node.concepts;
        last = ahead;
      }
    }
    return concepts.map((concept) => ({ concept, first, last }));
  }
}

let shared: ConceptMatcher | undefined;

/** The matcher over the vocabulary's concepts, made at first use. */
export function conceptMatcher(): ConceptMatcher {
  shared ??= new ConceptMatcher(termConcepts);
  return shared;
}
