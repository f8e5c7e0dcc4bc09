import { filterFields, type SearchAdvice, type SearchFilters, type SearchRequest } from '@practice-exchange/protocol';
import { nearConcepts } from '@practice-exchange/search';
import { type Asker, type Context, type Found, find } from './find.ts';

/** With fewer results than this, filters are worth dropping. */
const few = 3;
const mostConcepts = 3;
/** Concepts that are tried, nearest first, before giving up. */
const mostTried = 6;

/**
 * What to try when a search found little or nothing: each filter left out, all of them, a broader or related concept. Each with the number of
 * records that the asker would find, and none that would find no more than now.
 */
export async function adviseOn(
  context: Context,
  request: SearchRequest,
  asker: Asker,
  found: Found,
): Promise<SearchAdvice[]> {
  const { q, filters = {} } = request;
  const active = [...filterFields.filter((field) => (filters[field]?.length ?? 0) > 0), ...likeMineOf(filters)];
  if (found.total >= few || (found.total > 0 && active.length === 0)) return [];
  const count = async (words: string, tried: SearchFilters) => {
    const wanted = { offset: 0, limit: 1, degraded: found.degraded };
    return (await find(context, { q: words, filters: tried }, asker, wanted)).total;
  };
  const advice: SearchAdvice[] = [];
  for (const field of active) {
    const { [field]: _, ...rest } = filters;
    const total = await count(q, rest);
    if (total > found.total) advice.push({ kind: 'without-filter', field, total });
  }
  if (active.length > 1) {
    const total = await count(q, {});
    if (total > Math.max(found.total, ...advice.map((each) => each.total))) {
      advice.push({ kind: 'without-filters', total });
    }
  }
  if (found.total > 0) return advice;
  const concepts: SearchAdvice[] = [];
  for (const { words, relation } of nearConcepts(found.didYouMean ?? q).slice(0, mostTried)) {
    const total = await count(words, filters);
    if (total > 0) concepts.push({ kind: 'concept', words, relation, total });
    if (concepts.length === mostConcepts) break;
  }
  return [...advice, ...concepts];
}

function likeMineOf({ likeMine }: SearchFilters): 'likeMine'[] {
  return likeMine ? ['likeMine'] : [];
}
