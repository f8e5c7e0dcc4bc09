import { type Viewer, viewerTokens } from '../audience.ts';
import { publishedRange } from '../embedded/catalogue.ts';
import type { Filter } from '../filter.ts';
import { facetFields } from '../index-document.ts';
import { documentKey, termValue } from './term-key.ts';

const everything = 'audience EXISTS';
const nothing = 'audience NOT EXISTS';

/** A value in quotes, as the engine's filter language reads it. */
export function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Documents that a viewer may see. Every query carries it. */
export function audienceExpression(viewer: Viewer): string {
  return `audience IN [${viewerTokens(viewer).map(quoted).join(', ')}]`;
}

/** Every document but some. */
export function exceptExpression(ids: readonly string[]): string {
  return `key NOT IN [${ids.map((id) => quoted(documentKey(id))).join(', ')}]`;
}

/** Documents that hold at least one of some terms. */
export function anyTermExpression(terms: readonly string[]): string {
  const values = terms.map((term) => quoted(termValue(term)));
  if (values.length === 1) return `terms = ${values[0]}`;
  return values.length === 0 ? nothing : `terms IN [${values.join(', ')}]`;
}

/** Documents that several expressions all let through. */
export function allExpression(expressions: readonly string[]): string {
  return combined(expressions, 'AND', everything);
}

/** A filter tree in the engine's language. A field that is not one of the facets is a RangeError. */
export function filterExpression(filter: Filter): string {
  switch (filter.kind) {
    case 'any-of':
      if (!facetFields.includes(filter.field)) throw new RangeError('Not a field to filter by');
      return filter.codes.length === 0 ? nothing : `${filter.field} IN [${filter.codes.map(quoted).join(', ')}]`;
    case 'and':
      return allExpression(filter.filters.map(filterExpression));
    case 'or':
      return combined(filter.filters.map(filterExpression), 'OR', nothing);
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

function combined(expressions: readonly string[], operator: 'AND' | 'OR', empty: string): string {
  return expressions.length === 0 ? empty : expressions.map((each) => `(${each})`).join(` ${operator} `);
}
