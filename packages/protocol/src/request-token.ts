import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { digestSchema, idSchema } from './identifiers.ts';
import type { SigningKey } from './keys.ts';
import { protocolLimits } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

/** The `typ` and `alg` of a request token's header. `EdDSA` is the name that JWT libraries know (RFC 8037). */
export const requestTokenHeader = { alg: 'EdDSA', typ: 'px-request+jwt' } as const;

/** What a person may do at their node; the hub learns this and never who they are. */
export const personRoles = ['practitioner', 'lead', 'administrator'] as const;
export type PersonRole = (typeof personRoles)[number];

/** The person for whom a node asks: a pseudonym that only the node can undo, and a role. */
export type OnBehalfOf = { readonly subject: string; readonly role: PersonRole };

/**
 * The claims of a request token (RFC 7519). `iss` is the node's id, `aud` the hub's, `iat` and `exp` seconds, `body`
 * the SHA-256 of the raw request body (of nothing, for a request without one), `path` the path without its query.
 * `sub` and `role` stand together, when the request is made for a person.
 */
export const requestClaimsSchema = z
  .looseObject({
    iss: idSchema,
    aud: idSchema,
    iat: z.int().min(0),
    exp: z.int().min(0),
    jti: idSchema,
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
    path: z
      .string()
      .startsWith('/')
      .max(512)
      .regex(/^[^?#]*$/, 'holds no query'),
    body: digestSchema,
    sub: digestSchema.exactOptional(),
    role: z.enum(personRoles).exactOptional(),
  })
  .refine((claims) => (claims.sub === undefined) === (claims.role === undefined), 'sub and role stand together');

export type RequestClaims = z.infer<typeof requestClaimsSchema>;

/** Signs claims as a JWT with the node's key. */
export async function signRequestToken(claims: RequestClaims, key: SigningKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ ...requestTokenHeader, kid: key.kid }).sign(key.keyObject());
}

/**
 * Checks claims whose signature was verified already. `now` is the hub's time in seconds; `leewaySeconds` (default 5)
 * forgives clocks that differ a little. Whether `jti` was seen before is for the hub to remember, until `exp` plus the
 * leeway has passed. Gives the claims; throws `token-invalid`, `token-wrong-audience`, `token-too-long`,
 * `token-not-yet-valid`, `token-expired`, `token-wrong-request` or `token-wrong-body`.
 */
export function checkRequestClaims(
  claims: unknown,
  request: {
    readonly method: string;
    readonly path: string;
    readonly bodyHash: string;
    readonly now: number;
    readonly audience: string;
    readonly leewaySeconds?: number;
  },
): RequestClaims {
  const parsed = requestClaimsSchema.safeParse(claims);
  if (!parsed.success) throw new ProtocolError('token-invalid');
  const token = parsed.data;
  const leeway = request.leewaySeconds ?? 5;
  if (token.aud !== request.audience) throw new ProtocolError('token-wrong-audience');
  if (token.exp <= token.iat) throw new ProtocolError('token-invalid');
  if (token.exp - token.iat > protocolLimits.tokenSeconds) throw new ProtocolError('token-too-long');
  if (token.iat > request.now + leeway) throw new ProtocolError('token-not-yet-valid');
  if (token.exp <= request.now - leeway) throw new ProtocolError('token-expired');
  if (token.method !== request.method || token.path !== request.path) throw new ProtocolError('token-wrong-request');
  if (token.body !== request.bodyHash) throw new ProtocolError('token-wrong-body');
  return token;
}

/**
 * A person's pseudonym towards the hub: HMAC-SHA-256 (RFC 2104) of the person's id at the node, with a secret of the
 * node of at least 32 bytes. The same person is the same pseudonym; nobody without the secret can get back.
 */
export function pseudonymOf(nodeSecret: Uint8Array, personId: string): string {
  if (nodeSecret.byteLength < 32) throw new RangeError('A node secret is at least 32 bytes');
  return createHmac('sha256', nodeSecret).update(`px-person\n${personId}`).digest('base64url');
}
