import { z } from 'zod';
import { describeIssues } from './describe-issues.ts';
import { type Operation, operations } from './envelope.ts';
import { digestSchema, idSchema, instantSchema, ordinalSchema } from './identifiers.ts';
import type { KeyLookup, SigningKey } from './keys.ts';
import { protocolVersion } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';
import type { ReceiptReason } from './receipt-reasons.ts';
import { type CompactJws, signDocument, verifyDocument } from './signing.ts';

/** What became of a publication, in the hub's words. */
export const receiptStates = ['accepted', 'quarantined', 'rejected', 'indexed', 'withdrawn', 'purged'] as const;
export type ReceiptState = (typeof receiptStates)[number];

/** How many findings a receipt names. */
export const receiptFindingsAtMost = 20;

/** Where the hub's own check found something, for the author: what kind of thing, in which field. Never the words. */
export const receiptFindingSchema = z.object({
  kind: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)*$/)
    .max(64),
  field: z.string().min(1).max(100),
});
export type ReceiptFinding = z.infer<typeof receiptFindingSchema>;

const needsReason: ReadonlySet<string> = new Set<ReceiptState>(['quarantined', 'rejected']);

/**
 * The hub's answer to one publication. `envelope` is the hash of the signed envelope that it answers; `at` is the hub's
 * time. A reason stands with `quarantined` and `rejected` and nowhere else, and with it, where there is more to say,
 * `findings` or the words of the person who decided, `note`. With `purged` stands the digest of the purge
 * certificate, which travels beside it. Unknown fields are kept.
 */
export const receiptSchema = z
  .looseObject({
    v: z.literal(protocolVersion),
    hub: idSchema,
    node: idSchema,
    epoch: ordinalSchema,
    seq: ordinalSchema,
    op: z.enum(operations),
    record: idSchema.nullable(),
    revision: ordinalSchema.nullable(),
    envelope: digestSchema,
    state: z.enum(receiptStates),
    reason: z
      .string()
      .regex(/^[a-z]+(-[a-z]+)*$/, 'is a reason code')
      .max(64)
      .nullable(),
    at: instantSchema,
    findings: z.array(receiptFindingSchema).min(1).max(receiptFindingsAtMost).optional(),
    note: z.string().trim().min(1).max(500).optional(),
    certificate: digestSchema.optional(),
  })
  .superRefine((receipt, context) => {
    const wanted = needsReason.has(receipt.state);
    if (wanted !== (receipt.reason !== null)) {
      context.addIssue({ code: 'custom', path: ['reason'], message: 'stands with quarantined and rejected only' });
    }
    if (receipt.state !== 'purged' && receipt.certificate !== undefined) {
      context.addIssue({ code: 'custom', path: ['certificate'], message: 'stands with purged only' });
    }
    for (const field of ['findings', 'note'] as const) {
      if (!wanted && receipt[field] !== undefined) {
        context.addIssue({ code: 'custom', path: [field], message: 'stands with quarantined and rejected only' });
      }
    }
  });

export type Receipt = z.infer<typeof receiptSchema>;

/** A receipt to sign: as `Receipt`, with a reason out of the closed list. */
export type ReceiptDraft = {
  readonly hub: string;
  readonly node: string;
  readonly epoch: number;
  readonly seq: number;
  readonly op: Operation;
  readonly record: string | null;
  readonly revision: number | null;
  readonly envelope: string;
  readonly at: string;
} & (
  | {
      readonly state: 'quarantined' | 'rejected';
      readonly reason: ReceiptReason;
      readonly findings?: readonly ReceiptFinding[];
      readonly note?: string;
    }
  | { readonly state: 'purged'; readonly reason: null; readonly certificate?: string }
  | { readonly state: Exclude<ReceiptState, 'quarantined' | 'rejected' | 'purged'>; readonly reason: null }
);

/** A verified receipt with its exact text. */
export type VerifiedReceipt = { readonly jws: CompactJws; readonly kid: string; readonly receipt: Receipt };

/** Signs a receipt with the hub's key; `receipt-invalid` when it breaks a rule. */
export function signReceipt(draft: ReceiptDraft, key: SigningKey): CompactJws {
  return signDocument(readReceipt({ v: protocolVersion, ...draft }), 'px-receipt+jws', key);
}

/** Verifies a receipt against the hub's keys and reads it. `receipt-invalid` beside the codes of `verifyDocument`. */
export function verifyReceipt(jws: string, keyLookup: KeyLookup): VerifiedReceipt {
  const { kid, document } = verifyDocument(jws, 'px-receipt+jws', keyLookup);
  return { jws: jws as CompactJws, kid, receipt: readReceipt(document) };
}

/**
 * Whether `next` may follow `previous` (undefined: no receipt yet) for a publication with this operation. The state
 * machine of FEDERATION.md, section "Receipts".
 */
export function mayFollow(op: Operation, previous: ReceiptState | undefined, next: ReceiptState): boolean {
  const machine = op === 'withdraw' ? withdrawal : contentOperations.has(op) ? content : record;
  return machine[previous ?? 'none'].includes(next);
}

type Machine = Readonly<Record<ReceiptState | 'none', readonly ReceiptState[]>>;

const contentOperations: ReadonlySet<Operation> = new Set<Operation>(['publish', 'revise', 'rescope', 'statement']);

const content: Machine = {
  none: ['accepted', 'quarantined', 'rejected'],
  accepted: ['indexed', 'quarantined'],
  indexed: ['quarantined'],
  quarantined: ['accepted', 'rejected'],
  rejected: [],
  withdrawn: [],
  purged: [],
};
const withdrawal: Machine = {
  none: ['accepted', 'withdrawn', 'quarantined', 'rejected'],
  accepted: ['withdrawn'],
  withdrawn: ['purged'],
  indexed: [],
  quarantined: ['withdrawn', 'rejected'],
  rejected: [],
  purged: [],
};
const record: Machine = { ...content, accepted: ['quarantined'], indexed: [] };

function readReceipt(document: unknown): Receipt {
  const parsed = receiptSchema.safeParse(document);
  if (!parsed.success) throw new ProtocolError('receipt-invalid', describeIssues(parsed.error));
  return parsed.data;
}
