import { z } from 'zod';
import { audienceSchema } from './audience.ts';
import type { CanonicalValue } from './canonical.ts';
import { describeIssues } from './describe-issues.ts';
import { digestSchema, idSchema, instantSchema, ordinalSchema } from './identifiers.ts';
import type { KeyLookup, SigningKey } from './keys.ts';
import { protocolVersion } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { type CompactJws, signDocument, verifyDocument } from './signing.ts';

/** The operations of a publication log. */
export const operations = [
  'publish',
  'revise',
  'rescope',
  'withdraw',
  'statement',
  'return',
  'rotate-key',
  'heartbeat',
] as const;

export type Operation = (typeof operations)[number];

/** The fields of protocol version 1. A name in `crit` is never one of these. */
export const envelopeFields = [
  'v',
  'node',
  'epoch',
  'seq',
  'prev',
  'op',
  'record',
  'revision',
  'prevRevision',
  'audience',
  'schema',
  'vocabulary',
  'commitment',
  'created',
  'notice',
  'crit',
] as const;

/** Extension fields that this version understands when an envelope marks them as critical. */
const understoodExtensions: ReadonlySet<string> = new Set(['synthetic']);

const syntheticOperations: ReadonlySet<Operation> = new Set<Operation>(['publish', 'revise', 'rescope', 'withdraw']);

const vocabularySchema = z.string().regex(/^\d{1,4}\.\d{1,4}$/, 'is a vocabulary version such as 1.0');

const every = {
  v: z.literal(protocolVersion),
  node: idSchema,
  epoch: ordinalSchema,
  seq: ordinalSchema,
  prev: digestSchema,
  vocabulary: vocabularySchema,
  created: instantSchema,
  crit: z.array(z.string().min(1).max(64)).min(1).max(16).optional(),
  synthetic: z.literal(true).optional(),
};
const noRecord = { record: z.null(), revision: z.null(), prevRevision: z.null() };
const laterRevision = { record: idSchema, revision: ordinalSchema, prevRevision: ordinalSchema };
const anyRevision = { record: idSchema, revision: ordinalSchema, prevRevision: ordinalSchema.nullable() };
const noBody = { schema: z.null(), commitment: z.null() };
// The envelope ties the operation to a family of schemas; whether this version of it is known is asked later, so that a
// newer body is answered with a receipt and the sequence goes on.
const body = (family: string) => ({
  schema: z.string().regex(new RegExp(`^${family}/[1-9][0-9]{0,2}$`), `is a version of ${family}`),
  commitment: digestSchema,
});

// Unknown optional fields are kept: they were signed, and a later version may need them.
const byOperation = z.discriminatedUnion('op', [
  z.looseObject({
    ...every,
    op: z.literal('publish'),
    record: idSchema,
    revision: z.literal(1),
    prevRevision: z.null(),
    audience: audienceSchema,
    ...body('learning-record'),
  }),
  z.looseObject({
    ...every,
    op: z.literal('revise'),
    ...laterRevision,
    audience: audienceSchema,
    ...body('learning-record'),
  }),
  z.looseObject({ ...every, op: z.literal('rescope'), ...laterRevision, audience: audienceSchema, ...noBody }),
  z.looseObject({
    ...every,
    op: z.literal('withdraw'),
    ...laterRevision,
    audience: z.null(),
    ...noBody,
    notice: z
      .string()
      .regex(/^[a-z]+(-[a-z]+)*$/, 'is a code')
      .max(64)
      .optional(),
  }),
  z.looseObject({
    ...every,
    op: z.literal('statement'),
    ...anyRevision,
    audience: audienceSchema,
    ...body('practice-statement'),
  }),
  z.looseObject({
    ...every,
    op: z.literal('return'),
    ...anyRevision,
    audience: z.null(),
    ...body('caseload-return'),
  }),
  z.looseObject({ ...every, op: z.literal('rotate-key'), ...noRecord, audience: z.null(), ...body('key-rotation') }),
  z.looseObject({ ...every, op: z.literal('heartbeat'), ...noRecord, audience: z.null(), ...noBody }),
]);

/**
 * One entry of a node's publication log, as it is signed. Each operation says which fields hold a value and which are
 * null; a record's revisions count 1, 2, 3, … through every operation on it.
 */
