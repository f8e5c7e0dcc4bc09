import {
  hubPaths,
  idSchema,
  ProtocolError,
  riskAnswerRequestSchema,
  riskReportRequestSchema,
  riskReportSchema,
  riskReportsResponseSchema,
} from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { memberOf } from '../members/member-requests.ts';
import { answerRiskReport, riskReportsFor, takeRiskReport } from './risk-reports.ts';

const tags = ['Protocol'];

/** What nodes say to each other through the hub of records in which somebody could be recognised. */
export async function riskReportApi(root: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const app = root.withTypeProvider<ZodTypeProvider>();

  app.post(
    hubPaths.riskReports,
    {
      config: { access: 'public', member: 'served' },
      schema: {
        tags,
        summary: 'Report that somebody could be recognised in a record of another authority',
        body: riskReportRequestSchema,
        response: { 200: riskReportSchema },
      },
    },
    async (request) => {
      const member = memberOf(request);
      // Who reported stays at the node: a token that tells of a person is one too many.
      if (member.claims.sub !== undefined) throw new ProtocolError('request-invalid', 'not for a person');
      return takeRiskReport(context, member, request.body);
    },
  );

  app.get(
    hubPaths.riskReports,
    {
      config: { access: 'public', member: 'answers' },
      schema: {
        tags,
        summary: "The risk reports that the node's authority made, and those of its own records",
        querystring: z.object({ after: idSchema.optional() }),
        response: { 200: riskReportsResponseSchema },
      },
    },
    (request) => riskReportsFor(context, memberOf(request), request.query.after),
  );

  app.post(
    hubPaths.riskReportAnswer,
    {
      config: { access: 'public', member: 'answers' },
      schema: {
        tags,
        summary: "Answer a risk report of one of the node's records: why it stays as it is",
        params: z.object({ id: idSchema }),
        body: riskAnswerRequestSchema,
        response: { 200: riskReportSchema },
      },
    },
    (request) => answerRiskReport(context, memberOf(request), { id: request.params.id, ...request.body }),
  );
}
