import { createHash, createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { calculateJwkThumbprint, compactVerify, importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { type Operation, operations, readEnvelope } from './envelope.ts';
import { protocolLimits } from './limits.ts';
import { protocolErrors } from './protocol-errors.ts';
import { receiptReasons } from './receipt-reasons.ts';
import { mayFollow, type ReceiptState, receiptStates } from './receipts.ts';
import { firstEnvelope } from './testing/envelopes.ts';
import { errorCodeOf } from './testing/error-code-of.ts';
import { testVectors } from './testing/test-vectors.ts';
import { hubPaths } from './well-known.ts';

// FEDERATION.md is what other implementations are written from; this file holds it to what the code does.
const file = resolve(import.meta.dirname, '../../../FEDERATION.md');
const computed = await testVectors();
if (process.env.WRITE_TEST_VECTORS === '1') writeVectors();
const federation = readFileSync(file, 'utf8');

function blockOf(name: string): RegExp {
  return new RegExp(`<!-- vector: ${name} -->\n\n\`\`\`json\n([\\s\\S]*?)\n\`\`\``);
}

function vector<T = Record<string, string>>(name: string): T {
  const block = blockOf(name).exec(federation)?.[1];
  if (block === undefined) throw new Error(`FEDERATION.md holds no vector ${name}`);
  return JSON.parse(block) as T;
}

/** To change the vectors on purpose: WRITE_TEST_VECTORS=1, then read the difference. */
function writeVectors(): void {
  let document = readFileSync(file, 'utf8');
  for (const [name, value] of Object.entries(computed)) {
    const block = `<!-- vector: ${name} -->\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
    document = document.replace(blockOf(name), () => block);
  }
  writeFileSync(file, document);
}

/** The rows of the table under a marker, cell by cell, without Markdown's back-ticks. */
function table(name: string): string[][] {
  const after = federation.split(`<!-- table: ${name} -->`)[1] ?? '';
  const rows = after.trimStart().split('\n\n')[0]?.split('\n') ?? [];
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('the test vectors', () => {
  it.each(Object.keys(computed))('%s is what the code computes', (name) => {
    expect(vector(name)).toEqual(JSON.parse(JSON.stringify(computed[name])));
  });

  it('are all computed', () => {
    const names = [...federation.matchAll(/<!-- vector: ([a-z-]+) -->/g)].map((match) => match[1]);
    expect(names.sort()).toEqual(Object.keys(computed).sort());
  });

  // The rest is checked without this package's code, so that a mistake in it cannot confirm itself.
  const keys =
    vector<Record<'node' | 'hub', { privateJwk: { kty: string; crv: string; x: string; d: string }; kid: string }>>(
      'keys',
    );
  const publicKey = ({ privateJwk: { d: _, ...jwk } }: (typeof keys)['node'], alg: string) => importJWK(jwk, alg);

  it.each(['node', 'hub'] as const)('%s has the thumbprint that another library computes', async (owner) => {
    expect(await calculateJwkThumbprint(keys[owner].privateJwk, 'sha256')).toBe(keys[owner].kid);
  });

  it.each([
    ['first-envelope', 'node'],
    ['second-envelope', 'node'],
    ['receipt', 'hub'],
    ['purge-certificate', 'hub'],
  ] as const)('%s is verified by another library', async (name, owner) => {
    const { jws = '', payload } = vector(name);
    const verified = await compactVerify(jws, await publicKey(keys[owner], 'Ed25519'), { algorithms: ['Ed25519'] });
    expect(Buffer.from(verified.payload).toString('utf8')).toBe(payload);
    expect(verified.protectedHeader.kid).toBe(keys[owner].kid);
  });

  it('SIG-9: chain by plain SHA-256, over the whole compact text', () => {
    const sha256 = (data: string) => createHash('sha256').update(data).digest('base64url');
    const { node, prev } = vector('genesis');
    const [first, second] = [vector('first-envelope'), vector('second-envelope')];
    expect(sha256(`px-genesis\n${node}\n1`)).toBe(prev);
    expect(JSON.parse(first.payload ?? '').prev).toBe(prev);
    expect(sha256(first.jws ?? '')).toBe(first.hash);
    expect(JSON.parse(second.payload ?? '').prev).toBe(first.hash);
    expect(JSON.parse(vector('receipt').payload ?? '').envelope).toBe(first.hash);
  });

  it('commit by plain SHA-256', () => {
    const { salt = '', canonical = '', commitment } = vector('body');
    const digest = createHash('sha256')
      .update(Buffer.from(salt, 'base64url'))
      .update(canonical, 'utf8')
      .digest('base64url');
    expect(digest).toBe(commitment);
    expect(JSON.parse(vector('first-envelope').payload ?? '').commitment).toBe(commitment);
  });

  it('hold a token that another library verifies', async () => {
    const { token, claims, requestBody } = vector<{
      token: string;
      claims: Record<string, unknown>;
      requestBody: string;
    }>('request-token');
    const { payload } = await jwtVerify(token, await publicKey(keys.node, 'EdDSA'), {
      currentDate: new Date(1_738_315_800_000),
    });
    expect(payload).toEqual(claims);
    expect(claims.body).toBe(createHash('sha256').update(requestBody, 'utf8').digest('base64url'));
  });

  it('hold a pseudonym by plain HMAC', () => {
    const { secret = '', person, pseudonym } = vector('pseudonym');
    const expected = createHmac('sha256', Buffer.from(secret, 'base64url'))
      .update(`px-person\n${person}`)
      .digest('base64url');
    expect(pseudonym).toBe(expected);
  });
});

describe('the tables', () => {
  it('errors: every code with its status and sentence', () => {
    const expected = Object.entries(protocolErrors).map(([code, { status, sentence }]) => [
      code,
      String(status),
      sentence,
    ]);
    expect(table('errors')).toEqual(expected);
  });

  it('reasons: every code with its sentence', () => {
    expect(table('reasons')).toEqual(Object.entries(receiptReasons));
  });

  it('limits: every limit', () => {
    expect(table('limits').map(([name, value]) => [name, Number(value?.replaceAll(',', ''))])).toEqual(
      Object.entries(protocolLimits),
    );
  });

  it('paths: every path of the hub', () => {
    const paths = new Set(table('paths').map(([, path]) => path));
    expect([...paths].sort()).toEqual(Object.values(hubPaths).sort());
  });

  it('operations: which fields hold a value', () => {
    const rows = table('operations');
    expect(rows.map(([op]) => op)).toEqual([...operations]);
    for (const [op = '', record, revision, audience, schema, commitment] of rows) {
      const envelope = firstEnvelope(op as Operation);
      const cells = { record, revision, audience, schema, commitment };
      for (const [field, cell] of Object.entries(cells)) {
        expect(envelope[field] === null, `${op} ${field}`).toBe(cell === 'null');
        const changed = { ...envelope, [field]: null };
        expect(
          errorCodeOf(() => readEnvelope(changed as never)),
          `${op} ${field}`,
        ).toBe(cell === 'null' ? undefined : 'envelope-invalid');
      }
      if (schema !== 'null') expect(envelope.schema).toBe(schema);
    }
  });

  it.each([
    ['receipts-of-content', ['publish', 'revise', 'rescope', 'statement']],
    ['receipts-of-withdrawals', ['withdraw']],
    ['receipts-of-the-rest', ['return', 'rotate-key', 'heartbeat']],
  ] as const)('%s: what may follow what', (name, ops) => {
    const rows = new Map(table(name).map(([from = '', to = '']) => [from, to]));
    for (const op of ops) {
      for (const from of [undefined, ...receiptStates]) {
        const named = rows.get(from ?? 'none');
        const allowed = named === undefined || named === 'nothing' ? [] : named.split(', ');
        const possible = receiptStates.filter((next: ReceiptState) => mayFollow(op, from, next));
        expect(possible.sort(), `${op} after ${from ?? 'none'}`).toEqual(allowed.sort());
      }
    }
  });
});

describe('the rules', () => {
  const rules = [...federation.matchAll(/^- \*\*([A-Z]{3}-\d+)\*\* (.*)$/gm)];

  it('each have an id of their own, counted within their section', () => {
    const ids = rules.map((rule) => rule[1] ?? '');
    expect(ids.length).toBeGreaterThan(80);
    expect(new Set(ids).size).toBe(ids.length);
    const sections = Map.groupBy(ids, (id) => id.slice(0, 3));
    for (const [section, members] of sections) {
      expect(members).toEqual(members.map((_, index) => `${section}-${index + 1}`));
    }
  });

  it('only name rules that there are', () => {
    const ids = new Set(rules.map((rule) => rule[1]));
    for (const [, named] of federation.matchAll(/\b([A-Z]{3}-\d+)\b/g)) {
      if (!['SHA-256', 'UTF-8', 'UTF-16'].includes(named ?? '')) expect(ids, named).toContain(named);
    }
  });

  it('only name error codes and reasons that there are', () => {
    const known = new Set([...Object.keys(protocolErrors), ...Object.keys(receiptReasons)]);
    for (const [, , sentence = ''] of rules) {
      for (const [, code = ''] of sentence.matchAll(/→ `([a-z-]+)`/g)) expect(known, code).toContain(code);
    }
  });
});
