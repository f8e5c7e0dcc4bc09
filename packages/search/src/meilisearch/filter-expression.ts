import { type Viewer, viewerTokens } from '../audience.ts';
import { publishedRange } from '../embedded/catalogue.ts';
import type { Filter } from '../filter.ts';
import { facetFields } from '../index-document.ts';
import type { SearchQuery } from '../learning-index.ts';
import { documentKey, termValue } from './term-key.ts';

const everything = 'audience EXISTS';
const nothing = 'audience NOT EXISTS';

/** Conditions that all have to hold; of a list among them, one has to. */
export type EngineFilter = (string | string[])[];

/** A value in quotes, as the engine's filter language reads it. */
export function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Documents that a viewer may see. Every query carries it. */
export function audienceExpression(viewer: Viewer): string {
  return `audience IN [${viewerTokens(viewer).map(quoted).join(', ')}]`;
}

/** So many ids in one expression: the engine reads a long one in a time that grows with the square of its length. */
const idsTogether = 50;

/** Every document but some. */
function exceptExpressions(ids: readonly string[]): string[] {
  const keys = ids.map((id) => quoted(documentKey(id)));
  return Array.from({ length: Math.ceil(keys.length / idsTogether) }, (_, i) => {
    const some = keys.slice(i * idsTogether, (i + 1) * idsTogether);
    return `key NOT IN [${some.join(', ')}]`;
  });
}

/** Documents that a query is asked of: those that its viewer may see and its filter lets through, without those left out. */
export function scopeExpressions({
  viewer,
  filter,
  except = [],
}: Pick<SearchQuery, 'viewer' | 'filter' | 'except'>): string[] {
  return [
    audienceExpression(viewer),
    ...(filter === undefined ? [] : [filterExpression(filter)]),
    ...exceptExpressions(except),
  ];
}

/** Documents that hold at least one of some terms. */
export function anyTermExpression(terms: readonly string[]): string {
  const values = terms.map((term) => quoted(termValue(term)));
  return values.length === 0 ? nothing : `terms IN [${values.join(', ')}]`;
}

/** A filter tree in the engine's language. A field that is not one of the facets is a RangeError. */
function filterExpression(filter: Filter): string {
  switch (filter.kind) {
    case 'any-of':
      if (!facetFields.includes(filter.field)) throw new RangeError('Not a field to filter by');
      return filter.codes.length === 0 ? nothing : `${filter.field} IN [${filter.codes.map(quoted).join(', ')}]`;
    case 'and':
      return combined(filter.filters, 'AND', everything);
    case 'or':
      return combined(filter.filters, 'OR', nothing);
    case 'not':
      return `NOT (${filterExpression(filter.filter)})`;
    case 'published': {
      const [from, to] = publishedRange(filter);
      const bounds = [
        ...(Number.isFinite(from) ? [`published >= ${from}`] : []),
        ...(Number.isFinite(to) ? [`published < ${to}`] : []),
      ];
      return bounds.length === 0 ? everything : bounds.join(' AND ');
    }
  }
}

function combined(filters: readonly Filter[], operator: 'AND' | 'OR', empty: string): string {
  return filters.length === 0 ? empty : filters.map((each) => `(${filterExpression(each)})`).join(` ${operator} `);
}
