import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  encodeBase64url,
  generatePrivateJwk,
  HubProblem,
  hashOf,
  openSigningKey,
  type PublicationIntent,
  type PublicationItem,
  requestTokenHeader,
  type SealedPublication,
  sealPublication,
  sha256,
  signRequestToken,
  startOfEpoch,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const created = '2026-01-01T00:00:00Z';

describe('what a hub refuses changes nothing', () => {
  let test: TestHub;
  let member: TestMember;
  let head: ChainHead;
  let before: unknown;

  beforeAll(async () => {
    test = await startTestHub();
  });
  afterAll(() => test.stop());

  beforeEach(async () => {
    member = await test.enrol();
    const first = seal(
      { op: 'publish', record: newId(), audience: wholeNetwork, body: exampleLearning() },
      member.head,
    );
    await member.client.publish([first.item]);
    await test.hub.context.jobs.drain();
    head = first.head;
    before = await test.state();
  });

  function seal(intent: PublicationIntent, at: ChainHead = head, key = member.key): SealedPublication {
    return sealPublication(at, intent, { key, created });
  }

  function publish(record = newId()): PublicationIntent {
    return { op: 'publish', record, audience: wholeNetwork, body: exampleLearning() };
  }

  async function expectRefused(items: readonly PublicationItem[], code: string): Promise<HubProblem> {
    const problem = await member.client.publish(items).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(problem).toBeInstanceOf(HubProblem);
    expect((problem as HubProblem).code).toBe(code);
    expect((problem as HubProblem).problem).toMatchObject({
      code,
      status: expect.any(Number),
      title: expect.any(String),
    });
    expect(await test.state()).toEqual(before);
    return problem as HubProblem;
  }

  it('SIG-7: a signature that was changed', async () => {
    const { item } = seal(publish());
    const [header, payload, signature = ''] = item.envelope.split('.');
    const turned = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    await expectRefused([{ ...item, envelope: `${header}.${payload}.${turned}` as never }], 'bad-signature');
  });

  it('SIG-6: a signature by a key that is not registered', async () => {
    await expectRefused([seal(publish(), head, openSigningKey(generatePrivateJwk())).item], 'unknown-key');
  });

  it('ENV-3: a publication in another node’s name', async () => {
    const other = await test.enrol();
    before = await test.state();
    await expectRefused([seal(publish(), startOfEpoch(other.node, 1)).item], 'wrong-node');
  });

  it('CHN-4, CHN-8: a gap in the sequence, saying which place is wanted', async () => {
    const skipped = seal(publish());
    const problem = await expectRefused([seal(publish(), skipped.head).item], 'sequence-gap');
    expect(problem.problem?.expected).toEqual({ epoch: 1, seq: head.seq + 1, prev: head.hash });
  });

  it('CHN-2, CHN-4: a chain that does not name what came before', async () => {
    await expectRefused([seal(publish(), { ...head, hash: sha256('something else') }).item], 'broken-chain');
  });

  it('EPO-8: an epoch that nobody approved', async () => {
    await expectRefused([seal(publish(), startOfEpoch(member.node, 2)).item], 'epoch-not-approved');
  });

  it('BOD-5: a body that the envelope does not commit to', async () => {
    const { item } = seal(publish());
    const other = seal(publish());
    await expectRefused([{ ...item, body: other.item.body ?? '' }], 'commitment-mismatch');
  });

  it('ENV-13: a field that is critical and not understood: the publication takes its place, does nothing, and the next goes on', async () => {
    const { envelope } = seal(publish());
    const { signDocument, commit, createSalt, canonicalise } = await import('@practice-exchange/protocol');
    const salt = createSalt();
    const body = canonicalise(exampleLearning());
    const document = { ...envelope, commitment: commit(salt, body), crit: ['embargo'], embargo: '2027-01-01' };
    const jws = signDocument(document as never, 'px-envelope+jws', member.key);
    const after = { ...head, seq: head.seq + 1, hash: hashOf(jws) };
    const answer = await member.client.publish([
      { envelope: jws, body: encodeBase64url(body), salt: encodeBase64url(salt) },
      seal({ op: 'heartbeat' }, after).item,
    ]);
    expect(answer).toMatchObject({ refused: null, next: { seq: head.seq + 3 } });
    const [receipt] = answer.receipts.map((text) =>
      JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')),
    );
    expect(receipt).toMatchObject({ state: 'rejected', reason: 'unknown-critical-field' });
    const now = (await test.state()) as Record<string, string[]>;
    const untouched = ['body', 'record', 'learning_record', 'index_task', 'quarantined_publication'];
    for (const table of untouched) expect(now[table]).toEqual((before as Record<string, string[]>)[table]);
  });

  it('CAN-7, SIG-5: an envelope that is not in canonical form', async () => {
    const { envelope } = seal(publish());
    const header = encodeBase64url(
      Buffer.from(JSON.stringify({ alg: 'Ed25519', kid: member.key.kid, typ: 'px-envelope+jws' })),
    );
    const payload = encodeBase64url(Buffer.from(JSON.stringify(envelope, null, 1)));
    const signature = encodeBase64url(member.key.sign(Buffer.from(`${header}.${payload}`)));
    await expectRefused([{ envelope: `${header}.${payload}.${signature}` as never }], 'not-canonical');
  });

  it('LIM-1: a body larger than the hub takes', async () => {
    const answer = await post(
      '/api/v1/publications',
      Buffer.from(JSON.stringify({ items: [{ envelope: 'a'.repeat(5_000_000) }] })),
    );
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ status: 413 });
    expect(await test.state()).toEqual(before);
  });

  it('REQ-1, REQ-5, REQ-6, REQ-7, REQ-8: a request token for another body, an expired one, one used before, one for another hub, and none', async () => {
    const body = Buffer.from(JSON.stringify({ items: [seal(publish()).item] }));
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: member.node,
      aud: test.hub.context.hub.id,
      iat: now,
      exp: now + 60,
      jti: newId(),
      method: 'POST' as const,
      path: '/api/v1/publications',
      body: sha256(body),
    };
    const codeOf = async (change: Partial<typeof claims>) => {
      const token = await signRequestToken({ ...claims, jti: newId(), ...change }, member.key);
      const answer = await post('/api/v1/publications', body, token);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      return ((await answer.json()) as { code: string }).code;
    };
    expect(await codeOf({ body: sha256('another body') })).toBe('token-wrong-body');
    expect(await codeOf({ iat: now - 120, exp: now - 61 })).toBe('token-expired');
    expect(await codeOf({ iat: now + 3600, exp: now + 3660 })).toBe('token-not-yet-valid');
    expect(await codeOf({ exp: now + 600 })).toBe('token-too-long');
    expect(await codeOf({ aud: newId() })).toBe('token-wrong-audience');
    expect(await codeOf({ path: '/api/v1/receipts' })).toBe('token-wrong-request');
    expect(((await (await post('/api/v1/publications', body)).json()) as { code: string }).code).toBe('token-missing');
    expect(await test.state()).toEqual(before);
  });

  it('REQ-9: a request that is sent twice', async () => {
    const body = Buffer.from(JSON.stringify({ q: '' }));
    const now = Math.floor(Date.now() / 1000);
    const token = await signRequestToken(
      {
        iss: member.node,
        aud: test.hub.context.hub.id,
        iat: now,
        exp: now + 60,
        jti: newId(),
        method: 'POST',
        path: '/api/v1/search',
        body: sha256(body),
        sub: sha256('someone'),
        role: 'practitioner',
      },
      member.key,
    );
    expect((await post('/api/v1/search', body, token)).status).toBe(200);
    const again = await post('/api/v1/search', body, token);
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({ code: 'token-replayed' });
    expect(requestTokenHeader.alg).toBe('EdDSA');
  });

  it('CHN-6, CHN-7: other bytes for a place that is taken: nothing but the node’s freezing changes', async () => {
    const one = seal(publish());
    await member.client.publish([one.item]);
    await test.hub.context.jobs.drain();
    const other = seal(publish());
    expect(hashOf(other.jws)).not.toBe(one.hash);
    const taken = (await test.state()) as Record<string, string[]>;
    const problem = await member.client.publish([other.item]).catch((error: unknown) => error as HubProblem);
    expect(problem).toMatchObject({ code: 'equivocation', status: 409 });
    const after = (await test.state()) as Record<string, string[]>;
    expect({ ...after, member: null }).toEqual({ ...taken, member: null });
    expect(after.member?.find((row) => row.includes(member.node))).toContain('"state":"frozen"');
    await expect(member.client.publish([seal(publish(), one.head).item])).rejects.toMatchObject({
      code: 'node-frozen',
    });
  });

  it('CHN-5: the same bytes again give the same receipts and change nothing', async () => {
    const one = seal(publish());
    const first = await member.client.publish([one.item]);
    await test.hub.context.jobs.drain();
    const once = await test.state();
    const second = await member.client.publish([one.item]);
    expect(second.receipts).toEqual(first.receipts);
    expect(second.next).toEqual(first.next);
    expect(await test.state()).toEqual(once);
  });

  it('PUB-5, PUB-6: keeps what came before the first item that is refused, and says where it stopped', async () => {
    const one = seal(publish());
    const two = seal(publish(), one.head);
    const gap = seal(publish(), seal(publish(), two.head).head);
    const answer = await member.client.publish([one.item, two.item, gap.item]);
    expect(answer.receipts).toHaveLength(2);
    expect(answer.refused).toMatchObject({ code: 'sequence-gap', index: 2 });
    expect(answer.next).toEqual({ epoch: 1, seq: head.seq + 3, prev: two.hash });
  });

  it('PUB-4: a poison record is rejected with a reason and the next one goes on', async () => {
    const record = newId();
    const one = seal({ op: 'revise', record, revision: 2, audience: wholeNetwork, body: exampleLearning() });
    const two = seal(publish(), one.head);
    const answer = await member.client.publish([one.item, two.item]);
    expect(answer.refused).toBeNull();
    await test.hub.context.jobs.drain();
    const { receipts } = await member.client.receipts(0);
    const states = receipts.map(({ jws }) =>
      JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')),
    );
    expect(states.find((receipt) => receipt.seq === one.envelope.seq)).toMatchObject({
      state: 'rejected',
      reason: 'record-unknown',
    });
    expect(states.find((receipt) => receipt.seq === two.envelope.seq && receipt.state === 'indexed')).toBeDefined();
  });

  async function post(path: string, body: Buffer, token?: string): Promise<Response> {
    return fetch(`${test.url}${path}`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });
  }
});
