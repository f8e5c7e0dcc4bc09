import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CanonicalError, type CanonicalFault, canonicalise, parseCanonical } from './canonical.ts';
import { protocolLimits } from './limits.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const bytes = (json: string) => Buffer.from(json, 'utf8');

function faultOf(call: () => unknown): CanonicalFault | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof CanonicalError) return error.fault;
    throw error;
  }
  return undefined;
}

describe('RFC 8785, its own examples', () => {
  const sample = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;

  it('serialises the sample of section 3.2.2 with the library, and refuses its fractions in our form', () => {
    const written = canonicalize(JSON.parse(sample)) ?? '';
    expect(written).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    expect(faultOf(() => canonicalise(JSON.parse(sample)))).toBe('not-integer');
  });

  it('serialises the strings and literals of section 3.2.2 in our form', () => {
    const { string, literals } = JSON.parse(sample);
    expect(text(canonicalise({ string, literals }))).toBe(
      String.raw`{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  const unsorted = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };

  const orderOf = (written: string) =>
    Object.values(unsorted).sort((one, other) => written.indexOf(`"${one}"`) - written.indexOf(`"${other}"`));

  it('CAN-2: sorts the keys of section 3.2.3 by UTF-16 code units', () => {
    expect(orderOf(canonicalize(unsorted) ?? '')).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('sorts them in our form after normalisation, which takes the Hebrew letter apart', () => {
    const written = text(canonicalise(unsorted));
    expect(orderOf(written)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Hebrew Letter Dalet With Dagesh',
      'Euro Sign',
      'Emoji: Grinning Face',
    ]);
    expect(written).toContain('"\u05d3\u05bc":');
  });

  // Appendix B: IEEE 754 bits, and the text of the number.
  const numbers: readonly (readonly [bits: string, written: string, ours: CanonicalFault | undefined])[] = [
    ['0000000000000000', '0', undefined],
    ['8000000000000000', '0', undefined],
    ['0000000000000001', '5e-324', 'not-integer'],
    ['8000000000000001', '-5e-324', 'not-integer'],
    ['7fefffffffffffff', '1.7976931348623157e+308', 'integer-too-large'],
    ['ffefffffffffffff', '-1.7976931348623157e+308', 'integer-too-large'],
    ['4340000000000000', '9007199254740992', 'integer-too-large'],
    ['c340000000000000', '-9007199254740992', 'integer-too-large'],
    ['4430000000000000', '295147905179352830000', 'integer-too-large'],
    ['44b52d02c7e14af5', '9.999999999999997e+22', 'integer-too-large'],
    ['44b52d02c7e14af6', '1e+23', 'integer-too-large'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23', 'integer-too-large'],
    ['444b1ae4d6e2ef4e', '999999999999999700000', 'integer-too-large'],
    ['444b1ae4d6e2ef4f', '999999999999999900000', 'integer-too-large'],
    ['444b1ae4d6e2ef50', '1e+21', 'integer-too-large'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7', 'not-integer'],
    ['3eb0c6f7a0b5ed8d', '0.000001', 'not-integer'],
    ['41b3de4355555553', '333333333.3333332', 'not-integer'],
    ['41b3de4355555554', '333333333.33333325', 'not-integer'],
    ['41b3de4355555555', '333333333.3333333', 'not-integer'],
    ['41b3de4355555556', '333333333.3333334', 'not-integer'],
    ['41b3de4355555557', '333333333.33333343', 'not-integer'],
    ['becbf647612f3696', '-0.0000033333333333333333', 'not-integer'],
    ['43143ff3c1cb0959', '1424953923781206.2', 'not-integer'],
  ];

  it.each(numbers)('writes the number 0x%s of appendix B as %s', (bits, written, ours) => {
    const value = Buffer.from(bits, 'hex').readDoubleBE();
    expect(canonicalize(value)).toBe(written);
    expect(faultOf(() => canonicalise([value]))).toBe(ours);
    if (ours === undefined) expect(text(canonicalise([value]))).toBe(`[${written}]`);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(faultOf(() => canonicalise([value]))).toBe('not-integer');
  });
});

describe('writing the canonical form', () => {
  it('CAN-1: normalises strings and keys to form C', () => {
    expect(text(canonicalise({ 'cafe\u0301': 'e\u0301' }))).toBe('{"café":"é"}');
  });

  it('CAN-3: keeps the greatest integers', () => {
    expect(text(canonicalise([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]))).toBe(
      '[9007199254740991,-9007199254740991]',
    );
  });

  it('leaves out members that are undefined, and treats __proto__ and toJSON as ordinary keys', () => {
    expect(text(canonicalise({ a: undefined, b: 1 }))).toBe('{"b":1}');
    expect(text(canonicalise(JSON.parse('{"toJSON":1,"__proto__":{"x":1}}')))).toBe('{"__proto__":{"x":1},"toJSON":1}');
  });

  it.each<[string, unknown, CanonicalFault]>([
    ['two keys that become one', { 'e\u0301': 1, é: 2 }, 'duplicate-key'],
    ['half a surrogate pair', ['\ud800'], 'lone-surrogate'],
    ['half a surrogate pair in a key', { '\udc00': 1 }, 'lone-surrogate'],
    ['a fraction', [1.5], 'not-integer'],
    ['a large integer', [2 ** 53], 'integer-too-large'],
    ['a date', [new Date(0)], 'not-json'],
    ['undefined in an array', [undefined], 'not-json'],
    ['a hole in an array', new Array(1), 'not-json'],
    ['a bigint', [1n], 'not-json'],
    ['a map', new Map(), 'not-json'],
    ['an object that writes itself', { toJSON: () => 1 }, 'not-json'],
    ['nothing', undefined, 'not-json'],
  ])('refuses %s', (_, value, fault) => {
    expect(faultOf(() => canonicalise(value))).toBe(fault);
  });

  it('CAN-6: refuses what is nested too deep, a cycle included', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(faultOf(() => canonicalise(cycle))).toBe('too-deep');
    expect(faultOf(() => canonicalise(nested(protocolLimits.depth)))).toBeUndefined();
    expect(faultOf(() => canonicalise(nested(protocolLimits.depth + 1)))).toBe('too-deep');
  });
});

describe('CAN-4, CAN-5, CAN-7: reading the canonical form', () => {
  it.each<[string, string, CanonicalFault]>([
    ['white space', '{"a": 1}', 'different-form'],
    ['a line end', '{"a":1}\n', 'different-form'],
    ['keys out of order', '{"b":1,"a":1}', 'different-form'],
    ['a key twice', '{"a":1,"a":1}', 'different-form'],
    ['a key twice, once escaped', String.raw`{"a":1,"\u0061":1}`, 'different-form'],
    ['a number with an exponent', '[1e3]', 'different-form'],
    ['a number with a fraction of zero', '[1.0]', 'different-form'],
    ['minus zero', '[-0]', 'different-form'],
    ['an escape that is not needed', String.raw`["\u0041"]`, 'different-form'],
    ['an escaped solidus', String.raw`["\/"]`, 'different-form'],
    ['an escape in capitals', String.raw`["\u000F"]`, 'different-form'],
    ['a fraction', '[1.5]', 'not-integer'],
    ['an integer of 2^53', '[9007199254740992]', 'integer-too-large'],
    ['an integer of 2^53+1, which JSON.parse would round', '[9007199254740993]', 'integer-too-large'],
    ['a number beyond all numbers', '[1e999]', 'not-integer'],
    ['half a surrogate pair', String.raw`["\ud800"]`, 'lone-surrogate'],
    ['a decomposed string', '["e\u0301"]', 'not-nfc'],
    ['a decomposed key', '{"e\u0301":1}', 'not-nfc'],
    ['a byte order mark', '\ufeff[]', 'byte-order-mark'],
    ['two values', '[][]', 'not-json'],
    ['nothing', '', 'not-json'],
    ['a comment', '[/* */]', 'not-json'],
  ])('refuses %s', (_, json, fault) => {
    expect(faultOf(() => parseCanonical(bytes(json)))).toBe(fault);
  });

  it.each([
    ['a lone continuation byte', '5b2280225d'],
    ['an overlong solidus', '5b22c0af225d'],
    ['a surrogate half in UTF-8', '5b22eda080225d'],
    ['UTF-16', 'fffe5b005d00'],
  ])('refuses %s', (_, hex) => {
    expect(faultOf(() => parseCanonical(Buffer.from(hex, 'hex')))).toBe('invalid-utf8');
  });

  it('refuses what is nested too deep without exhausting the stack', () => {
    expect(faultOf(() => parseCanonical(bytes('['.repeat(100_000) + ']'.repeat(100_000))))).toBe('too-deep');
  });

  it('reads back what was written', () => {
    const value = { a: [1, 'é', null, true], b: { c: '\u2028' } };
    expect(parseCanonical(canonicalise(value))).toEqual(value);
  });
});

describe('any value', () => {
  const strings = fc.string({ unit: 'grapheme' });
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      strings,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(
        strings.map((key) => key.normalize('NFC')),
        tie('value'),
        { maxKeys: 5 },
      ),
    ),
  })).value;

  it('is written the same after it was read', () => {
    fc.assert(
      fc.property(value, (any) => {
        const written = canonicalise(any);
        expect(text(canonicalise(parseCanonical(written)))).toBe(text(written));
      }),
    );
  });

  it('is written the same whatever the order of its keys', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          strings.map((key) => key.normalize('NFC')),
          value,
        ),
        (any) => {
          const reversed = Object.fromEntries(Object.entries(any).reverse());
          expect(text(canonicalise(reversed))).toBe(text(canonicalise(any)));
        },
      ),
    );
  });

  it('is read from one sequence of bytes only: whatever bytes are read are the bytes that are written', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.nat(7), (any, place, bit) => {
        const changed = Buffer.from(canonicalise(any));
        const index = place % changed.length;
        changed.writeUInt8(changed.readUInt8(index) ^ (1 << bit), index);
        let read: unknown;
        try {
          read = parseCanonical(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(CanonicalError);
          return;
        }
        expect(Buffer.from(canonicalise(read)).equals(changed)).toBe(true);
      }),
    );
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? null : [nested(depth - 1)];
}
