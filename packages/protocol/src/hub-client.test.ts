import { createHash, randomUUID } from 'node:crypto';
import { importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { startOfEpoch } from './chain.ts';
import { enrolmentRequestSchema, verifyEnrolmentProof } from './enrolment.ts';
import { HubClient } from './hub-client.ts';
import { HubProblem } from './hub-problem.ts';
import { problemFor } from './problem.ts';
import { checkRequestClaims, pseudonymOf } from './request-token.ts';
import { sealPublication } from './seal-publication.ts';
import {
  exampleCreated,
  exampleHub,
  exampleHubKey,
  exampleNode,
  exampleRecord,
  exampleRecoveryKey,
  exampleNodeKey as key,
} from './testing/examples.ts';
import { readWellKnown, type WellKnown } from './well-known.ts';

type Call = { readonly url: URL; readonly init: RequestInit; readonly token: string };
type Answer = { readonly status?: number; readonly body: unknown; readonly headers?: Record<string, string> };

const now = 1_738_315_800_000;
const person = { subject: pseudonymOf(Buffer.alloc(32, 7), 'person-1'), role: 'practitioner' } as const;
const emptySearch = { total: 0, page: 1, pages: 0, results: [], facets: {} };
const wellKnown: WellKnown = {
  hub: exampleHub,
  name: 'A hub',
  versions: [1],
  vocabulary: '1.0',
  keys: [{ kid: exampleHubKey.kid, key: exampleHubKey.publicJwk }],
  limits: { jwsBytes: 1, bodyBytes: 1, batchItems: 1, requestBytes: 1, tokenSeconds: 60, receiptsWaitSeconds: 0 },
  endpoints: {
    enrolments: '/a',
    membership: '/a1',
    keyRetirements: '/a2',
    keyRecoveries: '/a3',
    publications: '/b',
    receipts: '/c',
    search: '/d',
    whatWasDone: '/h',
    learning: '/e',
    directory: '/f',
    anonymityCounts: '/g',
  },
};

/** A hub that answers as it is told, with what it was asked. */
function hubThat(...answers: readonly (Answer | Error)[]) {
  const calls: Call[] = [];
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    calls.push({
      url: new URL(String(input)),
      init,
      token: (headers.get('authorization') ?? '').replace('Bearer ', ''),
    });
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
    return new Response(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body), {
      status: answer.status ?? 200,
      headers: { date: new Date(now).toUTCString(), ...answer.headers },
    });
  };
  const client = new HubClient({
    hubUrl: 'https://hub.example',
    hubId: exampleHub,
    node: exampleNode,
    key,
    fetch,
    now: () => now,
  });
  return { client, calls };
}

async function problemOf(promise: Promise<unknown>): Promise<HubProblem> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HubProblem)) throw new Error('no problem', { cause: error });
  return error;
}

/** Checks a call as a hub would; gives the claims. */
async function verify(call: Call | undefined, at = now) {
  if (call === undefined) throw new Error('no call');
  const { payload } = await jwtVerify(call.token, await importJWK(key.publicJwk, 'EdDSA'), {
    currentDate: new Date(at),
  });
  return checkRequestClaims(payload, {
    method: call.init.method ?? '',
    path: call.url.pathname,
    bodyHash: createHash('sha256')
      .update(String(call.init.body ?? ''))
      .digest('base64url'),
    now: at / 1000,
    audience: exampleHub,
  });
}

