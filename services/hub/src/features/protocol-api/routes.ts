import { problemAnswer, problemMediaType, recordFailure } from '@practice-exchange/platform';
import {
  anonymityCountRequestSchema,
  anonymityCountResponseSchema,
  directoryResponseSchema,
  enrolmentRequestSchema,
  enrolmentResponseSchema,
  hubPaths,
  idSchema,
  keyRecoveryRequestSchema,
  keyRetirementRequestSchema,
  learningResponseSchema,
  membershipResponseSchema,
  ProtocolError,
  problemFor,
  publicationsRequestSchema,
  publicationsResponseSchema,
  receiptsResponseSchema,
  searchRequestSchema,
  searchResponseSchema,
  type Viewer,
  wellKnownSchema,
  whatWasDoneRequestSchema,
  whatWasDoneResponseSchema,
} from '@practice-exchange/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { receiptsWereRead } from '../conformance/conformance.ts';
import { listAuthorities } from '../directory/store.ts';
import { enrol } from '../enrolling/enrolling.ts';
import { IngestRefused, ingest } from '../ingest/ingest.ts';
import { recover, retireKey } from '../keys/keys.ts';
import { readLearning } from '../learning/learning.ts';
import { countSharing } from '../learning/store.ts';
import { memberLimits } from '../limits/limits.ts';
import { TryLater, withPatience } from '../limits/try-later.ts';
import { Turns } from '../limits/turns.ts';
import { memberOf, memberRequests } from '../members/member-requests.ts';
import { receiptsQuerySchema } from '../receipts/receipts-query.ts';
import { isReceiptAt, receiptsAfter } from '../receipts/store.ts';
import { resyncApi } from '../resyncing/protocol-routes.ts';
import { riskReportApi } from '../risk-reports/protocol-routes.ts';
import { search } from '../searching/search.ts';
import { whatWasDone } from '../searching/what-was-done.ts';
import { withdrawingApi } from '../withdrawing/routes.ts';
import { describeMembership } from './membership.ts';
import { describeHub } from './well-known.ts';

const receiptsAtMost = 200;
/** Batches that one process of the hub takes at a time, and that wait for their turn; more would only wait for the database. */
const batchesAtOnce = 8;
const batchesWaiting = 64;
// Nodes prove who they are by a signed token, not by a session.
const open = { access: 'public' } as const;
const tags = ['Protocol'];

