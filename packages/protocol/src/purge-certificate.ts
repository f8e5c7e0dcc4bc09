import { z } from 'zod';
import { audienceSchema } from './audience.ts';
import { describeIssues } from './describe-issues.ts';
import { digestSchema, idSchema, instantSchema, ordinalSchema } from './identifiers.ts';
import type { KeyLookup, SigningKey } from './keys.ts';
import { protocolVersion } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import { type CompactJws, hashOf, signDocument, verifyDocument } from './signing.ts';

const code = z
  .string()
  .regex(/^[a-z]+(-[a-z]+)*$/, 'is a code')
  .max(64);

/** What no hub can prove: each with the plain sentence for whoever took a record back. */
export const notProven = {
  'print-outs': 'What somebody printed or wrote down.',
  downloads: 'What somebody copied, downloaded or photographed.',
  backups:
    'Backups of the hub’s database, which keep what they hold until they expire. A record stays withdrawn when one is restored.',
  'other-nodes': 'Copies that other authorities’ systems have not yet confirmed to be gone.',
} as const satisfies Record<string, string>;

/**
 * The hub's word that a withdrawn record is gone: every store that could hold something of it, and how each was asked
 * (`id`: for the record, `phrase`: for words that only it held). `envelope` is the hash of the withdrawal that it answers.
 * `copies` counts the other nodes that were told to remove saved copies, and those that had confirmed by then.
 *
 * With `audience` it is the hub's word that the record is gone for everybody outside that audience: `envelope` is then the
 * `rescope`, `stores` names what answers readers, and each was asked as those whom it excludes.
 */
export const purgeCertificateSchema = z.looseObject({
  v: z.literal(protocolVersion),
  hub: idSchema,
  node: idSchema,
  record: idSchema,
  revision: ordinalSchema,
  envelope: digestSchema,
  hiddenAt: instantSchema,
  purgedAt: instantSchema,
  stores: z
    .array(
      z.looseObject({ store: code, askedBy: z.array(z.enum(['id', 'phrase'])).min(1), found: z.literal('nothing') }),
    )
    .min(1),
  audience: audienceSchema.optional(),
  notProven: z.array(code).min(1),
  copies: z.looseObject({ told: z.int().min(0), confirmed: z.int().min(0) }),
});

export type PurgeCertificate = z.infer<typeof purgeCertificateSchema>;

/** A verified certificate, and the digest by which its receipt names it. */
export type VerifiedPurgeCertificate = {
  readonly kid: string;
  readonly hash: string;
  readonly certificate: PurgeCertificate;
};

/** Signs a certificate with the hub's key; `certificate-invalid` when it breaks a rule. */
export function signPurgeCertificate(draft: Omit<PurgeCertificate, 'v'>, key: SigningKey): CompactJws {
  return signDocument(readPurgeCertificate({ v: protocolVersion, ...draft }), 'px-purge-certificate+jws', key);
}

/** Verifies a certificate against the hub's keys and reads it. `certificate-invalid` beside the codes of `verifyDocument`. */
export function verifyPurgeCertificate(jws: string, keyLookup: KeyLookup): VerifiedPurgeCertificate {
  const { kid, document } = verifyDocument(jws, 'px-purge-certificate+jws', keyLookup);
  return { kid, hash: hashOf(jws as CompactJws), certificate: readPurgeCertificate(document) };
}

function readPurgeCertificate(document: unknown): PurgeCertificate {
  const parsed = purgeCertificateSchema.safeParse(document);
  if (!parsed.success) throw new ProtocolError('certificate-invalid', describeIssues(parsed.error));
  return parsed.data;
}
