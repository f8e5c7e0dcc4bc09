import { describe, expect, it } from 'vitest';
import { open, seal } from './sealing.ts';

const plain = Buffer.from('{"kty":"OKP","d":"…"}');
const secret = 'a secret of this test';

describe('sealing', () => {
  it('gives back what was sealed, and never the same bytes twice', () => {
    const [one, other] = [seal(plain, secret), seal(plain, secret)];
    expect(open(one, secret)).toEqual(plain);
    expect(open(new Uint8Array(other), secret)).toEqual(plain);
    expect(one.equals(other)).toBe(false);
    expect(one.includes(plain)).toBe(false);
    expect(open(seal(Buffer.alloc(0), secret), secret)).toHaveLength(0);
  });

  it('refuses another secret', () => {
    const sealed = seal(plain, secret);
    expect(() => open(sealed, `${secret}.`)).toThrow(expect.objectContaining({ code: 'cannot-unseal' }));
  });

  it('refuses a change of any part', () => {
    const sealed = seal(plain, secret);
    for (const at of [0, 1, 17, 29, 45, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(() => open(changed, secret), `byte ${at}`).toThrow(expect.objectContaining({ code: 'cannot-unseal' }));
    }
    expect(() => open(sealed.subarray(0, 20), secret)).toThrow(expect.objectContaining({ code: 'cannot-unseal' }));
  });
});
