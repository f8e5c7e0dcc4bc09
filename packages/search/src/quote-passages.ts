import { analyse, conceptPrefix } from './analysis/analyse.ts';
import { conceptMatcher } from './analysis/concept-matcher.ts';
import type { Passage, PassageField } from './index-document.ts';
import type { Segment } from './learning-index.ts';

/** A record to quote from: its passages in reading order. */
export type Quotable = { readonly id: string; readonly passages: readonly Passage[] };

/** A quotation: words of one passage as they stand, what answers marked. `weight` compares quotations of one quoter; 0 when nothing answers. */
export type Quotation = {
  readonly field: PassageField;
  readonly segments: readonly Segment[];
  readonly weight: number;
  /** The sentences quoted, each as a name that no other sentence of the quoter's records has. */
  readonly sentences: readonly string[];
};

type Mark = { readonly start: number; readonly end: number; readonly term: string };
type Sentence = { readonly start: number; readonly end: number; readonly marks: readonly Mark[] };
type ReadPassage = { readonly field: PassageField; readonly text: string; readonly sentences: readonly Sentence[] };

const longestQuotation = 340;
const mostSentences = 3;
const conceptWeight = 0.8;
const relatedWeight = 0.25;
/** What the subject of a group counts for against the words of the query: a quotation is about its group first. */
const subjectWeight = 1.6;
/** A term that more of the sentences hold than this says too little to be marked. */
const commonShare = 0.08;
/** ... unless these are all. */
const fewSentences = 6;

/**
 * Quotes from records the sentences that best answer a query about a subject: the query's own stems and concepts, and the subject's, by
 * how rare they are among the sentences of these records. Nothing is worded anew, and nothing outside the records given plays a part.
 */
export class PassageQuoter {
  readonly #passages: ReadonlyMap<string, readonly ReadPassage[]>;
  readonly #frequencies = new Map<string, number>();
  readonly #wanted: ReadonlyMap<string, number>;
  #sentences = 0;

  constructor(records: readonly Quotable[], words: string) {
    this.#passages = new Map(records.map(({ id, passages }) => [id, passages.map((passage) => this.#read(passage))]));
    this.#wanted = termsWanted(words);
  }

