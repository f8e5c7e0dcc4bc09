import { structuredIdentifiers } from '@practice-exchange/anonymisation';
import { AppError } from '@practice-exchange/platform';
import { HubProblem, type SearchRequest, type SearchResponse } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';

type Context = Pick<NodeContext, 'network'>;

/** A query that was stopped at the node: what it seems to hold, and the words without it. */
export class QueryStopped extends AppError {
  readonly reasons: readonly string[];
  readonly without: string;

  constructor(reasons: readonly string[], without: string) {
    super({
      code: 'query-identifies',
      status: 422,
      title: 'Your search was not sent',
      message: 'It seems to hold something that identifies a person. Nothing has left this service.',
    });
    this.reasons = reasons;
    this.without = without;
  }
}

/** Refuses words that would identify somebody, before they leave the node. Throws `QueryStopped`. */
export function assertIdentifiesNobody(words: string): void {
  const findings = structuredIdentifiers([{ path: 'words', text: words }]);
  if (findings.length === 0) return;
  let without = words;
  for (const { start, end } of [...findings].sort((a, b) => b.start - a.start)) {
    without = `${without.slice(0, start)} ${without.slice(end)}`;
  }
  throw new QueryStopped([...new Set(findings.map((finding) => finding.why))], without.replace(/\s+/g, ' ').trim());
}

/** Searches the network for somebody here. Throws `QueryStopped`, or what {@link hubAnswer} makes of the hub's problem. */
export async function searchNetwork(context: Context, person: Person, request: SearchRequest): Promise<SearchResponse> {
  assertIdentifiesNobody(request.q);
  const hub = await context.network.hub();
  return hubAnswer(hub.search(request, context.network.onBehalfOf(person)));
}

/** The hub's answer, or its problem in words for the people of this node. */
export async function hubAnswer<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (!(cause instanceof HubProblem)) throw cause;
    if (cause.code === 'not-found' || cause.code === 'gone') {
      throw new AppError({
        code: cause.code,
        status: cause.status,
        title: cause.code === 'gone' ? 'This learning has been withdrawn' : 'Page not found',
        message:
          cause.code === 'gone'
            ? 'The authority that shared this has taken it back. It can no longer be read, here or anywhere else in the network.'
            : 'There is no such learning record, or it is not shared with your authority.',
        cause,
      });
    }
    throw new AppError({
      code: `hub-${cause.code}`,
      status: 503,
      title: 'The network cannot be reached',
      message: 'The network’s hub does not answer at the moment. Try again in a few minutes.',
      retryAfterSeconds: cause.retryAfterSeconds ?? 5,
      cause,
    });
  }
}
