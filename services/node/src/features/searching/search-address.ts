import {
  type FilterField,
  filterFields,
  type SearchFavour,
  type SearchFilters,
  type SearchRequest,
  searchFavours,
  searchRequestSchema,
} from '@practice-exchange/protocol';

type Query = Record<string, unknown>;

function listOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return [...new Set(values.filter((item): item is string => typeof item === 'string' && item !== ''))];
}

/** A search as its address says it. Anything that is not of a search's shape is left out rather than refused. */
export function searchFromAddress(query: Query): SearchRequest {
  const filters: SearchFilters = {};
  for (const field of filterFields) {
    const codes = listOf(query[field]).filter(
      (code) => /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/.test(code) && code.length <= 64,
    );
    if (codes.length > 0) filters[field] = codes.slice(0, 40);
  }
  if (query.likeMine === 'yes') filters.likeMine = true;
  const q = typeof query.q === 'string' ? query.q.trim().slice(0, 1000) : '';
  const page = Number(query.page);
  const favour = searchFavours.find((candidate: SearchFavour) => candidate === query.favour);
  return searchRequestSchema.parse({
    q,
    filters,
    ...(favour ? { favour } : {}),
    page: Number.isInteger(page) && page >= 1 && page <= 500 ? page : 1,
    sort: query.sort === 'newest' || q === '' ? 'newest' : 'relevance',
  });
}

/** The address of a search; equal searches have equal addresses. */
export function addressOfSearch(path: string, request: SearchRequest): string {
  const parameters = new URLSearchParams();
  if (request.q !== '') parameters.set('q', request.q);
  for (const field of filterFields) {
    for (const code of request.filters?.[field] ?? []) parameters.append(field, code);
  }
  if (request.filters?.likeMine) parameters.set('likeMine', 'yes');
  if (request.favour) parameters.set('favour', request.favour);
  if (request.sort === 'newest' && request.q !== '') parameters.set('sort', 'newest');
  if (request.page !== undefined && request.page > 1) parameters.set('page', String(request.page));
  const query = parameters.toString();
  return query === '' ? path : `${path}?${query}`;
}

/** The same search without one code of a field, from its first page. */
export function withoutCode(request: SearchRequest, field: FilterField, code: string): SearchRequest {
  const rest = (request.filters?.[field] ?? []).filter((candidate) => candidate !== code);
  return rest.length > 0
    ? { ...request, filters: { ...request.filters, [field]: rest }, page: 1 }
    : withoutFilter(request, field);
}

/** The same search without a filter, from its first page. */
export function withoutFilter(request: SearchRequest, field: FilterField | 'likeMine'): SearchRequest {
  const { [field]: _, ...filters } = request.filters ?? {};
  return { ...request, filters, page: 1 };
}