export const envelopeSchema = byOperation.superRefine((envelope, context) => {
  const expected = envelope.revision === null || envelope.revision === 1 ? null : envelope.revision - 1;
  if (envelope.prevRevision !== expected) {
    context.addIssue({ code: 'custom', path: ['prevRevision'], message: 'is the revision before this one' });
  }
  if (envelope.synthetic && !(envelope.crit?.includes('synthetic') && syntheticOperations.has(envelope.op))) {
    context.addIssue({ code: 'custom', path: ['synthetic'], message: 'is critical, and stands with a record only' });
  }
});

export type Envelope = z.infer<typeof envelopeSchema>;
export type EnvelopeOf<O extends Operation> = Extract<Envelope, { op: O }>;

/** The body schema that this version writes for an operation, or null when it carries no body. */
export const bodySchemaOf = {
  publish: 'learning-record/1',
  revise: 'learning-record/1',
  rescope: null,
  withdraw: null,
  statement: 'practice-statement/1',
  return: 'caseload-return/1',
  'rotate-key': 'key-rotation/1',
  heartbeat: null,
} as const satisfies Record<Operation, string | null>;

/** The names of the body schemas. */
export type BodySchemaName = NonNullable<(typeof bodySchemaOf)[Operation]>;

/** A verified envelope with the exact text that was signed, its hash, and the key that signed it. */
export type VerifiedEnvelope = {
  readonly jws: CompactJws;
  readonly hash: string;
  readonly kid: string;
  readonly envelope: Envelope;
};

/** Whether an envelope is about a synthetic record, which no reader is ever shown. */
export function isSynthetic(envelope: Pick<Envelope, 'synthetic'>): boolean {
  return envelope.synthetic === true;
}

/** Signs an envelope; `envelope-invalid` when it breaks a rule for its operation. */
export function signEnvelope(envelope: Envelope, key: SigningKey): CompactJws {
  return signDocument(readEnvelope(envelope), 'px-envelope+jws', key);
}

/**
 * Verifies a signed envelope and reads it. Beside the codes of `verifyDocument`, throws `unsupported-version`,
 * `unknown-critical-field` or `envelope-invalid`, in this order. With `anyCritical`, critical fields that are not understood
 * pass: for telling where an envelope stands without acting on it.
 */
export function verifyEnvelope(
  jws: string,
  keyLookup: KeyLookup,
  options: { readonly anyCritical?: boolean } = {},
): VerifiedEnvelope {
  const { kid, document, hash } = verifyDocument(jws, 'px-envelope+jws', keyLookup);
  return { jws: jws as CompactJws, hash, kid, envelope: readEnvelope(document, options) };
}

/** Reads an envelope that was taken out of its signature. Same codes as `verifyEnvelope` after the signature's own. */
export function readEnvelope(
  document: CanonicalValue | Envelope,
  { anyCritical = false }: { readonly anyCritical?: boolean } = {},
): Envelope {
  if (!isObject(document)) throw new ProtocolError('envelope-invalid', 'is not an object');
  if (document.v !== protocolVersion) {
    throw new ProtocolError(typeof document.v === 'number' ? 'unsupported-version' : 'envelope-invalid');
  }
  assertCriticalFields(document, anyCritical);
  const parsed = envelopeSchema.safeParse(document);
  if (!parsed.success) throw new ProtocolError('envelope-invalid', describeIssues(parsed.error));
  return parsed.data;
}

function assertCriticalFields(document: Readonly<Record<string, unknown>>, any: boolean): void {
  if (document.crit === undefined) return;
  const critical = every.crit.safeParse(document.crit);
  if (!critical.success || critical.data === undefined)
    throw new ProtocolError('envelope-invalid', 'crit is not a list of names');
  if (new Set(critical.data).size !== critical.data.length)
    throw new ProtocolError('envelope-invalid', 'crit holds a name twice');
  for (const name of critical.data) {
    if ((envelopeFields as readonly string[]).includes(name) || !Object.hasOwn(document, name)) {
      throw new ProtocolError('envelope-invalid', 'crit names a field of this version, or one that is not there');
    }
    if (!any && !understoodExtensions.has(name)) throw new ProtocolError('unknown-critical-field');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