describe('the client', () => {
  const sealed = sealPublication(startOfEpoch(exampleNode, 1), { op: 'heartbeat' }, { key, created: exampleCreated });
  const receipts = { receipts: [], next: 3 };
  const next = { epoch: 1, seq: 2, prev: sealed.hash };
  const learning = { id: randomUUID() };

  it.each<[string, (client: HubClient) => Promise<unknown>, unknown, string, string, boolean]>([
    [
      'the well-known document',
      (client) => client.wellKnown(),
      wellKnown,
      'GET',
      '/.well-known/practice-exchange',
      false,
    ],
    [
      'publications',
      (client) => client.publish([sealed.item]),
      { receipts: [sealed.jws], next, refused: null },
      'POST',
      '/api/v1/publications',
      false,
    ],
    ['receipts', (client) => client.receipts(2, 500), receipts, 'GET', '/api/v1/receipts', false],
    [
      'a search',
      (client) => client.search({ q: 'no risk found' }, person),
      emptySearch,
      'POST',
      '/api/v1/search',
      true,
    ],
    ['the directory', (client) => client.directory(), { authorities: [] }, 'GET', '/api/v1/directory', false],
    [
      'a count',
      (client) => client.anonymityCount({ region: ['london'] }),
      { count: 4 },
      'POST',
      '/api/v1/anonymity-counts',
      false,
    ],
  ])('signs its request for %s and reads the answer', async (_, call, body, method, path, forPerson) => {
    const { client, calls } = hubThat({ body });
    expect(await call(client)).toEqual(body);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.init.method).toBe(method);
    expect(calls[0]?.url.pathname).toBe(path);
    const claims = await verify(calls[0]);
    expect(claims).toMatchObject({ iss: exampleNode, aud: exampleHub, exp: now / 1000 + 60 });
    expect(claims.sub).toBe(forPerson ? person.subject : undefined);
    expect(claims.role).toBe(forPerson ? person.role : undefined);
  });

  it('asks for receipts after a position', async () => {
    const { client, calls } = hubThat({ body: receipts });
    await client.receipts(2, 500);
    expect(calls[0]?.url.search).toBe('?after=2&waitMs=500');
  });

  it('REQ-13: keeps search words out of every URL and header', async () => {
    const { client, calls } = hubThat({ body: emptySearch }, { body: { total: 0, considered: 0, groupings: [] } });
    await client.search({ q: 'dad won’t let us in', filters: { themes: ['families-and-communities'] } }, person);
    await client.whatWasDone({ q: 'dad won’t let us in' }, person);
    expect(calls).toHaveLength(2);
    for (const { url, init } of calls) {
      expect(JSON.stringify([String(url), init.headers])).not.toMatch(/dad|families/);
      expect(String(init.body)).toContain('dad won’t let us in');
    }
  });

  it('asks for one learning record by its id, and for nothing else by what is no id', async () => {
    const { client, calls } = hubThat({ status: 410, body: problemFor('gone') });
    expect((await problemOf(client.learning(learning.id, person))).code).toBe('gone');
    expect(calls[0]?.url.pathname).toBe(`/api/v1/learning/${learning.id}`);
    expect(() => client.learning('../search', person)).toThrow();
    expect(calls).toHaveLength(1);
  });

  it('enrols with a proof that holds at this hub', async () => {
    const authority = {
      name: 'Northmoor',
      onsCode: 'E06999001',
      region: 'london',
      type: 'unitary',
      childPopulation: 1,
    } as const;
    const answer = {
      node: exampleNode,
      authority: exampleRecord,
      state: 'awaiting-fingerprint',
      fingerprint: 'X',
      mayPublish: false,
      isServed: false,
    };
    const { client, calls } = hubThat({ body: answer });
    expect(await client.enrol('an-invitation-of-some-length', authority, exampleRecoveryKey.publicJwk)).toEqual(answer);
    const request = enrolmentRequestSchema.parse(JSON.parse(String(calls[0]?.init.body)));
    expect(() => verifyEnrolmentProof(request, exampleHub)).not.toThrow();
    expect(request.publicKey).toEqual(key.publicJwk);
  });

  it('uses an id once', async () => {
    const { client, calls } = hubThat({ body: { authorities: [] } });
    await client.directory();
    await client.directory();
    const [one, other] = [await verify(calls[0]), await verify(calls[1])];
    expect(one.jti).not.toBe(other.jti);
  });

  it('cannot be made without a signing key', () => {
    // The compiler is the check: this line is an error, or the type check is.
    // @ts-expect-error -- no key
    const unsigned: ConstructorParameters<typeof HubClient>[0] = { hubUrl: 'x', hubId: exampleHub, node: exampleNode };
    // @ts-expect-error -- what looks like a key is not one
    const forged: ConstructorParameters<typeof HubClient>[0]['key'] = { kid: 'x', publicJwk: key.publicJwk };
    expect(unsigned.key ?? forged.kid).toBe('x');
  });

  it('is not made for an address with a path', () => {
    const options = { hubId: exampleHub, node: exampleNode, key };
    expect(() => new HubClient({ ...options, hubUrl: 'https://hub.example/api' })).toThrow(TypeError);
    expect(() => new HubClient({ ...options, hubUrl: 'hub' })).toThrow(TypeError);
  });
});

