import { AppError } from '@practice-exchange/platform';
import {
  type HubClient,
  HubProblem,
  type SearchRequest,
  type SearchResponse,
  type WhatWasDoneRequest,
  type WhatWasDoneResponse,
} from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { NetworkAway } from './network-away.ts';
import { closedBy } from './network-closed.ts';
import { assertIdentifiesNobody } from './query-guard.ts';

type Context = Pick<NodeContext, 'network'>;

/** Searches the network for somebody here. Throws `QueryStopped`, or what {@link askHub} makes of the hub's problem. */
export async function searchNetwork(context: Context, person: Person, request: SearchRequest): Promise<SearchResponse> {
  assertIdentifiesNobody(request.q);
  return askHub(context, (hub) => hub.search(request, context.network.onBehalfOf(person)));
}

/** What was done in the learning that answers a search best. Throws as {@link searchNetwork} does. */
export async function whatWasDone(
  context: Context,
  person: Person,
  request: WhatWasDoneRequest,
): Promise<WhatWasDoneResponse> {
  assertIdentifiesNobody(request.q);
  return askHub(context, (hub) => hub.whatWasDone(request, context.network.onBehalfOf(person)));
}

/** What the hub answers, or its problem in words for the people of this node. Throws `NetworkClosed` when they may not ask. */
export async function askHub<T>(context: Context, ask: (hub: HubClient) => Promise<T>): Promise<T> {
  const hub = await context.network.hub();
  try {
    return await ask(hub);
  } catch (cause) {
    if (!(cause instanceof HubProblem)) throw cause;
    const closed = closedBy(cause, await context.network.membership());
    if (closed) throw closed;
    if (cause.code === 'not-found' || cause.code === 'gone') {
      throw new AppError({
        code: cause.code,
        status: cause.status,
        title: cause.code === 'gone' ? 'This learning has been withdrawn' : 'Page not found',
        message:
          cause.code === 'gone'
            ? // When, and the notice that its authority left, if it left one (WIT-9).
              (cause.problem?.detail ?? 'The authority that shared this learning has withdrawn it.')
            : 'There is no such learning record, or it is not shared with your authority.',
        cause,
      });
    }
    throw new NetworkAway(cause);
  }
}