  /**
   * The best quotation of a record on a subject, out of some of its fields, the earlier ones preferred, that holds none of the sentences to be
   * left out; undefined when there is none.
   */
  quote(
    id: string,
    subject: string,
    fields: readonly PassageField[],
    without: ReadonlySet<string> = new Set(),
  ): Quotation | undefined {
    const wanted = new Map(this.#wanted);
    for (const [term, weight] of termsWanted(subject)) {
      wanted.set(term, Math.max(wanted.get(term) ?? 0, weight * subjectWeight));
    }
    let best: { passage: ReadPassage; from: number; to: number; weight: number; sentences: string[] } | undefined;
    for (const [order, field] of fields.entries()) {
      for (const [place, passage] of (this.#passages.get(id) ?? []).entries()) {
        if (passage.field !== field) continue;
        for (const window of windowsOf(passage.sentences)) {
          const names = passage.sentences.slice(window.from, window.to).map(({ start }) => `${id} ${place} ${start}`);
          if (names.some((name) => without.has(name))) continue;
          const weight = this.#weigh(passage.sentences.slice(window.from, window.to), wanted) * 0.95 ** order;
          if (best === undefined || weight > best.weight) best = { passage, ...window, weight, sentences: names };
        }
      }
    }
    if (best === undefined) return undefined;
    const { passage, from, to, weight, sentences } = best;
    const telling = (term: string) =>
      (wanted.get(term) ?? 0) > relatedWeight &&
      (this.#frequencies.get(term) ?? 0) <= Math.max(fewSentences, this.#sentences * commonShare);
    return { field: passage.field, weight, sentences, segments: segmentsOf(passage, from, to, telling) };
  }

  #read({ field, text }: Passage): ReadPassage {
    const tokens = analyse(text);
    const marks: Mark[] = tokens.flatMap(({ start, end, stem, stop }) => (stop ? [] : [{ start, end, term: stem }]));
    for (const { concept, first, last } of conceptMatcher().find(tokens)) {
      const [start, end] = [tokens[first]?.start, tokens[last]?.end];
      if (start !== undefined && end !== undefined) marks.push({ start, end, term: conceptPrefix + concept.id });
    }
    const sentences = sentencesOf(text).map(({ start, end }) => ({
      start,
      end,
      marks: marks.filter((mark) => mark.start >= start && mark.end <= end),
    }));
    for (const sentence of sentences) {
      this.#sentences += 1;
      for (const term of new Set(sentence.marks.map((mark) => mark.term))) {
        this.#frequencies.set(term, (this.#frequencies.get(term) ?? 0) + 1);
      }
    }
    return { field, text, sentences };
  }

  #weigh(sentences: readonly Sentence[], wanted: ReadonlyMap<string, number>): number {
    const found = new Set(sentences.flatMap(({ marks }) => marks.map(({ term }) => term)));
    let weight = 0;
    for (const term of found) {
      const asked = wanted.get(term);
      if (asked === undefined) continue;
      weight += asked * Math.log(1 + this.#sentences / (1 + (this.#frequencies.get(term) ?? 0)));
    }
    // A longer quotation has to earn its length.
    return weight / (1 + 0.2 * (sentences.length - 1));
  }
}

function termsWanted(words: string): Map<string, number> {
  const tokens = analyse(words);
  const wanted = new Map<string, number>();
  const want = (term: string, weight: number) => wanted.set(term, Math.max(wanted.get(term) ?? 0, weight));
  for (const { stem, stop } of tokens) if (!stop) want(stem, 1);
  for (const { concept } of conceptMatcher().find(tokens)) {
    want(conceptPrefix + concept.id, conceptWeight);
    for (const related of concept.related ?? []) want(conceptPrefix + related, relatedWeight);
  }
  return wanted;
}

/** Sentences by their ends; a paragraph ends one too. Initials and abbreviations do not: a capital or a quote must follow. */
function sentencesOf(text: string): { start: number; end: number }[] {
  const sentences: { start: number; end: number }[] = [];
  let start = 0;
  const cut = (end: number) => {
    const lead = text.slice(start, end).search(/\S/);
    if (lead >= 0) sentences.push({ start: start + lead, end: start + text.slice(start, end).trimEnd().length });
    start = end;
  };
  for (const match of text.matchAll(/[.?!]["”’)]*\s+(?=["“‘(]?[\p{Lu}\d])|\n+/gu)) cut(match.index + match[0].length);
  cut(text.length);
  return sentences;
}

function* windowsOf(sentences: readonly Sentence[]): Generator<{ from: number; to: number }> {
  for (let from = 0; from < sentences.length; from += 1) {
    for (let to = from + 1; to <= Math.min(from + mostSentences, sentences.length); to += 1) {
      const length = (sentences[to - 1]?.end ?? 0) - (sentences[from]?.start ?? 0);
      if (to > from + 1 && length > longestQuotation) break;
      yield { from, to };
    }
  }
}

function segmentsOf(passage: ReadPassage, from: number, to: number, isMarked: (term: string) => boolean): Segment[] {
  const { text, sentences } = passage;
  const start = sentences[from]?.start ?? 0;
  const end = sentences[to - 1]?.end ?? text.length;
  const marks = sentences
    .slice(from, to)
    .flatMap((sentence) => sentence.marks)
    .filter(({ term }) => isMarked(term))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const segments: Segment[] = [];
  let at = start;
  for (const mark of marks) {
    if (mark.start < at) continue;
    if (mark.start > at) segments.push({ text: text.slice(at, mark.start), mark: false });
    segments.push({ text: text.slice(mark.start, mark.end), mark: true });
    at = mark.end;
  }
  if (at < end) segments.push({ text: text.slice(at, end), mark: false });
  if (start > 0) segments.unshift({ text: '… ', mark: false });
  if (end < text.trimEnd().length) segments.push({ text: ' …', mark: false });
  return segments;
}
