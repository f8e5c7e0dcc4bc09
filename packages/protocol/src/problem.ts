import { z } from 'zod';
import { digestSchema, ordinalSchema } from './identifiers.ts';
import { type ProtocolErrorCode, protocolErrors } from './protocol-errors.ts';

/** The media type of a problem document. */
export const problemMediaType = 'application/problem+json';

/** The place in a node's log that the hub wants next, and the `prev` that it expects there. */
export const chainPlaceSchema = z.object({ epoch: ordinalSchema, seq: ordinalSchema, prev: digestSchema });
export type ChainPlace = z.infer<typeof chainPlaceSchema>;

/**
 * A problem document (RFC 9457). `code` is the protocol's own stable code. `expected` stands with `sequence-gap`,
 * `broken-chain`, `equivocation` and `epoch-not-approved`; `index` names an item of a batch, from 0. Unknown members
 * are kept.
 */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  expected: chainPlaceSchema.optional(),
  index: z.int().min(0).optional(),
});

export type Problem = z.infer<typeof problemSchema>;

/** What a problem document may say beside what its code says. */
export type ProblemDetails = {
  readonly detail?: string;
  readonly instance?: string;
  readonly expected?: ChainPlace;
  readonly index?: number;
};

/** The problem document of a code. `type` is a path on the hub; `detail` is the code's sentence unless given. */
export function problemFor(
  code: ProtocolErrorCode,
  details: ProblemDetails = {},
): Problem & { code: ProtocolErrorCode } {
  const { status, title, sentence } = protocolErrors[code];
  return { type: `/problems/${code}`, title, status, code, detail: sentence, ...details };
}

/** Whether a code is one that this version of the protocol knows. */
export function isProtocolErrorCode(code: string): code is ProtocolErrorCode {
  return Object.hasOwn(protocolErrors, code);
}
