import {
  chunkNameSchema,
  chunkResponseSchema,
  comparisonRequestSchema,
  comparisonResponseSchema,
  cursorResponseSchema,
  epochsRequestSchema,
  epochsResponseSchema,
  hashOf,
  hubPaths,
  logResponseSchema,
  publicationsRequestSchema,
  repairResponseSchema,
} from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { memberOf } from '../members/member-requests.ts';
import { compare, readAtOnce, readLog } from './comparing.ts';
import { requestEpoch } from './epochs.ts';
import { repair } from './repairing.ts';
import { headOf, takenAhead } from './store.ts';

// What is read back here are bodies: whoever stole a key must not have them.
const compares = { access: 'public', member: 'compares' } as const;
const tags = ['Protocol'];

/** What a node asks about its own log and records: sections 16 and 10 of FEDERATION.md. Registered inside the protocol's API. */
export async function resyncApi(root: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();

  app.get(
    hubPaths.cursor,
    {
      config: { access: 'public', member: 'follows' },
      schema: { tags, summary: 'Where the hub stands with this node', response: { 200: cursorResponseSchema } },
    },
    async (request) => {
      const { node } = memberOf(request);
      const { epoch, seq, hash } = await headOf(context.database, node);
      const ahead = await takenAhead(context.database, node);
      return { next: { epoch, seq: seq + 1, prev: hash }, ahead: ahead.map((jws) => hashOf(jws)) };
    },
  );

  app.get(
    hubPaths.log,
    {
      config: compares,
      schema: {
        tags,
        summary: "This node's own publications as the hub holds them",
        querystring: z.object({
          epoch: z.coerce.number().int().min(1).default(1),
          after: z.coerce.number().int().min(0).default(0),
        }),
        response: { 200: logResponseSchema },
      },
    },
    (request) => readLog(context, memberOf(request).node, request.query),
  );

  app.post(
    hubPaths.manifest,
    {
      config: compares,
      schema: {
        tags,
        summary: 'Compare what both ends hold',
        body: comparisonRequestSchema,
        response: { 200: comparisonResponseSchema },
      },
    },
    (request) => compare(context, memberOf(request), request.body.manifest),
  );

  app.get(
    hubPaths.manifestChunk,
    {
      config: compares,
      schema: {
        tags,
        summary: 'Everything held of this node in one chunk',
        params: z.object({ chunk: chunkNameSchema }),
        response: { 200: chunkResponseSchema },
      },
    },
    async (request) => {
      const { chunk } = request.params;
      return { chunk, holdings: (await readAtOnce(context, memberOf(request).node, chunk)).holdings };
    },
  );

  app.post(
    hubPaths.epochs,
    {
      config: compares,
      schema: {
        tags,
        summary: 'Ask for the next epoch',
        body: epochsRequestSchema,
        response: { 200: epochsResponseSchema },
      },
    },
    (request) => requestEpoch(context, memberOf(request), request.body),
  );

  app.post(
    hubPaths.repairs,
    {
      config: { access: 'public', member: 'publishes' },
      schema: {
        tags,
        summary: 'Build records anew from publications sent before',
        body: publicationsRequestSchema,
        response: { 200: repairResponseSchema },
      },
    },
    async (request) => ({ repaired: await repair(context, memberOf(request), request.body.items) }),
  );
}
