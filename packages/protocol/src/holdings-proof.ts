import { z } from 'zod';
import { startOfEpoch, verifyChain } from './chain.ts';
import { describeIssues } from './describe-issues.ts';
import { verifyEnvelope } from './envelope.ts';
import { fingerprintOf } from './fingerprint.ts';
import { digestChunks, digestOfChunks, Holdings, holdingSchema } from './holdings.ts';
import { idSchema } from './identifiers.ts';
import { type KeyLookup, publicJwkSchema, thumbprintOf } from './keys.ts';
import { type Manifest, verifyManifest } from './manifest.ts';
import { ProtocolError } from './protocol-error.ts';
import { compactJwsSchema } from './publication-messages.ts';
import { type ReceiptState, verifyReceipt } from './receipts.ts';

/**
 * Everything by which a node proves, to anyone and without the hub, what the hub holds of it: the hub's signed manifest, the
 * holdings that it counts, the node's signed log without its texts, and the hub's receipts.
 */
export const holdingsProofSchema = z.strictObject({
  node: idSchema,
  nodeKeys: z.array(publicJwkSchema).min(1),
  hubKeys: z.array(publicJwkSchema).min(1),
  manifest: compactJwsSchema,
  holdings: z.array(holdingSchema),
  envelopes: z.array(compactJwsSchema),
  receipts: z.array(compactJwsSchema),
});

export type HoldingsProof = z.infer<typeof holdingsProofSchema>;

/** What a proof shows, and the reasons why it does not. `hubFingerprint` is to be compared with what the operator reads out. */
export type ProofReport = {
  readonly faults: readonly string[];
  readonly manifest: Manifest | null;
  readonly hubFingerprint: string | null;
  readonly envelopes: number;
  readonly receipts: number;
};

/** Verifies a proof from end to end. Never throws for what is in it. */
export async function verifyHoldingsProof(given: unknown): Promise<ProofReport> {
  const faults: string[] = [];
  const parsed = holdingsProofSchema.safeParse(given);
  if (!parsed.success) {
    faults.push(`This is not a proof of holdings: ${describeIssues(parsed.error)}.`);
    return { faults, manifest: null, hubFingerprint: null, envelopes: 0, receipts: 0 };
  }
  const proof = parsed.data;
  const hubKeys = lookupIn(proof.hubKeys);
  const nodeKeys = lookupIn(proof.nodeKeys);
  const manifest = attempt(faults, 'The manifest does not verify', () => verifyManifest(proof.manifest, hubKeys));
  if (manifest && (manifest.by !== 'hub' || manifest.node !== proof.node)) {
    faults.push('The manifest is not the hub’s word about this node.');
  }
  if (manifest && digestOfChunks(digestChunks(proof.holdings)) !== manifest.digest) {
    faults.push('The holdings are not those that the hub signed for.');
  }
  const states = readReceipts(proof, hubKeys, faults);
  const last = await readLog(proof, nodeKeys, faults);
  if (manifest && last !== manifest.head.hash) faults.push('The log does not end where the hub’s manifest stands.');
  if (manifest && digestOfChunks(digestChunks(heldAfter(proof, nodeKeys, states).values())) !== manifest.digest) {
    faults.push('What the log and the receipts amount to is not what the hub holds.');
  }
  const [hubKey] = proof.hubKeys;
  return {
    faults,
    manifest,
    hubFingerprint: hubKey ? fingerprintOf(hubKey) : null,
    envelopes: proof.envelopes.length,
    receipts: proof.receipts.length,
  };
}

/** Verifies the receipts and gives the newest state of each envelope by its hash. */
function readReceipts({ receipts, node }: HoldingsProof, keys: KeyLookup, faults: string[]): Map<string, ReceiptState> {
  const states = new Map<string, ReceiptState>();
  for (const jws of receipts) {
    const verified = attempt(faults, 'A receipt does not verify', () => verifyReceipt(jws, keys));
    if (!verified) return states;
    if (verified.receipt.node !== node) faults.push('A receipt is for another node.');
    states.set(verified.receipt.envelope, verified.receipt.state);
  }
  return states;
}

/** Verifies the chain of each epoch and gives the hash at its end. */
async function readLog({ envelopes, node }: HoldingsProof, keys: KeyLookup, faults: string[]): Promise<string> {
  const epochs = Map.groupBy(envelopes, (jws) => epochOf(jws, keys) ?? 0);
  let last = startOfEpoch(node, 1).hash;
  for (const [epoch, items] of [...epochs].sort(([a], [b]) => a - b)) {
    if (epoch === 0) {
      faults.push('An envelope does not verify.');
      continue;
    }
    const report = await verifyChain(items, startOfEpoch(node, epoch), keys);
    if (!report.ok)
      faults.push(`The chain of epoch ${epoch} breaks after place ${report.head.seq}: ${report.break.code}.`);
    last = report.head.hash;
  }
  return last;
}

function heldAfter({ envelopes }: HoldingsProof, keys: KeyLookup, states: ReadonlyMap<string, ReceiptState>): Holdings {
  const holdings = new Holdings();
  for (const jws of envelopes) {
    const verified = attempt([], '', () => verifyEnvelope(jws, keys, { anyCritical: true }));
    if (!verified) continue;
    const state = states.get(verified.hash);
    if (state !== undefined && state !== 'rejected' && state !== 'quarantined') holdings.add(verified.envelope);
  }
  return holdings;
}

function epochOf(jws: string, keys: KeyLookup): number | null {
  return attempt([], '', () => verifyEnvelope(jws, keys, { anyCritical: true }))?.envelope.epoch ?? null;
}

function attempt<T>(faults: string[], sentence: string, run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    faults.push(`${sentence}: ${error.code}.`);
    return null;
  }
}

function lookupIn(keys: HoldingsProof['hubKeys']): KeyLookup {
  const byId = new Map(keys.map((key) => [thumbprintOf(key), key]));
  return (kid) => byId.get(kid);
}
