import {
  type FilterField,
  filterFields,
  periodSchema,
  type SearchFavour,
  type SearchFilters,
  type SearchRequest,
  searchFavours,
  searchRequestSchema,
} from '@practice-exchange/protocol';
import { learningFields, prevalenceField } from '@practice-exchange/vocabulary';

type Query = Record<string, unknown>;

function listOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return [...new Set(values.filter((item): item is string => typeof item === 'string' && item !== ''))];
}

const fieldsWithCodes = [prevalenceField, ...learningFields];

/** Whether a filter has this code: a code of the vocabulary, or a quarter or a financial year. */
function isKnown(field: FilterField, code: string): boolean {
  if (field === 'period') return periodSchema.safeParse(code).success;
  return fieldsWithCodes.some((each) => each.field === field && each.codes.some((known) => known.code === code));
}

/** The filters of an address that no search has, as somebody could read them: mistyped, or of another service. */
export function unknownFiltersIn(query: Query): { label: string; code: string }[] {
  return filterFields.flatMap((field) =>
    listOf(query[field])
      .filter((code) => !isKnown(field, code))
      .map((code) => ({ label: labelOfField(field), code: code.slice(0, 64) })),
  );
}

/** What people call a filter. */
export function labelOfField(field: FilterField): string {
  return fieldsWithCodes.find((each) => each.field === field)?.label ?? 'Period';
}

/** A search as its address says it. Anything that no search has is left out rather than refused: {@link unknownFiltersIn} says what. */
export function searchFromAddress(query: Query): SearchRequest {
  const filters: SearchFilters = {};
  for (const field of filterFields) {
    const codes = listOf(query[field]).filter((code) => isKnown(field, code));
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