describe('the client, when the hub says no', () => {
  it('gives the code, the status and how long to wait', async () => {
    const headers = { 'retry-after': '7' };
    const { client, calls } = hubThat({ status: 429, body: problemFor('too-many-requests'), headers });
    const problem = await problemOf(client.directory());
    expect(problem).toMatchObject({ code: 'too-many-requests', status: 429, retryAfterSeconds: 7 });
    expect(calls).toHaveLength(1);
  });

  it('reads a Retry-After that is a date', async () => {
    const headers = { 'retry-after': new Date(now + 30_000).toUTCString() };
    const { client } = hubThat({ status: 503, body: problemFor('unavailable'), headers });
    expect((await problemOf(client.directory())).retryAfterSeconds).toBe(30);
  });

  it('gives what the hub wants next', async () => {
    const expected = { epoch: 1, seq: 4, prev: 'A'.repeat(43) };
    const { client } = hubThat({ status: 409, body: problemFor('sequence-gap', { expected }) });
    const sealed = sealPublication(startOfEpoch(exampleNode, 1), { op: 'heartbeat' }, { key, created: exampleCreated });
    expect((await problemOf(client.publish([sealed.item]))).problem?.expected).toEqual(expected);
  });

  it.each<[string, Answer]>([
    ['a page', { status: 502, body: '<html>Bad gateway</html>' }],
    ['no problem document', { status: 500, body: {} }],
    ['an answer of another shape', { body: { total: 'many' } }],
    ['half an answer', { body: '{"authorities":[' }],
    ['nothing', { body: '' }],
  ])('gives unexpected-answer for %s', async (_, answer) => {
    const { client } = hubThat(answer);
    expect(await problemOf(client.directory())).toMatchObject({
      code: 'unexpected-answer',
      status: answer.status ?? 200,
      retryAfterSeconds: undefined,
    });
  });

  it('gives unreachable when there is no answer', async () => {
    const { client } = hubThat(new TypeError('fetch failed'));
    expect(await problemOf(client.directory())).toMatchObject({ code: 'unreachable', status: 0 });
  });

  it('gives unreachable when time runs out', async () => {
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const client = new HubClient({
      hubUrl: 'https://hub.example',
      hubId: exampleHub,
      node: exampleNode,
      key,
      fetch,
      timeoutMs: 20,
    });
    expect(await problemOf(client.directory())).toMatchObject({ code: 'unreachable' });
  });

  it('says nothing of what was asked', async () => {
    const { client } = hubThat({ status: 500, body: problemFor('internal-error') });
    const problem = await problemOf(client.search({ q: 'dad won’t let us in' }, person));
    expect(`${problem.message} ${problem.stack}`).not.toContain('dad');
  });
});

describe('REQ-10: the client, when clocks differ', () => {
  const hour = 3_600_000;
  const date = (at: number) => ({ date: new Date(at).toUTCString() });

  it.each(['token-expired', 'token-not-yet-valid'] as const)(
    'dates its token in the hub’s time after %s',
    async (code) => {
      const hubNow = code === 'token-expired' ? now + hour : now - hour;
      const { client, calls } = hubThat(
        { status: 401, body: problemFor(code), headers: date(hubNow) },
        { body: { authorities: [] }, headers: date(hubNow) },
      );
      expect(await client.directory()).toEqual({ authorities: [] });
      expect(calls).toHaveLength(2);
      expect((await verify(calls[1], hubNow)).iat).toBe(hubNow / 1000);
      await client.directory();
      expect((await verify(calls[2], hubNow)).iat).toBe(hubNow / 1000);
      expect(calls).toHaveLength(3);
    },
  );

  it('does not try again when it learned nothing', async () => {
    const { client, calls } = hubThat({ status: 401, body: problemFor('token-expired') });
    expect((await problemOf(client.directory())).code).toBe('token-expired');
    expect(calls).toHaveLength(1);
  });

  it('does not try for ever', async () => {
    const { client, calls } = hubThat(
      { status: 401, body: problemFor('token-expired'), headers: date(now + hour) },
      { status: 401, body: problemFor('token-expired'), headers: date(now + 3 * hour) },
    );
    expect((await problemOf(client.directory())).code).toBe('token-expired');
    expect(calls).toHaveLength(2);
  });
});

describe('reading a hub’s well-known document before joining', () => {
  it('asks without a token', async () => {
    const seen: Headers[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      seen.push(new Headers(init?.headers));
      return Response.json(wellKnown);
    };
    expect(await readWellKnown('https://hub.example', { fetch })).toEqual(wellKnown);
    expect(seen[0]?.has('authorization')).toBe(false);
  });

  it('refuses what is not one', async () => {
    await expect(readWellKnown('https://hub.example', { fetch: async () => Response.json({}) })).rejects.toThrow();
  });
});
