import {
  type FilterField,
  filterFields,
  type SearchAdvice,
  type SearchFavour,
  type SearchRequest,
  type SearchResponse,
} from '@practice-exchange/protocol';
import { labelOf, learningFields, prevalenceBands, prevalenceField, regions } from '@practice-exchange/vocabulary';
import { periodLabel } from '@practice-exchange/web';
import { addressOfSearch, labelOfField, withoutCode, withoutFilter } from './search-address.ts';

/** The fields that people filter by, in the order in which they are offered. */
export const filterGroups = [
  prevalenceField,
  ...[
    'themes',
    'concernCategories',
    'referralSource',
    'thresholdDecision',
    'interventions',
    'outcome',
    'familyEngagementStart',
    'legitimacyChallenges',
    'agencies',
    'setting',
    'ageBand',
    'region',
  ].flatMap((field) => learningFields.find((each) => each.field === field) ?? []),
];

const likeOurs = 'Only authorities like ours';
const favours: Record<SearchFavour, string> = {
  'like-mine': 'Authorities like ours first',
  low: 'Low prevalence first',
  medium: 'Medium prevalence first',
  high: 'High prevalence first',
};

/** Every filter that an address can hold: those that are offered, then the rest. */
const inOrder: readonly FilterField[] = [...new Set([...filterGroups.map(({ field }) => field), ...filterFields])];

function wordingOf(field: FilterField, code: string): string {
  if (field === 'period') return periodLabel(code);
  return labelOf([prevalenceField, ...learningFields].find((each) => each.field === field)?.codes ?? [], code);
}

/** A search's filters as links that each remove one of them, and the link that removes all. */
export function chipsOf(path: string, search: SearchRequest) {
  const href = (request: SearchRequest) => addressOfSearch(path, request);
  const { favour, ...unfavoured } = search;
  const chips = [
    ...(search.filters?.likeMine ? [{ text: likeOurs, href: href(withoutFilter(search, 'likeMine')) }] : []),
    ...(favour ? [{ text: favours[favour], href: href({ ...unfavoured, page: 1 }) }] : []),
    ...inOrder.flatMap((field) =>
      (search.filters?.[field] ?? []).map((code) => ({
        label: labelOfField(field),
        text: wordingOf(field, code),
        href: href(withoutCode(search, field, code)),
      })),
    ),
  ];
  return { chips, clearAll: href({ q: search.q, sort: search.sort }) };
}

/** Everything of a search but its words and page, as the hidden fields of a form that asks for other words. */
export function keptFields(search: SearchRequest): { name: string; value: string }[] {
  const address = addressOfSearch('/', { ...search, q: '', page: 1 });
  return [...new URL(address, 'http://node.invalid').searchParams].map(([name, value]) => ({ name, value }));
}

/** Of a search, the filters that the form does not offer, as its hidden fields: an address can hold them all the same. */
export function keptUnoffered({ filters }: SearchRequest): { name: string; value: string }[] {
  const offered = new Set<string>(filterGroups.map(({ field }) => field));
  return keptFields({
    q: '',
    filters: Object.fromEntries(
      filterFields.filter((field) => !offered.has(field)).map((field) => [field, filters?.[field]]),
    ),
  });
}

type Advised = { text: string; why?: string; total: number; href: string };

/** Advice of the hub as links, each with what it would find. */
export function adviceOf(path: string, search: SearchRequest, answer: Pick<SearchResponse, 'advice'>): Advised[] {
  return (answer.advice ?? []).map((advice) => ({ ...worded(path, search, advice), total: advice.total }));
}

function worded(path: string, search: SearchRequest, advice: SearchAdvice): Omit<Advised, 'total'> {
  switch (advice.kind) {
    case 'without-filter': {
      const { field } = advice;
      const chosen =
        field === 'likeMine'
          ? likeOurs
          : (search.filters?.[field] ?? []).map((code) => wordingOf(field, code)).join(' or ');
      return { text: `Remove the filter “${chosen}”`, href: addressOfSearch(path, withoutFilter(search, field)) };
    }
    case 'without-filters':
      return { text: 'Remove all filters', href: addressOfSearch(path, { q: search.q }) };
    case 'concept': {
      const href = addressOfSearch(path, { ...search, q: advice.words, page: 1 });
      const text = `Search for “${advice.words}”`;
      return advice.relation === 'named' ? { text, href } : { text, href, why: `a ${advice.relation} term` };
    }
  }
}

/** What can come first, and what "authorities like ours" means here; null while the hub does not say who asks. */
export function lensOf(search: SearchRequest, asker: SearchResponse['asker']) {
  if (!asker) return null;
  const band = asker.prevalenceBand && labelOf(prevalenceBands, asker.prevalenceBand).toLowerCase();
  const region = labelOf(regions, asker.region);
  return {
    items: [
      { value: '', text: 'Whatever fits best', selected: !search.favour },
      ...(Object.keys(favours) as SearchFavour[]).map((value) => ({
        value,
        text: favours[value],
        selected: search.favour === value,
      })),
    ],
    meaning: band
      ? `Like ours means ${band}, as our own caseload returns say, and then ${region}.`
      : `Our prevalence band is not known yet, because it comes from our caseload returns. Until then like ours means ${region}.`,
    only: band ? { label: likeOurs, hint: `Learning from ${band} authorities` } : null,
    likeMine: search.filters?.likeMine === true,
  };
}
