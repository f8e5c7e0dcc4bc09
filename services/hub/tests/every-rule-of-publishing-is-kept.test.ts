import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  canonicalise,
  commit,
  createSalt,
  encodeBase64url,
  HubProblem,
  type LearningRecord,
  nextEnvelope,
  type PublicationIntent,
  sealPublication,
  sha256,
  signDocument,
  signRequestToken,
  startOfEpoch,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const created = '2026-01-01T00:00:00Z';
type Item = { envelope: string; body?: string | undefined; salt?: string | undefined };

// The numbers are those of the rules in FEDERATION.md.
describe('the rules of publishing', () => {
  let test: TestHub;
  let member: TestMember;
  let other: TestMember;
  let head: ChainHead;
  /** One record that is shared, at its first revision, and one that was withdrawn. */
  const shared = newId();
  const withdrawn = newId();

  beforeAll(async () => {
    test = await startTestHub();
    member = await test.enrol();
    other = await test.enrol();
    head = member.head;
    for (const intent of [
      publishing(shared),
      publishing(withdrawn),
      { op: 'withdraw', record: withdrawn, revision: 2 },
    ]) {
      await send(intent as PublicationIntent);
    }
    await test.hub.context.jobs.drain();
    await test.hub.context.jobs.stop();
  }, 60_000);
  afterAll(() => test.stop());

  function publishing(record = newId(), body: LearningRecord = exampleLearning()): PublicationIntent {
    return { op: 'publish', record, audience: wholeNetwork, body };
  }

  async function send(intent: PublicationIntent): Promise<void> {
    const sealed = sealPublication(head, intent, { key: member.key, created });
    await member.client.publish([sealed.item]);
    head = sealed.head;
  }

  /** A publication signed as it is, whatever it says. */
  function signed(changes: Record<string, unknown>, body: Uint8Array | null, left: readonly string[] = []): Item {
    const salt = createSalt();
    const draft: Record<string, unknown> = {
      ...nextEnvelope(head, {
        op: 'publish' as const,
        record: newId(),
        revision: 1 as const,
        prevRevision: null,
        audience: wholeNetwork,
        schema: 'learning-record/1',
        vocabulary: '1.0',
        commitment: commit(salt, body ?? new Uint8Array()),
        created,
      }),
      ...changes,
    };
    for (const field of left) delete draft[field];
    const envelope = signDocument(draft, 'px-envelope+jws', member.key);
    return body === null ? { envelope } : { envelope, body: encodeBase64url(body), salt: encodeBase64url(salt) };
  }

  const text = (changes: object = {}) => canonicalise({ ...exampleLearning(), ...changes });

  async function expectRefused(items: readonly Item[], code: string): Promise<HubProblem> {
    const before = await test.state();
    const problem = await member.client.publish(items as never).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(HubProblem);
    expect((problem as HubProblem).code).toBe(code);
    expect(await test.state()).toEqual(before);
    return problem as HubProblem;
  }

  /** It takes its place, is answered with the reason, and nothing that is served or held has changed. */
  async function expectRejected(item: Item, reason: string): Promise<void> {
    const before = heldIn(await test.state());
    const { receipts, next, refused } = await member.client.publish([item as never]);
    expect(refused).toBeNull();
    const receipt = JSON.parse(Buffer.from((receipts[0] ?? '').split('.')[1] ?? '', 'base64url').toString('utf8'));
    expect(receipt).toMatchObject({ state: 'rejected', reason });
    expect(next.seq).toBe(head.seq + 2);
    head = { node: member.node, epoch: next.epoch, seq: next.seq - 1, hash: next.prev };
    expect(heldIn(await test.state())).toEqual(before);
  }

  const withdrawal = { op: 'withdraw', revision: 2, prevRevision: 1, schema: null, commitment: null };
  const rescope = { op: 'rescope', record: shared, revision: 2, prevRevision: 1, schema: null, commitment: null };
  const revise = { op: 'revise', record: shared, revision: 2, prevRevision: 1 };

  it.each([
    ['ENV-1: a field left out', () => signed({}, text(), ['audience']), 'envelope-invalid'],
    [
      'ENV-2: a value where the operation holds null',
      () => signed({ ...withdrawal, record: shared }, null),
      'envelope-invalid',
    ],
    ['KEY-1: a record id in capitals', () => signed({ record: newId().toUpperCase() }, text()), 'envelope-invalid'],
    [
      'KEY-2: a digest that another text stands for as well',
      () => signed({ commitment: `${'A'.repeat(42)}B` }, text()),
      'envelope-invalid',
    ],
    ['KEY-2: a digest with padding', () => signed({ commitment: `${'A'.repeat(43)}=` }, text()), 'envelope-invalid'],
    [
      'KEY-3: a moment of another zone',
      () => signed({ created: '2026-01-01T01:00:00+01:00' }, text()),
      'envelope-invalid',
    ],
    ['ENV-3: another node’s name', () => signed({ node: other.node }, text()), 'wrong-node'],
    [
      'ENV-4: a revision that does not follow its own number',
      () => signed({ ...revise, revision: 3, prevRevision: 1 }, text()),
      'envelope-invalid',
    ],
    ['ENV-15: a schema of another family', () => signed({ schema: 'caseload-return/1' }, text()), 'envelope-invalid'],
    [
      'AUD-1: an audience that there is not',
      () => signed({ audience: { scope: 'everyone' } }, text()),
      'envelope-invalid',
    ],
    [
      'AUD-2: an audience of nobody',
      () => signed({ audience: { scope: 'regions', regions: [] } }, text()),
      'envelope-invalid',
    ],
    [
      'AUD-2: an audience out of order',
      () => signed({ audience: { scope: 'regions', regions: ['south-west', 'london'] } }, text()),
      'envelope-invalid',
    ],
    ['BOD-1: a body that is too large', () => signed({}, new Uint8Array(262_145)), 'too-large'],
    [
      'BOD-2, BOD-5: a body that was not committed to',
      () => ({ ...signed({}, text()), body: encodeBase64url(text()) }),
      'commitment-mismatch',
    ],
    ['BOD-3: a body without its salt', () => without(signed({}, text()), 'salt'), 'body-malformed'],
    [
      'BOD-4: a body where there is none',
      () => ({ ...signed({ ...rescope }, null), body: 'AA', salt: encodeBase64url(createSalt()) }),
      'body-unexpected',
    ],
    [
      'CHN-2: a first place that does not name the start of its epoch',
      () => signed({ seq: head.seq + 1, prev: startOfEpoch(member.node, 9).hash }, text()),
      'broken-chain',
    ],
    ['CHN-4: a gap', () => signed({ seq: head.seq + 2 }, text()), 'sequence-gap'],
    ['CHN-4: an epoch that nobody approved', () => signed({ epoch: 2, seq: 1 }, text()), 'epoch-not-approved'],
  ] as const)('%s is refused, and nothing changes', async (_rule, item, code) => {
    await expectRefused([item() as Item], code);
  });

  it('CHN-8: what is refused for its place is told the place that is wanted', async () => {
    const { problem } = await expectRefused([signed({ seq: head.seq + 5 }, text())], 'sequence-gap');
    expect(problem?.expected).toEqual({ epoch: head.epoch, seq: head.seq + 1, prev: head.hash });
  });

  it('PUB-1: no publication, or more than a hundred, are refused, and nothing changes', async () => {
    const before = await test.state();
    const many = Array.from({ length: 101 }, () => signed({}, text()));
    for (const items of [[], many]) {
      // The client keeps to the rule itself, so this goes past it.
      const body = JSON.stringify({ items });
      const iat = Math.floor(Date.now() / 1000);
      const path = '/api/v1/publications';
      const claims = { iss: member.node, aud: test.hub.context.hub.id, iat, exp: iat + 60, jti: newId() };
      const token = await signRequestToken({ ...claims, method: 'POST', path, body: sha256(body) }, member.key);
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const answer = await fetch(`${test.url}${path}`, { method: 'POST', body, headers });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'request-invalid' });
    }
    expect(await test.state()).toEqual(before);
  });

  it('PUB-3: of two faults, the one that is looked for first decides', async () => {
    const [header, payload, signature = ''] = signed({ node: other.node }, text()).envelope.split('.');
    const turned = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await expectRefused([{ envelope: `${header}.${payload}.${turned}` }], 'bad-signature');
  });

  it('PUB-6: a batch whose first item is refused changes nothing by what follows', async () => {
    await expectRefused([signed({ seq: head.seq + 2 }, text()), signed({}, text())], 'sequence-gap');
  });

  it('PUB-10: a node that may not publish yet changes nothing', async () => {
    const newcomer = await test.enrolOnly();
    const before = await test.state();
    const sealed = sealPublication(newcomer.head, publishing(), { key: newcomer.key, created });
    await expect(newcomer.client.publish([sealed.item])).rejects.toMatchObject({ code: 'may-not-publish' });
    expect(await test.state()).toEqual(before);
  });

  it.each([
    ['ENV-5: publishing what is published', () => signed({ record: shared }, text()), 'record-exists'],
    [
      'ENV-6: revising what the hub does not hold',
      () => signed({ ...revise, record: newId() }, text()),
      'record-unknown',
    ],
    [
      'ENV-7: a revision that leaves one out',
      () => signed({ ...revise, revision: 3, prevRevision: 2 }, text()),
      'wrong-revision',
    ],
    ['ENV-9: publishing what was withdrawn', () => signed({ record: withdrawn }, text()), 'record-withdrawn'],
    [
      'ENV-9: revising what was withdrawn',
      () => signed({ ...revise, record: withdrawn, revision: 3, prevRevision: 2 }, text()),
      'record-withdrawn',
    ],
    [
      'ENV-11: an audience that changes with a text',
      () => signed({ ...revise, audience: { scope: 'regions', regions: ['london'] } }, text()),
      'audience-changed',
    ],
    [
      'AUD-3: an authority that is not in the network',
      () => signed({ audience: { scope: 'authorities', authorities: [newId()] } }, text()),
      'audience-unknown',
    ],
    [
      'BOD-7: a body that is not canonical',
      () => signed({}, Buffer.from(JSON.stringify(exampleLearning(), null, 1))),
      'body-not-canonical',
    ],
    ['BOD-7: a body that breaks its schema', () => signed({}, text({ title: '' })), 'body-invalid'],
    [
      'BOD-8: a schema of a version to come',
      () => signed({ schema: 'learning-record/9' }, text()),
      'unsupported-schema',
    ],
    [
      'BOD-9: a code of a vocabulary to come',
      () => signed({ vocabulary: '9.0' }, text({ setting: 'moon-base' })),
      'unsupported-vocabulary',
    ],
    ['BOD-10: a field that rides along', () => signed({}, text({ childName: 'x' })), 'body-invalid'],
    ['BOD-10: a text with space around it', () => signed({}, text({ title: ' A visit' })), 'body-invalid'],
  ] as const)('%s is rejected, takes its place, and changes nothing that is held', async (_rule, item, reason) => {
    await expectRejected(item(), reason);
  });

  it('ENV-8: another node’s record is not changed, whatever its own log says', async () => {
    const before = heldIn(await test.state());
    const sealed = sealPublication(
      other.head,
      { op: 'withdraw', record: shared, revision: 2 },
      { key: other.key, created },
    );
    const { receipts } = await other.client.publish([sealed.item]);
    other.head = sealed.head;
    expect(Buffer.from((receipts[0] ?? '').split('.')[1] ?? '', 'base64url').toString('utf8')).toContain('"not-owner"');
    expect(heldIn(await test.state())).toEqual(before);
  });

  it('CHN-5, PUB-7: the same bytes again get the first receipt, and change nothing', async () => {
    const sealed = sealPublication(head, publishing(), { key: member.key, created });
    const first = await member.client.publish([sealed.item]);
    head = sealed.head;
    const before = await test.state();
    expect((await member.client.publish([sealed.item])).receipts).toEqual(first.receipts);
    expect(await test.state()).toEqual(before);
  });

  it('PUB-4, PUB-9, BOD-6: a body that is gone keeps its place, and the next goes on', async () => {
    const gone = sealPublication(head, publishing(), { key: member.key, created });
    const next = sealPublication(gone.head, publishing(), { key: member.key, created });
    const answer = await member.client.publish([{ envelope: gone.jws }, next.item]);
    head = next.head;
    const [first, second] = answer.receipts.map((jws) =>
      JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')),
    );
    expect(first).toMatchObject({ state: 'rejected', reason: 'body-removed' });
    expect(second).toMatchObject({ state: 'accepted' });
  });

  it('ENV-12: what a node’s clock says orders nothing and refuses nothing', async () => {
    for (const moment of ['1970-01-01T00:00:00Z', '2999-12-31T23:59:59Z']) {
      const sealed = sealPublication(head, publishing(), { key: member.key, created: moment });
      expect((await member.client.publish([sealed.item])).refused).toBeNull();
      head = sealed.head;
    }
  });

  it('ENV-10, ENV-14, BOD-11, SIG-8: a revision replaces the whole text; unknown fields are kept as signed; a withdrawal leaves no body', async () => {
    const record = newId();
    await send(publishing(record, exampleLearning({ learningPoints: ['One.', 'Two.'] })));
    const body = text({ learningPoints: ['Three.'] });
    const item = signed({ ...revise, record, extension: 'of a later version' }, body);
    const { next } = await member.client.publish([item as never]);
    head = { node: member.node, epoch: next.epoch, seq: next.seq - 1, hash: next.prev };
    const { db } = test.hub.context.database;
    const row = await db
      .selectFrom('learning_record')
      .select('content')
      .where('id', '=', record)
      .executeTakeFirstOrThrow();
    expect(row.content.learningPoints).toEqual(['Three.']);
    const kept = await db
      .selectFrom('publication')
      .select('envelope')
      .where('hash', '=', head.hash)
      .executeTakeFirstOrThrow();
    expect(kept.envelope).toBe(item.envelope);
    await send({ op: 'withdraw', record, revision: 3 });
    expect(await db.selectFrom('body').select('seq').where('record', '=', record).execute()).toEqual([]);
  });

  // Last, as it freezes the node.
  it('CHN-6, CHN-7: other bytes for a place that is taken freeze the node, and change nothing else', async () => {
    const taken = sealPublication({ ...head, seq: head.seq - 1, hash: head.hash }, publishing(), {
      key: member.key,
      created,
    });
    const before = (await test.state()) as Record<string, string[]>;
    await expect(member.client.publish([taken.item])).rejects.toMatchObject({ code: 'equivocation' });
    const after = (await test.state()) as Record<string, string[]>;
    expect({ ...after, member: null }).toEqual({ ...before, member: null });
    await expectRefused([sealPublication(head, publishing(), { key: member.key, created }).item], 'node-frozen');
  });
});

function without(item: Item, name: 'body' | 'salt'): Item {
  const { [name]: _, ...rest } = item;
  return rest;
}

/** What is held and served: everything but the log, its answers and its head. */
function heldIn(state: unknown): Record<string, unknown> {
  const { member: _, publication: __, receipt: ___, ...held } = state as Record<string, unknown>;
  return held;
}
