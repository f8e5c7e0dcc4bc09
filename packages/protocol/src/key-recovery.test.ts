import { describe, expect, it } from 'vitest';
import { followRecoveries, recoverKey } from './key-recovery.ts';
import { generatePrivateJwk, openSigningKey, type SigningKey } from './keys.ts';
import type { TakenRecovery } from './membership.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { exampleHub, exampleNode } from './testing/examples.ts';

const make = () => openSigningKey(generatePrivateJwk());
const [first, second, third, thief] = [make(), make(), make(), make()];
const [lost, newest] = [make(), make()];
const known = { hub: exampleHub, node: exampleNode, recoveryKid: first.kid };

function taken(signer: SigningKey, newKey: SigningKey, next: SigningKey, node = exampleNode): TakenRecovery {
  const change = { hub: exampleHub, node, newKey, notTrusted: [], nextRecovery: next.publicJwk };
  return { signer: signer.publicJwk, recovery: recoverKey(change, signer) };
}

const chain = [taken(first, lost, second), taken(second, newest, third)];

describe('changes of keys by the recovery key', () => {
  it('EPO-10: are followed from the recovery key that is known, in whatever order they come', () => {
    const both = {
      keys: new Map([lost, newest].map(({ kid, publicJwk }) => [kid, publicJwk])),
      recoveryKid: third.kid,
    };
    expect(followRecoveries(chain, known)).toEqual(both);
    expect(followRecoveries(chain.toReversed(), known)).toEqual(both);
    expect(followRecoveries(chain, { ...known, recoveryKid: second.kid }).keys.size).toBe(1);
  });

  it('EPO-10: lead nowhere from a key that nothing known has put in place', () => {
    const nothing = { keys: new Map(), recoveryKid: third.kid };
    expect(followRecoveries(chain, { ...known, recoveryKid: third.kid })).toEqual(nothing);
    expect(followRecoveries([taken(thief, newest, thief)], { ...known, recoveryKid: third.kid })).toEqual(nothing);
  });

  it('EPO-10: end where they lead back to a key that was used up', () => {
    const circle = [taken(first, lost, second), taken(second, newest, first)];
    expect(followRecoveries(circle, known).recoveryKid).toBe(first.kid);
  });

  it.each([
    ['signed by another than is said', { ...taken(thief, newest, third), signer: second.publicJwk }],
    ['of another node', taken(second, newest, third, exampleHub)],
    ['that was altered', { signer: second.publicJwk, recovery: `${chain[1]?.recovery.slice(0, -4)}AAAA` }],
  ])('EPO-10: are refused with one %s', (_, forged) => {
    expect(errorCodeOf(() => followRecoveries([...chain.slice(0, 1), forged as TakenRecovery], known))).toBe(
      'recovery-invalid',
    );
  });
});
