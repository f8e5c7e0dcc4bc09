import { termConcepts } from '@practice-exchange/vocabulary';
import { conceptPrefix } from './analysis/analyse.ts';
import { Beginnings } from './analysis/beginnings.ts';
import { conceptMatcher } from './analysis/concept-matcher.ts';
import { stem } from './analysis/stem.ts';
import { stopWords } from './analysis/stop-words.ts';
import { foldWord, nextWord, tokenise } from './analysis/tokenise.ts';
import type { Passage } from './index-document.ts';
import type { Highlight, Segment } from './learning-index.ts';
import type { QueryPlan } from './ranking/query-plan.ts';

/** What to mark: stems by weight, and concepts whose every wording counts; and how words that may be marked begin. */
export type HighlightTerms = {
  readonly stems: ReadonlyMap<string, number>;
  readonly concepts: ReadonlyMap<string, number>;
  readonly beginnings: Beginnings;
};

/** What weighs less than this share of what weighs most is not marked: it tells a reader nothing. */
const leastTelling = 0.2;

/** What to mark for a planned query: what makes a match and tells something. */
export function highlightTerms(plan: Pick<QueryPlan, 'terms'>): HighlightTerms {
  const least = leastTelling * Math.max(...plan.terms.map(({ weight, idf }) => weight * idf));
  const stems = new Map<string, number>();
  const concepts = new Map<string, number>();
  for (const { term, weight, idf, anchor } of plan.terms) {
    if (!anchor || weight * idf < least) continue;
    if (term.startsWith(conceptPrefix)) concepts.set(term.slice(conceptPrefix.length), weight * idf);
    else stems.set(term, weight * idf);
  }
  const beginnings = new Beginnings();
  for (const stemmed of stems.keys()) beginnings.add(stemmed);
  for (const { id, preferred, alternatives } of concepts.size === 0 ? [] : termConcepts) {
    if (!concepts.has(id)) continue;
    for (const wording of [preferred, ...alternatives]) {
      const [first] = tokenise(wording);
      if (first !== undefined) beginnings.add(stem(first.word));
    }
  }
  return { stems, concepts, beginnings };
}

const fragmentLength = 260;
const mostFragments = 3;

type Mark = { readonly start: number; readonly end: number; readonly weight: number; readonly term: string };

function marksOf(text: string, { stems, concepts, beginnings }: HighlightTerms): Mark[] {
  const marks: Mark[] = [];
  const spans = beginnings.candidates(text);
  let free = 0;
  for (let i = 0; i < spans.length; i += 2) {
    const [start, end] = [spans[i] as number, spans[i + 1] as number];
    const word = foldWord(text.slice(start, end));
    const stemmed = stem(word);
    const weight = stems.get(stemmed);
    if (weight !== undefined && !stopWords.has(word) && (word.length > 1 || /\d/.test(word))) {
      marks.push({ start, end, weight, term: stemmed });
    }
    if (concepts.size === 0 || start < free) continue;
    const ends = [end];
    const stemAt = (place: number) => {
      if (place === 0) return stemmed;
      const next = nextWord(text, ends[place - 1] as number);
      if (next === undefined) return undefined;
      ends[place] = next.end;
      return stem(next.word);
    };
    for (const { concept, last } of conceptMatcher().findAt(0, stemAt)) {
      free = ends[last] as number;
      const conceptWeight = concepts.get(concept.id);
      if (conceptWeight !== undefined) marks.push({ start, end: free, weight: conceptWeight, term: `~${concept.id}` });
    }
  }
  return marks.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The best window of a passage: the one whose distinct marked terms weigh most. */
function bestWindow(text: string, marks: readonly Mark[]): { from: number; to: number; weight: number } {
  let best = { from: 0, to: Math.min(text.length, fragmentLength), weight: 0 };
  for (const [i, { start }] of marks.entries()) {
    const seen: string[] = [];
    let weight = 0;
    for (let next = i; next < marks.length; next += 1) {
      const mark = marks[next] as Mark;
      if (mark.end > start + fragmentLength) break;
      if (seen.includes(mark.term)) continue;
      weight += mark.weight;
      seen.push(mark.term);
    }
    if (weight > best.weight) best = { from: start, to: Math.min(text.length, start + fragmentLength), weight };
  }
  return best;
}

/** Widens a window to begin at a sentence when one begins near, and else at a word. */
function atBoundaries(text: string, from: number, to: number): [from: number, to: number] {
  let start = from;
  const before = text.slice(Math.max(0, from - 120), from);
  const sentence = Math.max(
    before.lastIndexOf('. '),
    before.lastIndexOf('? '),
    before.lastIndexOf('! '),
    before.lastIndexOf('\n'),
  );
  if (sentence >= 0) start = from - before.length + sentence + 1;
  else if (from <= 120) start = 0;
  else start = from - before.length + before.indexOf(' ') + 1;
  let end = to;
  if (end < text.length) {
    const space = text.lastIndexOf(' ', end);
    if (space > from) end = space;
  }
  while (start < end && /\s/.test(text[start] ?? '')) start += 1;
  return [start, end];
}

function segmentsOf(text: string, from: number, to: number, marks: readonly Mark[]): Segment[] {
  const segments: Segment[] = [];
  let at = from;
  for (const { start, end } of marks) {
    if (start < at || end > to) continue;
    if (start > at) segments.push({ text: text.slice(at, start), mark: false });
    segments.push({ text: text.slice(start, end), mark: true });
    at = end;
  }
  if (at < to) segments.push({ text: text.slice(at, to), mark: false });
  if (from > 0) segments.unshift({ text: '… ', mark: false });
  if (to < text.length) segments.push({ text: ' …', mark: false });
  return segments;
}

/**
 * The title whole, then the fragments that best answer the query, in the order of the record. When nothing in the prose
 * matches (a code did), the opening of the first passage after the title, unmarked.
 */
export function highlight(passages: readonly Passage[], terms: HighlightTerms): Highlight[] {
  const prose = passages.map((passage, order) => {
    const marks = marksOf(passage.text, terms);
    return { ...passage, order, marks, window: bestWindow(passage.text, marks) };
  });
  const titles = prose.filter(({ field }) => field === 'title');
  const others = prose.filter(({ field }) => field !== 'title');
  const best = others
    .filter(({ window }) => window.weight > 0)
    .sort((a, b) => b.window.weight - a.window.weight || a.order - b.order)
    .slice(0, mostFragments)
    .sort((a, b) => a.order - b.order);
  const shown = best.length > 0 ? best : others.slice(0, 1);
  return [
    ...titles.map(({ field, text, marks }) => ({ field, segments: segmentsOf(text, 0, text.length, marks) })),
    ...shown.map(({ field, text, marks, window }) => {
      const [from, to] = atBoundaries(text, window.from, window.to);
      return { field, segments: segmentsOf(text, from, to, marks) };
    }),
  ];
}
