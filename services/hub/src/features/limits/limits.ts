import { createHmac } from 'node:crypto';
import { hubPaths, protocolLimits } from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { HubContext } from '../../context.ts';
import { countStranger } from './store.ts';
import { TryLater } from './try-later.ts';

/** What somebody who is no member yet may ask in a minute: an invitation's code cannot be guessed at that pace. */
const strangersRequestsPerMinute = 30;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by those who are no members yet: counted by where the request comes from. */
    strangers?: boolean;
    /** Never refused for the sake of a limit: what takes something back. */
    urgent?: boolean;
  }
}

async function setUp(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const { config, database } = context;
  const requestsPerMinute = config.requestsPerMinute ?? protocolLimits.requestsPerMinute;

  app.addHook('onRequest', async (request) => {
    const { url, config: route } = request.routeOptions;
    if (config.maintenance && url !== hubPaths.wellKnown) throw new TryLater('unavailable', 60);
    if (route.strangers) {
      const stranger = createHmac('sha256', config.secret).update(request.ip).digest('base64url');
      const { requests, secondsLeft } = await countStranger(database, stranger);
      const allowed = config.strangersRequestsPerMinute ?? strangersRequestsPerMinute;
      if (requests > allowed) throw new TryLater('too-many-requests', secondsLeft);
    }
  });

  app.addHook('preHandler', async (request) => {
    if (!request.member || request.routeOptions.config.urgent) return;
    const { requests, secondsLeft } = request.member.traffic;
    if (requests > requestsPerMinute) throw new TryLater('too-many-requests', secondsLeft);
  });
}

/**
 * Keeps members within what the hub advertises and strangers within what joining takes, counts for all of its processes together, and asks for patience while it
 * cannot answer. Register it after `memberRequests`.
 */
export const memberLimits = fp(setUp, { name: 'member-limits', dependencies: ['member-requests'] });
