import {
  aheadRequestSchema,
  hubPaths,
  idSchema,
  tombstonesConfirmedRequestSchema,
  tombstonesConfirmedResponseSchema,
  tombstonesResponseSchema,
  withdrawalStandingSchema,
} from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { memberOf } from '../members/member-requests.ts';
import { standingOf, withdrawAhead } from './ahead.ts';
import { confirmTombstones, tombstonesAfter } from './store.ts';

const tombstonesAtMost = 500;
const tags = ['Protocol'];

/** What nodes ask about withdrawals: to take one ahead of its turn, how one stands, and what to let go of themselves. */
export async function withdrawingApi(root: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();

  app.post(
    hubPaths.withdrawals,
    {
      // Whatever else is switched off, what was shared can be taken back.
      config: { access: 'public', member: 'follows', urgent: true },
      schema: {
        tags,
        summary: 'Take a withdrawal, or a narrower audience, ahead of its place in the log',
        body: aheadRequestSchema,
        response: { 200: withdrawalStandingSchema },
      },
    },
    (request) => withdrawAhead(context, memberOf(request), request.body.envelope),
  );

  app.get(
    hubPaths.withdrawal,
    {
      config: { access: 'public', member: 'follows' },
      schema: {
        tags,
        summary: "Where the withdrawal of one of the node's records stands, or its newest narrower audience",
        params: z.object({ id: idSchema }),
        response: { 200: withdrawalStandingSchema },
      },
    },
    (request) => standingOf(context, memberOf(request).node, request.params.id),
  );

  app.get(
    hubPaths.tombstones,
    {
      config: { access: 'public', member: 'follows' },
      schema: {
        tags,
        summary: 'Records that the node could see and can no longer, oldest first',
        querystring: z.object({ after: z.coerce.number().int().min(0).default(0) }),
        response: { 200: tombstonesResponseSchema },
      },
    },
    async (request) => {
      const { after } = request.query;
      const rows = await tombstonesAfter(context.database, memberOf(request).node, after, tombstonesAtMost);
      return {
        tombstones: rows.map((row) => ({ ...row, at: row.at.toISOString() })),
        next: rows.at(-1)?.position ?? after,
      };
    },
  );

  app.post(
    hubPaths.tombstonesConfirmed,
    {
      config: { access: 'public', member: 'follows', urgent: true },
      schema: {
        tags,
        summary: 'The node keeps nothing of the records up to a position',
        body: tombstonesConfirmedRequestSchema,
        response: { 200: tombstonesConfirmedResponseSchema },
      },
    },
    async (request) => ({
      confirmed: await confirmTombstones(context.database, memberOf(request).node, request.body.upTo),
    }),
  );
}
