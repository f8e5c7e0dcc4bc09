import type { FacetField } from '../index-document.ts';
import type { FacetCount } from '../learning-index.ts';
import type { BitSet } from './bit-set.ts';
import type { Catalogue } from './catalogue.ts';

/** Counts the codes of some fields over some slots, most frequent first. */
export function countFacets(
  catalogue: Catalogue,
  slots: BitSet,
  fields: readonly FacetField[],
): Partial<Record<FacetField, FacetCount[]>> {
  const facets: Partial<Record<FacetField, FacetCount[]>> = {};
  if (fields.length === 0) return facets;
  for (const field of fields) facets[field] = [];
  for (const { field, code, count } of catalogue.countOver(slots)) if (count > 0) facets[field]?.push({ code, count });
  for (const field of fields) facets[field]?.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return facets;
}
