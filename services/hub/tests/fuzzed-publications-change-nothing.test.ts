import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  canonicalise,
  commit,
  createSalt,
  encodeBase64url,
  nextEnvelope,
  sha256,
  signDocument,
  signRequestToken,
  wholeNetwork,
} from '@practice-exchange/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

type Item = { envelope: string; body?: string; salt?: string };

/** Values that software often does not expect where it expects another. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1,
    2,
    2 ** 53 - 1,
    '',
    ' ',
    '\u0000',
    '__proto__',
    'NaN',
    '2025-13-45T99:99:99Z',
    [],
    {},
    [[]],
  ),
  fc.string({ maxLength: 40, unit: 'grapheme' }).map((text) => text.normalize('NFC').toWellFormed()),
  fc.integer(),
  fc.uuid(),
  fc.array(fc.constantFrom('london', 'atlantis', ''), { maxLength: 4 }),
  fc.record({ scope: fc.constantFrom('network', 'regions', 'authorities', 'everyone') }),
);
const fields = [
  ...['v', 'node', 'epoch', 'seq', 'prev', 'op', 'record', 'revision', 'prevRevision', 'audience', 'schema'],
  ...['vocabulary', 'commitment', 'created', 'crit', 'extra'],
];
const bodyFields = ['title', 'summary', 'learningPoints', 'themes', 'region', 'period', 'ageBand', 'surplus'];

/** What is done to a correct publication before it is signed, to what was signed, and to the request around it. */
const mutation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('envelope' as const), field: fc.constantFrom(...fields), value: odd }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('body' as const), field: fc.constantFrom(...bodyFields), value: odd }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('bytes' as const), bytes: fc.uint8Array({ maxLength: 60 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('text' as const), at: fc.nat(), with: fc.string({ maxLength: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('member' as const),
      name: fc.constantFrom('envelope', 'body', 'salt', 'more'),
      value: odd,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      json: fc.oneof(fc.json(), fc.string({ maxLength: 30 })),
    }),
  },
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

describe('a hub that is sent anything', () => {
  let test: TestHub;
  let member: TestMember;
  let head: ChainHead;

  beforeAll(async () => {
    test = await startTestHub();
    member = await test.enrol();
    head = member.head;
    // What follows in the background is not what a request changes.
    await test.hub.context.jobs.stop();
  });
  afterAll(() => test.stop());

  it('ERR-3: never fails, and changes nothing by what it refuses', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const before = await test.digest();
        const answer = await post(requestFrom(mutations));
        const text = await answer.text();
        expect(answer.status, text).toBeLessThan(500);
        if (answer.status === 200) {
          // It takes its place with a receipt, whatever became of it; the log goes on from there.
          const { next } = JSON.parse(text) as { next: { epoch: number; seq: number; prev: string } };
          head = { node: member.node, epoch: next.epoch, seq: next.seq - 1, hash: next.prev };
          return;
        }
        refused += 1;
        expect(JSON.parse(text)).toMatchObject({ status: answer.status, code: expect.any(String) });
        expect(await test.digest()).toBe(before);
      }),
      { numRuns: 150 },
    );
    // A generator that only makes what is accepted would prove nothing.
    expect(refused).toBeGreaterThan(60);
  }, 120_000);

  it('takes the next publication all the same', async () => {
    const { item } = sealed([]);
    const answer = await post(JSON.stringify({ items: [item] }));
    expect(answer.status).toBe(200);
  });

  function requestFrom(mutations: readonly Mutation[]): string {
    const request = mutations.find(({ kind }) => kind === 'request');
    if (request?.kind === 'request') return request.json;
    return JSON.stringify({ items: [sealed(mutations).item] });
  }

  function sealed(mutations: readonly Mutation[]): { item: Item } {
    const salt = createSalt();
    let body: Uint8Array = canonicalise(mutated(exampleLearning(), mutations, 'body'));
    for (const change of mutations) if (change.kind === 'bytes') body = change.bytes;
    const draft = nextEnvelope(head, {
      op: 'publish' as const,
      record: newId(),
      revision: 1 as const,
      prevRevision: null,
      audience: wholeNetwork,
      schema: 'learning-record/1',
      vocabulary: '1.0',
      commitment: commit(salt, body),
      created: '2026-01-01T00:00:00Z',
    });
    const changed = mutated(draft, mutations, 'envelope');
    // Another publication signed on a place that is taken is answered by freezing the node: a change, and on purpose.
    const { epoch, seq } = changed;
    const onTakenPlace = epoch === head.epoch && typeof seq === 'number' && seq >= 1 && seq <= head.seq;
    const jws = signDocument(onTakenPlace ? draft : changed, 'px-envelope+jws', member.key);
    let item: Item = { envelope: jws, body: encodeBase64url(body), salt: encodeBase64url(salt) };
    for (const change of mutations) {
      // Another change may have put something there that is no text.
      if (change.kind === 'text' && typeof item.envelope === 'string') {
        item = { ...item, envelope: spliced(item.envelope, change.at, change.with) };
      }
      if (change.kind === 'member') item = { ...item, [change.name]: change.value };
    }
    return { item };
  }

  async function post(body: string): Promise<Response> {
    const now = Math.floor(Date.now() / 1000);
    const token = await signRequestToken(
      {
        iss: member.node,
        aud: test.hub.context.hub.id,
        iat: now,
        exp: now + 60,
        jti: newId(),
        method: 'POST',
        path: '/api/v1/publications',
        body: sha256(body),
      },
      member.key,
    );
    return fetch(`${test.url}/api/v1/publications`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
  }
});

function mutated(value: object, mutations: readonly Mutation[], kind: 'envelope' | 'body'): Record<string, unknown> {
  let result: Record<string, unknown> = { ...value };
  for (const change of mutations) {
    if (change.kind === kind) result = { ...result, [change.field]: change.value };
  }
  return result;
}

function spliced(text: string, at: number, piece: string): string {
  const place = at % text.length;
  return text.slice(0, place) + piece + text.slice(place + 1);
}
