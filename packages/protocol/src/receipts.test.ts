import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from './digest.ts';
import { operations } from './envelope.ts';
import { isReceiptReason, reasonText, receiptReasons } from './receipt-reasons.ts';
import {
  mayFollow,
  type ReceiptDraft,
  type ReceiptState,
  receiptStates,
  signReceipt,
  verifyReceipt,
} from './receipts.ts';
import { signDocument } from './signing.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { exampleHub, exampleHubKey, exampleNode, exampleNodeKey, exampleRecord, keysOf } from './testing/examples.ts';

const accepted: ReceiptDraft = {
  hub: exampleHub,
  node: exampleNode,
  epoch: 1,
  seq: 7,
  op: 'publish',
  record: exampleRecord,
  revision: 1,
  envelope: sha256('an envelope'),
  state: 'accepted',
  reason: null,
  at: '2025-01-31T09:30:01.250Z',
};
const verify = (jws: string) => verifyReceipt(jws, keysOf(exampleHubKey));
const codeOf = (document: object) => errorCodeOf(() => verify(signDocument(document, 'px-receipt+jws', exampleHubKey)));

describe('a receipt', () => {
  it('is signed by the hub, verified and read as it was', () => {
    const jws = signReceipt(accepted, exampleHubKey);
    expect(verify(jws)).toEqual({ jws, kid: exampleHubKey.kid, receipt: { v: 1, ...accepted } });
  });

  it('is refused from anyone else', () => {
    const forged = signReceipt(accepted, exampleNodeKey);
    expect(errorCodeOf(() => verify(forged))).toBe('unknown-key');
  });

  it('is refused after a change of one bit', () => {
    const jws = signReceipt(accepted, exampleHubKey);
    fc.assert(
      fc.property(fc.nat(jws.length - 1), fc.nat(7), (index, bit) => {
        const changed = Buffer.from(jws, 'latin1');
        changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
        expect(errorCodeOf(() => verify(changed.toString('latin1')))).toBeDefined();
      }),
    );
  });

  it('is never an envelope, and an envelope never a receipt', () => {
    const asEnvelope = signDocument({ v: 1, ...accepted }, 'px-envelope+jws', exampleHubKey);
    expect(errorCodeOf(() => verify(asEnvelope))).toBe('header-not-allowed');
  });

  it.each(receiptStates)('in the state %s holds a reason exactly when something was held back', (state) => {
    const heldBack = state === 'quarantined' || state === 'rejected';
    expect(codeOf({ v: 1, ...accepted, state, reason: null })).toBe(heldBack ? 'receipt-invalid' : undefined);
    expect(codeOf({ v: 1, ...accepted, state, reason: 'body-invalid' })).toBe(heldBack ? undefined : 'receipt-invalid');
  });

  it.each<[string, object]>([
    ['another state', { state: 'failed' }],
    ['a reason that is a sentence', { state: 'rejected', reason: 'It failed.' }],
    ['another version', { v: 2 }],
    ['a local time', { at: '2025-01-31T09:30' }],
    ['no hub', { hub: null }],
  ])('is refused with %s', (_, change) => {
    expect(codeOf({ v: 1, ...accepted, ...change })).toBe('receipt-invalid');
  });

  it('VER-5: keeps a field and a reason that are newer than it', () => {
    const newer = { v: 1, ...accepted, state: 'rejected', reason: 'tide-too-high', attachment: { stores: [] } };
    const { receipt } = verify(signDocument(newer, 'px-receipt+jws', exampleHubKey));
    expect(receipt).toEqual(newer);
    expect(reasonText(receipt.reason ?? '')).toContain('tide-too-high');
  });
});

describe('reasons', () => {
  it.each(Object.entries(receiptReasons))('%s is one plain sentence', (code, sentence) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(sentence).toMatch(/^[A-Z][^!?]*\.$/);
    expect(sentence).not.toMatch(/fail|error|schema|JSON/i);
    expect(reasonText(code)).toBe(sentence);
  });

  it('are a closed list', () => {
    expect(isReceiptReason('body-invalid')).toBe(true);
    expect(isReceiptReason('toString')).toBe(false);
  });
});

describe('the states of a publication', () => {
  const endings = (op: (typeof operations)[number]) => {
    const reached = new Set<ReceiptState>();
    const queue: (ReceiptState | undefined)[] = [undefined];
    for (const state of queue) {
      for (const next of receiptStates) {
        if (!mayFollow(op, state, next) || reached.has(next)) continue;
        reached.add(next);
        queue.push(next);
      }
    }
    return reached;
  };

  it.each(operations)('of %s: none is left once it is rejected or purged', (op) => {
    for (const next of receiptStates) {
      expect(mayFollow(op, 'rejected', next)).toBe(false);
      expect(mayFollow(op, 'purged', next)).toBe(false);
    }
  });

  it('are those of its operation', () => {
    expect([...endings('publish')].sort()).toEqual(['accepted', 'indexed', 'quarantined', 'rejected']);
    expect([...endings('withdraw')].sort()).toEqual(['accepted', 'purged', 'quarantined', 'rejected', 'withdrawn']);
    expect([...endings('return')].sort()).toEqual(['accepted', 'quarantined', 'rejected']);
    expect(mayFollow('publish', undefined, 'indexed')).toBe(false);
    expect(mayFollow('withdraw', 'accepted', 'purged')).toBe(false);
    expect(mayFollow('withdraw', undefined, 'withdrawn')).toBe(true);
  });
});
