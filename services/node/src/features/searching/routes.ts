import {
  type FilterField,
  type SearchRequest,
  type SearchResponse,
  searchRequestSchema,
} from '@practice-exchange/protocol';
import { labelOf, learningFields, prevalenceField } from '@practice-exchange/vocabulary';
import { countOf, pagination } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { addressOfSearch, searchFromAddress, withoutCode } from './search-address.ts';
import { QueryStopped, searchNetwork } from './searching.ts';

const filterGroups = [
  prevalenceField,
  ...learningFields.filter(({ field }) =>
    [
      'themes',
      'concernCategories',
      'referralSource',
      'thresholdDecision',
      'familyEngagementStart',
      'legitimacyChallenges',
      'outcome',
      'interventions',
      'setting',
      'ageBand',
      'region',
    ].includes(field),
  ),
];

/** Searching the network's learning: the page, whose address says the whole search, and the same for programs. */
export async function searchPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get<{ Querystring: Record<string, unknown> }>(
    paths.search,
    { config: { access: 'signed-in' } },
    async (request, reply) => {
      const search = searchFromAddress(request.query);
      try {
        const answer = await searchNetwork(context, personOf(request), search);
        return await reply.page('searching/views/search.njk', pageOf(search, answer));
      } catch (error) {
        if (!(error instanceof QueryStopped)) throw error;
        const onward = { ...search, q: error.without, page: 1 };
        return reply.page(
          'searching/views/stopped.njk',
          {
            title: error.title,
            reasons: error.reasons,
            words: search.q,
            without: error.without,
            onward: addressOfSearch(paths.search, onward),
          },
          { status: error.status },
        );
      }
    },
  );

  app.post(paths.apiSearch, { config: { access: 'signed-in' } }, async (request) =>
    searchNetwork(context, personOf(request), searchRequestSchema.parse(request.body)),
  );
}

function pageOf(search: SearchRequest, answer: SearchResponse) {
  const href = (request: SearchRequest) => addressOfSearch(paths.search, request);
  const chips = filterGroups.flatMap(({ field, label, codes }) =>
    (search.filters?.[field] ?? []).map((code) => ({
      label,
      text: labelOf(codes, code),
      href: href(withoutCode(search, field as FilterField, code)),
    })),
  );
  const groups = filterGroups.map(({ field, label, codes }) => {
    const chosen = new Set(search.filters?.[field] ?? []);
    const counts = new Map((answer.facets[field] ?? []).map(({ code, count }) => [code, count]));
    const items = codes
      .filter(({ code }) => chosen.has(code) || (counts.get(code) ?? 0) > 0)
      .map(({ code, label: text }) => ({
        value: code,
        text: answer.degraded ? text : `${text} (${counts.get(code) ?? 0})`,
        checked: chosen.has(code),
      }));
    return { field, label, items, open: chosen.size > 0 };
  });
  const found = `${countOf(answer.total, 'learning record')}${search.q === '' ? '' : ' found'}`;
  return {
    title: answer.page > 1 ? `${found} (page ${answer.page} of ${answer.pages})` : found,
    heading: found,
    search,
    answer,
    chips,
    groups: groups.filter(({ items }) => items.length > 0),
    clearAll: href({ q: search.q, page: 1, sort: search.sort }),
    likeMineRemove: href({ ...search, filters: { ...search.filters, likeMine: false }, page: 1 }),
    didYouMean: answer.didYouMean
      ? { words: answer.didYouMean, href: href({ ...search, q: answer.didYouMean, page: 1 }) }
      : null,
    sorts:
      search.q === ''
        ? []
        : [
            {
              text: 'Most relevant',
              href: href({ ...search, sort: 'relevance', page: 1 }),
              current: search.sort !== 'newest',
            },
            { text: 'Newest', href: href({ ...search, sort: 'newest', page: 1 }), current: search.sort === 'newest' },
          ],
    pages: pagination({
      page: answer.page,
      pageSize: 10,
      total: Math.min(answer.total, answer.pages * 10),
      pageHref: (page) => href({ ...search, page }),
    }),
  };
}
