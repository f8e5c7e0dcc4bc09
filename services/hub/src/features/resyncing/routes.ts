import { AppError } from '@practice-exchange/platform';
import { idSchema } from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { listMembers } from '../members/store.ts';
import { approveEpoch } from './epochs.ts';
import { standingsByNode, waitingEpochs } from './store.ts';

const operators = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;
const approvalForm = z.object({ node: idSchema, epoch: z.coerce.number().int().min(2) });

/** How each node and the hub stand, and the epochs that wait for a person to approve them. */
export async function standingPages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.get(paths.standings, operators, async (_request, reply) => {
    const [members, standings, waiting] = await Promise.all([
      listMembers(context.database),
      standingsByNode(context.database),
      waitingEpochs(context.database),
    ]);
    return reply.page('resyncing/views/standings.njk', {
      title: 'How nodes and hub stand',
      waiting,
      members: members.map((member) => ({ ...member, compared: standings.get(member.node) ?? null })),
    });
  });

  app.post(paths.epochApprovals, operators, async (request, reply) => {
    const { node, epoch } = approvalForm.parse(request.body);
    try {
      await approveEpoch(context, { node, epoch, operator: request.person?.id ?? null });
      await reply.notify({
        kind: 'success',
        heading: 'Approved',
        text: 'The node goes on in its next epoch, and sends what has waited.',
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await reply.notify({ kind: 'important', heading: error.title, text: error.message });
    }
    return reply.redirect(paths.standings, 303);
  });
}
