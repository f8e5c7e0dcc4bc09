import type { FacetField } from './index-document.ts';

/**
 * A condition on coded fields, as a tree. Engines translate it; nobody outside an adapter ever writes an engine's own
 * filter language, so nothing that a person types can become part of one.
 */
export type Filter =
  | { readonly kind: 'any-of'; readonly field: FacetField; readonly codes: readonly string[] }
  | { readonly kind: 'published'; readonly from?: string; readonly to?: string }
  | { readonly kind: 'and'; readonly filters: readonly Filter[] }
  | { readonly kind: 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter };

/** Documents that hold at least one of the codes. With no codes, none. */
export function anyOf(field: FacetField, codes: readonly string[]): Filter {
  return { kind: 'any-of', field, codes };
}

/** Documents published between two ISO dates, both included; either may be left out. */
export function published(range: { from?: string; to?: string }): Filter {
  return { kind: 'published', ...range };
}

/** Documents that meet every condition. With no conditions, all. */
export function allOf(...filters: readonly Filter[]): Filter {
  return { kind: 'and', filters };
}

/** Documents that meet at least one condition. With no conditions, none. */
export function oneOf(...filters: readonly Filter[]): Filter {
  return { kind: 'or', filters };
}

/** Documents that do not meet the condition. */
export function not(filter: Filter): Filter {
  return { kind: 'not', filter };
}
