import canonicalize from 'canonicalize';
import { protocolLimits } from './limits.ts';
import { ProtocolError } from './protocol-error.ts';

/** Why bytes or a value have no canonical form, or are not in it. Stable. */
export type CanonicalFault =
  | 'invalid-utf8'
  | 'byte-order-mark'
  | 'not-json'
  | 'not-integer'
  | 'integer-too-large'
  | 'lone-surrogate'
  | 'not-nfc'
  | 'duplicate-key'
  | 'too-deep'
  | 'different-form';

const faultSentences: Record<CanonicalFault, string> = {
  'invalid-utf8': 'The bytes are not UTF-8.',
  'byte-order-mark': 'The bytes start with a byte order mark.',
  'not-json': 'The bytes are not JSON, or the value cannot be written as JSON.',
  'not-integer': 'A number is not an integer.',
  'integer-too-large': 'An integer is beyond 2^53-1 in size.',
  'lone-surrogate': 'A string holds half of a surrogate pair.',
  'not-nfc': 'A string or a key is not in Unicode normalisation form C.',
  'duplicate-key': 'Two keys of one object become the same key in normalisation form C.',
  'too-deep': `Arrays and objects are nested more than ${protocolLimits.depth} deep.`,
  'different-form':
    'The canonical form of the value is other bytes: a key twice, keys out of order, white space, or an unusual escape or number.',
};

/** A value has no canonical form, or bytes are not in it. `code` is `not-canonical`; `fault` says why. */
export class CanonicalError extends ProtocolError {
  readonly fault: CanonicalFault;

  constructor(fault: CanonicalFault) {
    super('not-canonical', faultSentences[fault]);
    this.fault = fault;
  }
}

/** A value that has a canonical form: JSON without fractions. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

/**
 * The canonical form of a value: every string and key in normalisation form C, then RFC 8785 (JCS).
 *
 * Takes null, booleans, integers within ±(2^53-1), well-formed strings, arrays and plain objects, at most
 * `protocolLimits.depth` deep; a member whose value is `undefined` is left out. Anything else, a `Date` for example,
 * throws a `CanonicalError`. Gives UTF-8 bytes.
 */
export function canonicalise(value: unknown): Uint8Array {
  return Buffer.from(serialise(normalise(value, 0)), 'utf8');
}

/**
 * Reads bytes that must already be in canonical form; anything else throws a `CanonicalError`. `JSON.parse` keeps the
 * last of two equal keys and forgives order, white space and odd numbers, so the value is written again and the bytes
 * compared.
 */
export function parseCanonical(bytes: Uint8Array): CanonicalValue {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new CanonicalError('invalid-utf8');
  }
  if (text.startsWith('\uFEFF')) throw new CanonicalError('byte-order-mark');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CanonicalError('not-json');
  }
  assertCanonicalValue(value, 0);
  if (serialise(value) !== text) throw new CanonicalError('different-form');
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function serialise(value: CanonicalValue): string {
  const text = canonicalize(value);
  if (text === undefined) throw new CanonicalError('not-json');
  return text;
}

function normalise(value: unknown, depth: number): CanonicalValue {
  if (typeof value === 'string') {
    assertWellFormed(value);
    return value.normalize('NFC');
  }
  if (typeof value === 'number') {
    assertInteger(value);
    return value;
  }
  if (value === null || typeof value === 'boolean') return value;
  if (depth === protocolLimits.depth) throw new CanonicalError('too-deep');
  // Array.from also visits holes, which must be refused like any undefined.
  if (Array.isArray(value)) return Array.from(value, (element) => normalise(element, depth + 1));
  if (!isPlainObject(value)) throw new CanonicalError('not-json');
  const members = new Map<string, CanonicalValue>();
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    assertWellFormed(key);
    const normalKey = key.normalize('NFC');
    if (members.has(normalKey)) throw new CanonicalError('duplicate-key');
    members.set(normalKey, normalise(member, depth + 1));
  }
  // Object.fromEntries defines `__proto__` as a member like any other.
  return Object.fromEntries(members);
}

function assertCanonicalValue(value: unknown, depth: number): asserts value is CanonicalValue {
  if (typeof value === 'string') {
    assertNormal(value);
  } else if (typeof value === 'number') {
    assertInteger(value);
  } else if (typeof value === 'object' && value !== null) {
    if (depth === protocolLimits.depth) throw new CanonicalError('too-deep');
    if (Array.isArray(value)) {
      for (const element of value) assertCanonicalValue(element, depth + 1);
    } else {
      for (const [key, member] of Object.entries(value)) {
        assertNormal(key);
        assertCanonicalValue(member, depth + 1);
      }
    }
  }
}

function assertNormal(text: string): void {
  assertWellFormed(text);
  if (text.normalize('NFC') !== text) throw new CanonicalError('not-nfc');
}

function assertWellFormed(text: string): void {
  if (!text.isWellFormed()) throw new CanonicalError('lone-surrogate');
}

function assertInteger(value: number): void {
  if (!Number.isInteger(value)) throw new CanonicalError('not-integer');
  if (!Number.isSafeInteger(value)) throw new CanonicalError('integer-too-large');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if ('toJSON' in value && typeof value.toJSON === 'function') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
