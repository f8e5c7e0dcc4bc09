import swagger from '@fastify/swagger';
import { AppError, sendProblem } from '@practice-exchange/platform';
import {
  idSchema,
  learningResponseSchema,
  searchRequestSchema,
  searchResponseSchema,
  whatWasDoneRequestSchema,
  whatWasDoneResponseSchema,
} from '@practice-exchange/protocol';
import { addApiDocs } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { readLearning } from '../learning/learning.ts';
import { searchNetwork, whatWasDone } from '../searching/searching.ts';
import { termMap, termSchema } from '../terms/term-map.ts';

const tags = ['Learning'];
const signedIn = { access: 'signed-in' } as const;

/** The node's own API: what its pages show of the network's learning, for programs, behind the same guard. */
export async function learningApi(root: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  root.setValidatorCompiler(validatorCompiler);
  root.setSerializerCompiler(serializerCompiler);
  await root.register(swagger, {
    openapi: {
      info: { title: 'Practice Exchange node', version: '1', description: 'What this authority’s programs may ask.' },
    },
    transform: jsonSchemaTransform,
    hideUntagged: true,
  });
  addApiDocs(root, {
    openApi: paths.openApi,
    page: paths.apiDocs,
    about: [
      'What programs of your authority may ask of this node, for somebody who is signed in.',
      'Words that may identify a person are refused here, before anything leaves the node. Every error is a problem document (RFC 9457).',
    ],
    describe: () => root.swagger(),
  });
  root.setErrorHandler((error, request, reply) => sendProblem(readable(error), request, reply));
  const app = root.withTypeProvider<ZodTypeProvider>();

  app.post(
    paths.apiSearch,
    {
      config: signedIn,
      schema: {
        tags,
        summary:
          'Search the network’s learning. 422 when the words may identify a person; nothing has left the node then',
        body: searchRequestSchema,
        response: { 200: searchResponseSchema },
      },
    },
    (request) => searchNetwork(context, personOf(request), request.body),
  );

  app.post(
    paths.apiWhatWasDone,
    {
      config: signedIn,
      schema: {
        tags,
        summary: 'What was done in the learning that answers a search best, grouped and quoted. 422 as for a search',
        body: whatWasDoneRequestSchema,
        response: { 200: whatWasDoneResponseSchema },
      },
    },
    (request) => whatWasDone(context, personOf(request), request.body),
  );

  app.get(
    paths.apiLearning,
    {
      config: signedIn,
      schema: {
        tags,
        summary: 'One learning record, with learning that is like it. 410 when it was withdrawn',
        params: z.object({ id: idSchema }),
        response: { 200: learningResponseSchema },
      },
    },
    (request) => readLearning(context, personOf(request), request.params.id),
  );

  app.get(
    paths.apiTerms,
    {
      config: signedIn,
      schema: {
        tags,
        summary: 'The terminology: concepts with every wording, and what is kept apart from what',
        response: { 200: z.object({ terms: z.array(termSchema) }) },
      },
    },
    async () => ({ terms: termMap.map((term) => ({ ...term })) }),
  );
}

/** What does not fit a schema, in words; anything else as it is. */
function readable(error: unknown): unknown {
  if (!hasZodFastifySchemaValidationErrors(error)) return error;
  return new AppError({
    code: 'request-invalid',
    status: 400,
    title: 'The request is not valid',
    message: 'The request does not have the shape that this address takes.',
    errors: error.validation.map(({ instancePath, message }) => ({
      field: instancePath.split('/').filter(Boolean).join('.'),
      message: message ?? 'is not valid',
    })),
  });
}
