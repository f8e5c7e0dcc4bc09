import { conceptPrefix } from '../analysis/analyse.ts';
import { type HighlightTerms, highlight } from '../highlights.ts';
import type { FacetField } from '../index-document.ts';
import type { FacetCount, SearchAnswer, SearchQuery } from '../learning-index.ts';
import { fieldNorms } from '../ranking/field-norms.ts';
import { planQuery, type QueryPlan } from '../ranking/query-plan.ts';
import { rankingWeights } from '../ranking/weights.ts';
import { Accumulator, accumulate, best, type NumberedTerm } from './matching.ts';
import type { MemoryIndex } from './memory-index.ts';

const accumulator = new Accumulator();

/** What to mark for a planned query. */
export function highlightTerms(plan: QueryPlan): HighlightTerms {
  const stems = new Map<string, number>();
  const concepts = new Map<string, number>();
  for (const { term, weight, idf } of plan.terms) {
    if (term.startsWith(conceptPrefix)) concepts.set(term.slice(conceptPrefix.length), weight * idf);
    else stems.set(term, weight * idf);
  }
  return { stems, concepts };
}

/** Answers a query from the index in memory. */
export function answerQuery(index: MemoryIndex, query: SearchQuery): SearchAnswer {
  const statistics = index.statistics();
  const allowed = index.allowed(query.viewer, query.filter);
  const plan = planQuery(query.words, statistics, rankingWeights);
  accumulator.reset(index.slotCount);
  if (plan.terms.length === 0) {
    for (const slot of allowed.values()) accumulator.touched[accumulator.count++] = slot;
  } else {
    const terms = plan.terms.flatMap(({ term, weight, idf, anchor }): NumberedTerm[] => {
      const number = index.lexicon.numberOf(term);
      return number === undefined ? [] : [{ number, impact: weight * idf, anchor }];
    });
    const norms = fieldNorms(statistics.averageLengths, rankingWeights);
    accumulate(accumulator, index.segments, terms, allowed, norms, rankingWeights.k1);
  }
  const { scores, touched, count } = accumulator;
  const byId = (a: number, b: number) => (index.idOf(a) < index.idOf(b) ? -1 : 1);
  const byTime = (a: number, b: number) => index.publishedAt(b) - index.publishedAt(a) || byId(a, b);
  const byScore = (a: number, b: number) => (scores[b] ?? 0) - (scores[a] ?? 0) || byTime(a, b);
  const ordered = best(
    touched,
    count,
    query.offset + query.limit,
    query.sort === 'newest' || plan.terms.length === 0 ? byTime : byScore,
  );
  const marked = highlightTerms(plan);
  return {
    total: count,
    hits: ordered.slice(query.offset, query.offset + query.limit).map((slot) => ({
      id: index.idOf(slot),
      score: scores[slot] ?? 0,
      highlights: highlight(index.passages(slot), marked),
    })),
    facets: countFacets(index, touched, count, query.facets ?? []),
  };
}

/** Counts codes over some slots, most frequent first. */
export function countFacets(
  index: MemoryIndex,
  slots: Uint32Array,
  count: number,
  fields: readonly FacetField[],
): Partial<Record<FacetField, FacetCount[]>> {
  const facets: Partial<Record<FacetField, FacetCount[]>> = {};
  if (fields.length === 0) return facets;
  for (const field of fields) facets[field] = [];
  const counts = new Uint32Array(index.catalogue.size);
  for (let i = 0; i < count; i += 1) {
    const slot = slots[i] ?? 0;
    const segment = index.segmentOf(slot);
    if (segment === undefined) continue;
    const local = slot - segment.firstSlot;
    const end = segment.codeOffsets[local + 1] ?? 0;
    for (let at = segment.codeOffsets[local] ?? 0; at < end; at += 1) {
      const code = segment.codes[at] ?? 0;
      counts[code] = (counts[code] ?? 0) + 1;
    }
  }
  counts.forEach((number, code) => {
    const value = index.catalogue.valueOf(code);
    if (number === 0 || value === undefined) return;
    facets[value.field as FacetField]?.push({ code: value.code, count: number });
  });
  for (const field of fields) facets[field]?.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return facets;
}
