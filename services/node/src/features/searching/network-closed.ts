import { AppError, recordFailure } from '@practice-exchange/platform';
import type { HubProblem } from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import type { Membership } from '../identity/membership.ts';
import { listAdministrators } from '../identity/store.ts';

/** What the people here are told while the network is closed to their authority, and what opens it again. */
export type ClosedWords = { title: string; says: string; opens: string };

const joining: ClosedWords = {
  title: 'This service is joining the network',
  says: 'Nobody here can search or read shared learning until it has joined.',
  opens: 'The network operator confirms who you are on the telephone; the rest goes by itself.',
};
const byCode: Readonly<Record<string, ClosedWords>> = {
  'member-suspended': {
    title: 'The network is closed to your authority for now',
    says: 'The network operator has suspended your authority’s part in the network. Nobody here can search or read shared learning until that is lifted.',
    opens: 'The network operator lifts it. Searching then works again by itself.',
  },
  'member-expelled': {
    title: 'Your authority no longer takes part in the network',
    says: 'The network operator has ended its membership. Nobody here can search or read shared learning.',
    opens: 'Your authority can join again, if it agrees that with the network operator.',
  },
  'not-served': {
    title: 'Searching is switched off for your authority',
    says: 'The network operator has switched it off. Nobody here can search or read shared learning until it is on again.',
    opens: 'The network operator switches it on. Searching then works again by itself.',
  },
  'key-not-trusted': {
    title: 'Searching is switched off for your authority',
    says: 'The key with which this service shows who it is may be in other hands, so the hub does not take it any more.',
    opens: 'Your node administrator changes the key with the recovery key.',
  },
  'token-unknown-issuer': {
    title: 'The network does not know this service',
    says: 'The hub does not know the key with which this service shows who it is.',
    opens: 'Your node administrator and the network operator find out why.',
  },
};

/** The network is closed to this authority: 403. Trying again does not help; a person at the hub, or here, must act. */
export class NetworkClosed extends AppError {
  readonly words: ClosedWords;

  constructor(code: string, words: ClosedWords, cause?: unknown) {
    super({ code, status: 403, title: words.title, message: `${words.says} ${words.opens}`, cause });
    this.words = words;
  }
}

/** What a problem of the hub says about this authority's place in the network; null when it is about anything else. */
export function closedBy(problem: HubProblem, membership: Membership | null): NetworkClosed | null {
  const isJoining = problem.code === 'not-served' && membership !== null && membership.liveAt === null;
  const words = isJoining ? joining : byCode[problem.code];
  return words ? new NetworkClosed(`hub-${problem.code}`, words, problem) : null;
}

/** Answers {@link NetworkClosed} in a scope of pages: what is closed, what still works, and whom to ring. */
export function showWhenClosed(app: FastifyInstance, context: Pick<NodeContext, 'database' | 'config'>): void {
  app.setErrorHandler(async (error, request, reply) => {
    if (!(error instanceof NetworkClosed)) throw error;
    recordFailure(request, error);
    const person = request.person;
    return reply.page(
      'searching/views/closed.njk',
      {
        ...error.words,
        administrators: await listAdministrators(context.database),
        administers: person?.roles.includes('administrator') ?? false,
        writes: person?.roles.some((role) => role !== 'practitioner' && role !== 'administrator') ?? false,
        authority: context.config.authority.name,
      },
      { status: error.status },
    );
  });
}
