import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { pageWhileAway } from './network-away.ts';
import { showWhenClosed } from './network-closed.ts';
import { QueryStopped } from './query-guard.ts';
import { addressOfSearch, searchFromAddress, unknownFiltersIn } from './search-address.ts';
import { searchPage, searchPageWhileAway } from './search-page.ts';
import { keptFields } from './search-words.ts';
import { searchNetwork, whatWasDone } from './searching.ts';
import { whatWasDonePage, whatWasDoneWhileAway } from './what-was-done-page.ts';

type Address = { Querystring: Record<string, unknown> };

/** Searching the network's learning. An address of the page says the whole search; nothing of it is in any address beyond the node. */
export async function searchPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  showWhenClosed(app, context);

  app.get<Address>(paths.search, { config: { access: 'signed-in' } }, async (request, reply) => {
    const search = searchFromAddress(request.query);
    const template = 'searching/views/search.njk';
    const href = addressOfSearch(paths.search, search);
    const unknown = { filters: unknownFiltersIn(request.query), href };
    return unlessStopped(reply, paths.search, request.query, async () => {
      try {
        const answer = await searchNetwork(context, personOf(request), search);
        return await reply.page(template, { ...searchPage(search, answer), unknown });
      } catch (error) {
        return pageWhileAway(reply, error, { template, data: { ...searchPageWhileAway(search), unknown }, href });
      }
    });
  });

  app.get<Address>(paths.whatWasDone, { config: { access: 'signed-in' } }, async (request, reply) => {
    const search = searchFromAddress(request.query);
    const { q, filters, favour } = search;
    const template = 'searching/views/what-was-done.njk';
    const href = addressOfSearch(paths.whatWasDone, search);
    const unknown = { filters: unknownFiltersIn(request.query), href };
    return unlessStopped(reply, paths.whatWasDone, request.query, async () => {
      const asked = { q, ...(filters ? { filters } : {}), ...(favour ? { favour } : {}) };
      try {
        const answer = await whatWasDone(context, personOf(request), asked);
        return await reply.page(template, { ...whatWasDonePage(search, answer), unknown });
      } catch (error) {
        return pageWhileAway(reply, error, { template, data: { ...whatWasDoneWhileAway(search), unknown }, href });
      }
    });
  });
}

/** The page that `show` makes, or the page that says why the search was not sent and how to go on. */
async function unlessStopped(
  reply: FastifyReply,
  path: string,
  query: Record<string, unknown>,
  show: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await show();
  } catch (error) {
    if (!(error instanceof QueryStopped)) throw error;
    const { title, reasons, segments, without, isNameOnly } = error;
    const search = searchFromAddress(query);
    return reply.page(
      'searching/views/stopped.njk',
      {
        title,
        path,
        reasons,
        segments,
        without,
        isNameOnly,
        // What only looks like a name is given back to be reworded; anything else is taken out.
        words: isNameOnly ? search.q : without,
        kept: keptFields(search),
        onward: addressOfSearch(path, { ...search, q: without, page: 1 }),
      },
      { status: error.status },
    );
  }
}
