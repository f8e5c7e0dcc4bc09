import { describe, expect, it } from 'vitest';
import { rotateKey, verifyKeyRotation } from './key-rotation.ts';
import { generatePrivateJwk, openSigningKey } from './keys.ts';
import { signDocument } from './signing.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { exampleHub, exampleNode, exampleNodeKey } from './testing/examples.ts';

const newKey = openSigningKey(generatePrivateJwk());
const thief = openSigningKey(generatePrivateJwk());
const rotation = rotateKey(exampleNode, exampleNodeKey.kid, newKey);

describe('a key rotation', () => {
  it('is proved by the new key', () => {
    expect(verifyKeyRotation(rotation, exampleNode, exampleNodeKey.kid)).toEqual(newKey.publicJwk);
  });

  it.each([
    ['for another node', rotation, exampleHub, exampleNodeKey.kid],
    ['from another key', rotation, exampleNode, thief.kid],
    ['to another key', { ...rotation, key: thief.publicJwk }, exampleNode, exampleNodeKey.kid],
    ['that is not signed', { ...rotation, proof: 'x.y.z' }, exampleNode, exampleNodeKey.kid],
    [
      'with something added',
      {
        ...rotation,
        proof: signDocument(
          { node: exampleNode, from: exampleNodeKey.kid, to: newKey.kid, x: 1 },
          'px-key-rotation+jws',
          newKey,
        ),
      },
      exampleNode,
      exampleNodeKey.kid,
    ],
  ])('is refused %s', (_, other, node, from) => {
    expect(errorCodeOf(() => verifyKeyRotation(other, node, from))).toBe('proof-invalid');
  });
});
