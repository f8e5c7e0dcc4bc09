import type { SearchRequest } from '@practice-exchange/protocol';
import type { PageData, Person } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { pageWhileAway } from './network-away.ts';
import { showWhenClosed } from './network-closed.ts';
import { QueryStopped } from './query-guard.ts';
import { addressOfSearch, searchFromAddress, unknownFiltersIn } from './search-address.ts';
import { searchFormWhileAway, type ViewPath, withoutOrder } from './search-form.ts';
import { searchPage } from './search-page.ts';
import { titleOfSearch } from './search-title.ts';
import { keptFields } from './search-words.ts';
import { searchNetwork, whatWasDone } from './searching.ts';
import { whatWasDonePage } from './what-was-done-page.ts';

type Address = { Querystring: Record<string, unknown> };
type Find = (search: SearchRequest, person: Person) => Promise<PageData>;

/** Searching the network's learning. An address of the page says the whole search; nothing of it is in any address beyond the node. */
export async function searchPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  showWhenClosed(app, context);

  const view = (path: ViewPath, template: string, find: Find) =>
    app.get<Address>(path, { config: { access: 'signed-in' } }, async (request, reply) => {
      const search = searchFromAddress(request.query);
      const unknown = { filters: unknownFiltersIn(request.query), href: addressOfSearch(path, search) };
      try {
        return await reply.page(template, { ...(await find(search, personOf(request))), unknown });
      } catch (error) {
        if (error instanceof QueryStopped) return stoppedPage(reply, path, search, error);
        return pageWhileAway(reply, error, {
          template,
          data: { ...searchFormWhileAway(path, search), unknown },
          titled: (away) => titleOfSearch(`${beforeTitle[path]}${away}: search`, search, { page: search.page }),
        });
      }
    });

  view(paths.search, 'searching/views/search.njk', async (search, person) => {
    const found = await searchNetwork(context, person, search);
    const isPastTheEnd = found.pages > 0 && found.page > found.pages;
    return searchPage(
      search,
      isPastTheEnd ? await searchNetwork(context, person, { ...search, page: found.pages }) : found,
    );
  });

  view(paths.whatWasDone, 'searching/views/what-was-done.njk', async (search, person) => {
    const asked = withoutOrder(search);
    const [found, done] = await Promise.all([
      searchNetwork(context, person, asked),
      whatWasDone(context, person, asked),
    ]);
    return whatWasDonePage(search, found, done);
  });
}

/** What tells the titles of two views of one search from each other. */
const beforeTitle: Record<ViewPath, string> = { [paths.search]: '', [paths.whatWasDone]: 'What did they do? ' };

/** The page that says why a search was not sent, and how to go on. Its title has none of the words: they may name somebody. */
function stoppedPage(
  reply: FastifyReply,
  path: ViewPath,
  search: SearchRequest,
  { title, status, reasons, segments, without, putRight, isNameOnly }: QueryStopped,
): Promise<FastifyReply> {
  return reply.page(
    'searching/views/stopped.njk',
    {
      title: titleOfSearch(`${beforeTitle[path]}${title}, as it may identify somebody`, { ...search, q: '' }),
      heading: title,
      path,
      reasons,
      segments,
      without,
      isNameOnly,
      // What only looks like a name is given back to be reworded; anything else is taken out.
      words: isNameOnly ? search.q : without,
      kept: keptFields(search),
      putRight,
      onward: addressOfSearch(path, { ...search, q: without, page: 1 }),
      corrected: addressOfSearch(path, { ...search, q: putRight, page: 1 }),
    },
    { status },
  );
}
