import { describe, expect, it } from 'vitest';
import { assertFollows, type ChainHead, headAfter, nextEnvelope, startOfEpoch, verifyChain } from './chain.ts';
import { type Operation, signEnvelope, verifyEnvelope } from './envelope.ts';
import { generatePrivateJwk, openSigningKey } from './keys.ts';
import { drafts } from './testing/envelopes.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { exampleNode, exampleRecord, exampleNodeKey as key, keysOf } from './testing/examples.ts';

const start = startOfEpoch(exampleNode, 1);

/** Signs a chain of the operations after `head`; gives the signed envelopes and the heads after each. */
function chainOf(head: ChainHead, ops: readonly Operation[]): { signed: string[]; heads: ChainHead[] } {
  const signed: string[] = [];
  const heads: ChainHead[] = [];
  for (const op of ops) {
    const jws = signEnvelope(nextEnvelope(heads.at(-1) ?? head, drafts[op]), key);
    signed.push(jws);
    heads.push(headAfter(verifyEnvelope(jws, keysOf(key))));
  }
  return { signed, heads };
}

const ops = ['publish', 'revise', 'rescope', 'withdraw', 'heartbeat'] as const;
const { signed, heads } = chainOf(start, ops);
const verify = (items: Iterable<string> | AsyncIterable<string>, from = start) => verifyChain(items, from, keysOf(key));

describe('a chain', () => {
  it('CHN-9: verifies from the start of its epoch, and from any head within', async () => {
    expect(await verify(signed)).toEqual({ ok: true, head: heads[4], length: 5 });
    expect(await verify(signed.slice(2), heads[1])).toEqual({ ok: true, head: heads[4], length: 3 });
    expect(await verify([])).toEqual({ ok: true, head: start, length: 0 });
  });

  it('verifies as a stream', async () => {
    async function* stream() {
      yield* signed;
    }
    expect(await verify(stream())).toMatchObject({ ok: true, length: 5 });
  });

  it('CHN-1: counts from 1 without gaps and names the envelope before', () => {
    expect(heads.map((head) => head.seq)).toEqual([1, 2, 3, 4, 5]);
    const third = verifyEnvelope(signed[2] ?? '', keysOf(key)).envelope;
    expect(third.prev).toBe(heads[1]?.hash);
  });

  const otherFirst = chainOf(start, ['heartbeat']).signed[0] ?? '';
  const stranger = chainOf(startOfEpoch(exampleRecord, 1), ['heartbeat']).signed[0] ?? '';
  const otherEpoch = chainOf(startOfEpoch(exampleNode, 2), ['heartbeat']).signed[0] ?? '';

  it.each<[string, string[], string, number, { epoch: number; seq: number } | undefined]>([
    ['one is missing', [signed[0] ?? '', signed[2] ?? ''], 'sequence-gap', 1, { epoch: 1, seq: 3 }],
    ['two change places', [signed[1] ?? '', signed[0] ?? ''], 'sequence-gap', 0, { epoch: 1, seq: 2 }],
    ['one comes twice', [signed[0] ?? '', signed[0] ?? ''], 'equivocation', 1, { epoch: 1, seq: 1 }],
    ['one was replaced', [otherFirst, signed[1] ?? ''], 'broken-chain', 1, { epoch: 1, seq: 2 }],
    ['one is of another node', [stranger], 'wrong-node', 0, { epoch: 1, seq: 1 }],
    ['one is of another epoch', [otherEpoch], 'epoch-not-approved', 0, { epoch: 2, seq: 1 }],
    ['one cannot be read', [signed[0] ?? '', 'x.y.z'], 'malformed-jws', 1, undefined],
    ['one was changed', [`${(signed[0] ?? '').slice(0, -6)}AAAAAA`], 'bad-signature', 0, undefined],
  ])('is reported where it breaks when %s', async (_, items, code, index, found) => {
    const report = await verify(items);
    const head = index === 0 ? start : headAfter(verifyEnvelope(items[0] ?? '', keysOf(key)));
    expect(report).toEqual({
      ok: false,
      head,
      length: index,
      break: { code, index, expected: { epoch: 1, seq: index + 1 }, found, detail: expect.any(String) },
    });
  });

  it('does not verify with another key', async () => {
    const other = openSigningKey(generatePrivateJwk());
    expect(await verifyChain(signed, start, keysOf(other))).toMatchObject({
      ok: false,
      break: { code: 'unknown-key' },
    });
  });

  it('passes on what is no fault of the chain', async () => {
    const fail = () => {
      throw new TypeError('the key store is closed');
    };
    await expect(verifyChain(signed, start, fail)).rejects.toThrow('the key store is closed');
  });

  it('is continued only by what follows', () => {
    const follows = { node: exampleNode, epoch: 1, seq: 1, prev: start.hash };
    expect(errorCodeOf(() => assertFollows(start, follows))).toBeUndefined();
    expect(errorCodeOf(() => assertFollows(start, { ...follows, prev: heads[0]?.hash ?? '' }))).toBe('broken-chain');
  });
});