/** The addresses that nodes ask, as FEDERATION.md describes them. */
export async function protocolApi(root: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  root.setValidatorCompiler(validatorCompiler);
  root.setSerializerCompiler(serializerCompiler);
  root.setErrorHandler(answerProblem);
  // What is not JSON is refused as such, before a token is looked at.
  root.removeContentTypeParser('text/plain');
  await root.register(memberRequests, { context });
  await root.register(memberLimits, { context });
  await root.register(resyncApi, { context });
  const app = root.withTypeProvider<ZodTypeProvider>();
  const batches = new Turns(batchesAtOnce, batchesWaiting);

  app.get(
    hubPaths.wellKnown,
    { config: open, schema: { tags, summary: 'What the hub says about itself', response: { 200: wellKnownSchema } } },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60');
      return describeHub(context);
    },
  );

  app.post(
    hubPaths.enrolments,
    {
      config: { ...open, strangers: true },
      schema: {
        tags,
        summary: 'Join with an invitation',
        body: enrolmentRequestSchema,
        response: { 200: enrolmentResponseSchema },
      },
    },
    (request) => enrol(context, request.body),
  );

  app.get(
    hubPaths.membership,
    {
      config: { ...open, member: 'registered' },
      schema: {
        tags,
        summary: 'What the hub has registered of the node',
        response: { 200: membershipResponseSchema },
      },
    },
    (request) => describeMembership(context, memberOf(request).node),
  );

  app.post(
    hubPaths.keyRetirements,
    {
      config: { ...open, member: 'follows' },
      schema: {
        tags,
        summary: 'Retire an older key of the node',
        body: keyRetirementRequestSchema,
        response: { 200: membershipResponseSchema },
      },
    },
    async (request) => {
      const member = memberOf(request);
      await retireKey(context, member, request.body.kid);
      return describeMembership(context, member.node);
    },
  );

  app.post(
    hubPaths.keyRecoveries,
    {
      config: { ...open, strangers: true },
      schema: {
        tags,
        summary: 'Change keys with the recovery key',
        body: keyRecoveryRequestSchema,
        response: { 200: membershipResponseSchema },
      },
    },
    async (request) => {
      await recover(context, request.body);
      return describeMembership(context, request.body.node);
    },
  );

  app.post(
    hubPaths.publications,
    {
      config: { ...open, member: 'publishes' },
      schema: {
        tags,
        summary: 'Send publications, in the order of the log',
        body: publicationsRequestSchema,
        response: { 200: publicationsResponseSchema },
      },
    },
    (request) => batches.run(() => ingest(context, memberOf(request), request.body.items)),
  );

  app.get(
    hubPaths.receipts,
    {
      config: { ...open, member: 'follows' },
      schema: {
        tags,
        summary: "Receipts after a position of the node's own feed, oldest first",
        querystring: receiptsQuerySchema,
        response: { 200: receiptsResponseSchema },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { node } = member;
      const { after, waitMs, last } = request.query;
      if (last !== undefined && !(await isReceiptAt(context.database, node, after, last))) {
        throw new ProtocolError('feed-changed');
      }
      await receiptsWereRead(context, member);
      const closed = new AbortController();
      request.raw.once('close', () => closed.abort());
      // Waiting begins before the first look, so that nothing can be announced between the two.
      const announced = context.announcements.wait(node, waitMs, closed.signal);
      let rows = await receiptsAfter(context.database, node, after, receiptsAtMost);
      if (rows.length === 0 && waitMs > 0) {
        await announced;
        rows = await receiptsAfter(context.database, node, after, receiptsAtMost);
      } else {
        closed.abort();
      }
      return { receipts: rows as never, next: rows.at(-1)?.position ?? after };
    },
  );

  app.post(
    hubPaths.search,
    {
      config: { ...open, member: 'served-for-a-person' },
      schema: {
        tags,
        summary: 'Search, for a person',
        body: searchRequestSchema,
        response: { 200: searchResponseSchema },
      },
    },
    (request) => search(context, request.body, memberOf(request)),
  );

  app.post(
    hubPaths.whatWasDone,
    {
      config: { ...open, member: 'served-for-a-person' },
      schema: {
        tags,
        summary: 'What was done in the learning that answers a search best, for a person',
        body: whatWasDoneRequestSchema,
        response: { 200: whatWasDoneResponseSchema },
      },
    },
    (request) => whatWasDone(context, request.body, memberOf(request)),
  );

  app.get(
    hubPaths.learning,
    {
      config: { ...open, member: 'served-for-a-person' },
      schema: {
        tags,
        summary: 'One learning record, for a person',
        params: z.object({ id: idSchema }),
        response: { 200: learningResponseSchema },
      },
    },
    (request) => readLearning(context, request.params.id, viewerOf(request)),
  );

  app.get(
    hubPaths.directory,
    {
      config: { ...open, member: 'served' },
      schema: { tags, summary: 'The authorities of the network', response: { 200: directoryResponseSchema } },
    },
    async () => ({
      authorities: (await listAuthorities(context.database)).map((authority) => ({
        id: authority.id,
        name: authority.name,
        onsCode: authority.ons_code,
        region: authority.region,
        type: authority.type,
        prevalenceBand: authority.prevalence_band,
      })),
    }),
  );

  app.post(
    hubPaths.anonymityCounts,
    {
      config: { ...open, member: 'takes-part' },
      schema: {
        tags,
        summary: 'How many learning records share generalised codes',
        body: anonymityCountRequestSchema,
        response: { 200: anonymityCountResponseSchema },
      },
    },
    async (request) => ({ count: await countSharing(context.database, request.body.codes) }),
  );

  await root.register(withdrawingApi, { context });
  await root.register(riskReportApi, { context });
}

function viewerOf(request: FastifyRequest): Viewer {
  const { authority, region } = memberOf(request);
  return { authority, region };
}

/** Every error of the protocol is a problem document with the protocol's own code; anything else is worded by the platform. */
function answerProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = withPatience(thrown);
  recordFailure(request, error);
  const instance = `urn:uuid:${request.id}`;
  if (error instanceof ProtocolError) {
    const details = error instanceof IngestRefused ? error.details : { detail: error.detail };
    if (error instanceof TryLater) reply.header('retry-after', String(error.retryAfterSeconds));
    const problem = problemFor(error.code, { ...details, instance });
    return reply.code(problem.status).type(problemMediaType).send(JSON.stringify(problem));
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map((issue) => issue.instancePath.split('/').filter(Boolean).join('.')).join(', ');
    const problem = problemFor('request-invalid', {
      instance,
      detail: fields === '' ? 'The request does not have the shape that this address takes.' : `Not valid: ${fields}.`,
    });
    return reply.code(problem.status).type(problemMediaType).send(JSON.stringify(problem));
  }
  const { problem, retryAfterSeconds } = problemAnswer(error, { instance });
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  return reply.code(problem.status).type(problemMediaType).send(JSON.stringify(problem));
}
