import fastifyJwt from '@fastify/jwt';
import {
  checkRequestClaims,
  hubPaths,
  ProtocolError,
  type PublicJwk,
  publicKeyPem,
  type RequestClaims,
  requestTokenHeader,
  sha256,
} from '@practice-exchange/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { HubContext } from '../../context.ts';
import { type MemberRequest, noteRequest, type Traffic } from '../limits/store.ts';
import { receiptsQuerySchema } from '../receipts/receipts-query.ts';
import { type ActiveMember, findMemberByKey } from './store.ts';

/** The member that made a request, with its keys by id, the key of the request's token, its claims, and how much it asks. */
export type RequestingMember = ActiveMember & { kid: string; claims: RequestClaims; traffic: Traffic };

/**
 * What a member must be for an address: registered at all, not expelled (to follow what became of its publications), neither
 * suspended nor asking with a key that is not trusted (to compare and read back what the hub holds of it), not expelled and
 * asking with a key that is trusted (to hear of a risk in its records and to answer), able to publish, taking part (live and switched on for publishing), or served, by itself or for a person.
 */
type Standing =
  | 'registered'
  | 'follows'
  | 'answers'
  | 'compares'
  | 'publishes'
  | 'takes-part'
  | 'served'
  | 'served-for-a-person';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a member must be to use the address; without it no token is asked. */
    member?: Standing;
  }
  interface FastifyRequest {
    rawBody: Buffer;
    member: RequestingMember | null;
  }
}

const empty = Buffer.alloc(0);

async function setUp(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  app.decorateRequest('member', null);
  app.decorateRequest('rawBody');
  app.addHook('onRequest', async (request) => {
    request.rawBody = empty;
  });
  // The token is bound to the exact bytes of the body, so they are kept beside what was parsed of them.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = body as Buffer;
    void parseJson(request, body.toString('utf8'), done);
  });
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: async (request: FastifyRequest, token: unknown) =>
      publicKeyPem((await candidateOf(context, request, token)).jwk),
    // Times are checked with the other claims, where each mistake has its own code.
    verify: { algorithms: [requestTokenHeader.alg], ignoreExpiration: true, ignoreNotBefore: true },
  });
  app.addHook('preValidation', async (request) => {
    const wanted = request.routeOptions.config.member;
    if (wanted === undefined) return;
    request.member = await authenticate(context, request);
    assertSwitchedOn(request.member, wanted);
  });
}

/** Checks the request token of every route that declares `config.member`, and sets `request.member`. */
export const memberRequests = fp(setUp, { name: 'member-requests' });

/** The member that made a request, at a route that declares `config.member`. */
export function memberOf({ member }: FastifyRequest): RequestingMember {
  if (!member) throw new ProtocolError('token-missing');
  return member;
}

type Candidate = { member: ActiveMember; kid: string; jwk: PublicJwk };
const candidates = new WeakMap<FastifyRequest, Candidate>();

async function candidateOf(context: HubContext, request: FastifyRequest, token: unknown): Promise<Candidate> {
  const { header, payload } = (token ?? {}) as {
    header?: { kid?: unknown; typ?: unknown };
    payload?: { iss?: unknown };
  };
  if (header?.typ !== requestTokenHeader.typ || typeof header.kid !== 'string')
    throw new ProtocolError('token-invalid');
  const member = await findMemberByKey(context.database, header.kid);
  const jwk = member?.keys.get(header.kid);
  if (!member || !jwk || member.node !== payload?.iss) throw new ProtocolError('token-unknown-issuer');
  const candidate = { member, kid: header.kid, jwk };
  candidates.set(request, candidate);
  return candidate;
}

async function authenticate(context: HubContext, request: FastifyRequest): Promise<RequestingMember> {
  if (!request.headers.authorization) throw new ProtocolError('token-missing');
  let payload: unknown;
  try {
    payload = await request.jwtVerify();
  } catch (error) {
    throw error instanceof ProtocolError ? error : new ProtocolError('token-invalid');
  }
  const candidate = candidates.get(request);
  if (!candidate) throw new ProtocolError('token-invalid');
  const claims = checkRequestClaims(payload, {
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
    bodyHash: sha256(request.rawBody),
    now: Math.floor(Date.now() / 1000),
    audience: context.hub.id,
  });
  const traffic = await noteRequest(context.database, {
    node: candidate.member.node,
    jti: claims.jti,
    expiresAt: new Date((claims.exp + 60) * 1000),
    follow: followOf(request),
  });
  if (!traffic) throw new ProtocolError('token-replayed');
  return { ...candidate.member, kid: candidate.kid, claims, traffic };
}

function followOf({ routeOptions, query }: FastifyRequest): MemberRequest['follow'] {
  const parsed = routeOptions.url === hubPaths.receipts ? receiptsQuerySchema.safeParse(query) : null;
  return parsed?.success ? { undelivered: parsed.data.undelivered ?? null, receiptsAfter: parsed.data.after } : null;
}

function assertSwitchedOn(member: RequestingMember, wanted: Standing): void {
  if (wanted === 'registered') return;
  if (member.state === 'expelled') throw new ProtocolError('member-expelled');
  if (wanted === 'follows') return;
  if (member.state === 'suspended' && wanted !== 'answers') throw new ProtocolError('member-suspended');
  if (wanted === 'publishes' || wanted === 'takes-part') {
    if (member.state === 'frozen') throw new ProtocolError('node-frozen');
    if (member.state === 'conformance' && wanted === 'publishes') return;
    if (!member.mayPublish) throw new ProtocolError('may-not-publish');
    if (wanted === 'publishes') return;
  } else if (wanted !== 'compares' && wanted !== 'answers' && !member.isServed) {
    throw new ProtocolError('not-served');
  }
  // Whoever stole a key may not read with it; what it publishes waits for a person.
  if (member.notTrusted.has(member.kid)) throw new ProtocolError('key-not-trusted');
  if (wanted === 'served-for-a-person' && member.claims.sub === undefined) throw new ProtocolError('person-required');
}
