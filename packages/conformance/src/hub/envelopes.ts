import { randomUUID } from 'node:crypto';
import {
  authoritiesAudience,
  type CompactJws,
  canonicalise,
  commit,
  createSalt,
  type Envelope,
  encodeBase64url,
  generatePrivateJwk,
  hashOf,
  openSigningKey,
  type PublicationItem,
  sha256,
  signDocument,
  startOfEpoch,
  syntheticRecords,
} from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { realPublication } from './joining.ts';
import {
  allReceipts,
  awaitReceipt,
  mustLeaveUnchanged,
  mustStandAtHead,
  publish,
  type Subject,
  sealNext,
  send,
} from './subject.ts';

const person = { subject: 'A'.repeat(43), role: 'practitioner' } as const;

/** Looks at signatures, envelopes, bodies, the chain and receipts: refusals first, each of which must change nothing. */
export async function checkEnvelopes(subject: Subject): Promise<void> {
  await checkRefusals(subject);
  await checkRejections(subject);
  await checkWithdrawing(subject);
}

/** Signs an envelope of which anything may be wrong, with a body that fits it unless told. */
function forge(
  subject: Subject,
  change: Record<string, unknown>,
  { key = subject.raw.key, typ = 'px-envelope+jws' as const, body = syntheticRecords.published as unknown } = {},
): PublicationItem {
  const { envelope } = sealNext(subject, realPublication(subject));
  const salt = createSalt();
  const bytes = canonicalise(body);
  const document = { ...envelope, commitment: commit(salt, bytes), ...change };
  const jws = signDocument(document, typ, key);
  return { envelope: jws, body: encodeBase64url(bytes), salt: encodeBase64url(salt) };
}

/** Signs a header and a payload as they are. */
function signRaw(subject: Subject, header: unknown, payload: Uint8Array): CompactJws {
  const input = `${encodeBase64url(Buffer.from(JSON.stringify(header)))}.${encodeBase64url(payload)}`;
  return `${input}.${encodeBase64url(subject.raw.key.sign(Buffer.from(input)))}` as CompactJws;
}

async function checkRefusals(subject: Subject): Promise<void> {
  const { recorder, raw } = subject;
  const refuses = (rule: string, what: string, make: () => PublicationItem, ...codes: string[]) =>
    recorder.check(rule, what, () => mustLeaveUnchanged(subject, [make()], ...codes));
  const good = () => sealNext(subject, realPublication(subject));
  const withEnvelope = (envelope: CompactJws): PublicationItem => ({ ...good().item, envelope });
  const header = { alg: 'Ed25519', kid: raw.key.kid, typ: 'px-envelope+jws' };
  const payload = () => canonicalise(good().envelope);

  await refuses(
    'SIG-1',
    'refuses what is no compact JWS',
    () => withEnvelope('a.b' as CompactJws),
    'malformed-jws',
    'request-invalid',
  );
  await refuses(
    'SIG-2',
    'refuses a header with a key in it',
    () => withEnvelope(signRaw(subject, { ...header, jwk: raw.key.publicJwk }, payload())),
    'header-not-allowed',
  );
  await refuses(
    'SIG-3',
    'refuses another algorithm',
    () => withEnvelope(signRaw(subject, { ...header, alg: 'none' }, payload())),
    'algorithm-not-allowed',
  );
  await refuses(
    'SIG-4',
    'refuses a document of another type',
    () => withEnvelope(signDocument(good().envelope, 'px-receipt+jws', raw.key)),
    'header-not-allowed',
  );
  await refuses(
    'SIG-5',
    'refuses a payload that is not canonical',
    () => withEnvelope(signRaw(subject, header, Buffer.from(JSON.stringify(good().envelope, null, 1)))),
    'not-canonical',
  );
  await refuses(
    'CAN-3',
    'refuses a fraction',
    () => withEnvelope(signRaw(subject, header, Buffer.from('{"v":1.5}'))),
    'not-canonical',
  );
  await refuses(
    'CAN-5',
    'refuses a key that stands twice',
    () => withEnvelope(signRaw(subject, header, Buffer.from('{"v":1,"v":1}'))),
    'not-canonical',
  );
  await refuses(
    'CAN-7',
    'refuses white space',
    () => withEnvelope(signRaw(subject, header, Buffer.from('{"v": 1}'))),
    'not-canonical',
  );
  await refuses(
    'SIG-6',
    'refuses a key that is not registered',
    () => forge(subject, {}, { key: openSigningKey(generatePrivateJwk()) }),
    'unknown-key',
  );
  await refuses(
    'SIG-7',
    'refuses a signature that was changed',
    () => {
      const [first, second, signature = ''] = good().item.envelope.split('.');
      return withEnvelope(
        `${first}.${second}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}` as CompactJws,
      );
    },
    'bad-signature',
  );
  await refuses(
    'VER-4',
    'refuses a version that it does not speak',
    () => forge(subject, { v: 99 }),
    'unsupported-version',
  );
  await refuses(
    'ENV-1',
    'refuses an envelope without a field',
    () => forge(subject, { vocabulary: null }),
    'envelope-invalid',
  );
  await refuses(
    'ENV-2',
    'refuses a value where the operation has null',
    () => forge(subject, { op: 'heartbeat' }),
    'envelope-invalid',
  );
  await refuses(
    'ENV-3',
    'refuses an envelope in another node’s name',
    () => forge(subject, { node: randomUUID() }),
    'wrong-node',
  );
  await refuses(
    'ENV-4',
    'refuses revisions that do not count on',
    () => forge(subject, { op: 'revise', revision: 3, prevRevision: 1 }),
    'envelope-invalid',
  );
  await refuses(
    'ENV-15',
    'refuses a schema of another operation',
    () => forge(subject, { schema: 'practice-statement/1' }),
    'envelope-invalid',
  );
  await refuses(
    'JOI-12',
    'refuses the synthetic flag unless it is critical',
    () => forge(subject, { synthetic: true }),
    'envelope-invalid',
  );
  await refuses(
    'AUD-1',
    'refuses an audience of no kind',
    () => forge(subject, { audience: { scope: 'friends' } }),
    'envelope-invalid',
  );
  await refuses(
    'AUD-2',
    'refuses an audience of nobody',
    () => forge(subject, { audience: { scope: 'regions', regions: [] } }),
    'envelope-invalid',
  );
  await refuses(
    'BOD-2',
    'refuses a salt that is too short',
    () => ({ ...good().item, salt: encodeBase64url(new Uint8Array(8)) }),
    'body-malformed',
  );
  await refuses(
    'BOD-3',
    'refuses a body without its salt',
    () => ({ envelope: good().item.envelope, body: good().item.body }),
    'body-malformed',
  );
  await refuses(
    'BOD-4',
    'refuses a body where there is none to commit to',
    () => {
      const { item } = sealNext(subject, { op: 'heartbeat' });
      return { ...good().item, envelope: item.envelope };
    },
    'body-unexpected',
  );
  await refuses(
    'BOD-5',
    'refuses a body that is not the one committed to',
    () => ({ ...good().item, body: encodeBase64url(Buffer.from('{}')) }),
    'commitment-mismatch',
  );
  await refuses(
    'CHN-4',
    'refuses a gap',
    () => sealNext(subject, realPublication(subject), good().head).item,
    'sequence-gap',
  );
  await refuses(
    'CHN-2',
    'refuses a chain that does not name what came before',
    () => sealNext(subject, realPublication(subject), { ...subject.head, hash: sha256('x') }).item,
    'broken-chain',
  );
  await refuses(
    'EPO-8',
    'refuses an epoch that nobody approved',
    () => sealNext(subject, realPublication(subject), startOfEpoch(raw.node, subject.head.epoch + 1)).item,
    'epoch-not-approved',
  );
  await recorder.check('CHN-8', 'says with a gap which place it wants', async () => {
    const answer = await send(subject, [sealNext(subject, realPublication(subject), good().head).item]);
    const { expected } = answer.json as { expected?: { seq: number; prev: string } };
    must(expected?.seq === subject.head.seq + 1 && expected.prev === subject.head.hash, 'it names another place');
  });
  await recorder.check('PUB-1', 'refuses an empty batch', async () => {
    const answer = await send(subject, []);
    must(answer.code === 'request-invalid', `answered ${answer.code ?? answer.status}`);
  });
  await recorder.check('BOD-1', 'refuses a request that is larger than its limit', async () => {
    const answer = await send(subject, [{ ...good().item, body: 'A'.repeat(subject.wellKnown.limits.requestBytes) }]);
    must(answer.status === 413, `answered ${answer.status}`);
    await mustStandAtHead(subject);
  });
}

async function checkRejections(subject: Subject): Promise<void> {
  const { recorder, authority } = subject;
  const own = authoritiesAudience([authority]);
  const { published, revised } = syntheticRecords;
  const rejects = (rule: string, what: string, make: () => PublicationItem, reason: string) =>
    recorder.check(rule, what, async () => {
      const item = make();
      const answer = await send(subject, [item]);
      must(answer.status === 200, `answered ${answer.status} ${answer.code ?? ''}`);
      subject.head = { ...subject.head, seq: subject.head.seq + 1, hash: hashOf(item.envelope) };
      const { receipts } = await subject.client.publish([item]);
      const found = (await allReceipts(subject)).findLast(({ receipt }) => receipt.seq === subject.head.seq);
      must(receipts.length === 1, 'sending it again gave no receipt');
      must(
        found?.receipt.state === 'rejected' && found.receipt.reason === reason,
        `it was ${found?.receipt.state} (${found?.receipt.reason ?? ''}), not rejected (${reason})`,
      );
      await mustStandAtHead(subject);
    });
  const record = randomUUID();
  await recorder.check('PUB-5', 'accepts a publication with a signed receipt', async () => {
    const receipt = await publish(subject, realPublication(subject, record));
    must(receipt.state === 'accepted', `it was ${receipt.state}`);
    await mustStandAtHead(subject);
  });
  await recorder.check('RCP-4', 'indexes it, and then it is found', async () => {
    await awaitReceipt(subject, subject.head.seq, 'indexed');
    const answer = await subject.raw.get(`/api/v1/learning/${record}`, { person });
    must(answer.status === 200, `reading it is answered ${answer.status}`);
  });
  const next = (intent: Parameters<typeof sealNext>[1]) => () => sealNext(subject, intent).item;
  await rejects('ENV-5', 'rejects a second publish', next(realPublication(subject, record)), 'record-exists');
  await rejects(
    'ENV-6',
    'rejects a revision of nothing',
    next({ op: 'revise', record: randomUUID(), revision: 2, audience: own, body: revised }),
    'record-unknown',
  );
  await rejects(
    'ENV-7',
    'rejects a revision that does not follow',
    next({ op: 'revise', record, revision: 4, audience: own, body: revised }),
    'wrong-revision',
  );
  await rejects(
    'ENV-11',
    'rejects a revision with another audience',
    next({ op: 'revise', record, revision: 2, audience: { scope: 'network' }, body: revised }),
    'audience-changed',
  );
  await rejects(
    'AUD-3',
    'rejects an authority that is not in the network',
    next({ op: 'rescope', record, revision: 2, audience: authoritiesAudience([randomUUID()]) }),
    'audience-unknown',
  );
  await rejects(
    'BOD-6',
    'rejects a body that is gone',
    () => ({ envelope: sealNext(subject, realPublication(subject)).item.envelope }),
    'body-removed',
  );
  await rejects(
    'BOD-7',
    'rejects a body that breaks its schema',
    () => forge(subject, {}, { body: { ...published, title: '' } }),
    'body-invalid',
  );
  await rejects(
    'BOD-10',
    'rejects a field that nobody declared',
    () => forge(subject, {}, { body: { ...published, nhsNumber: 'x' } }),
    'body-invalid',
  );
  await rejects(
    'BOD-8',
    'rejects a schema that it does not know',
    () => forge(subject, { schema: 'learning-record/99' }),
    'unsupported-schema',
  );
  await rejects(
    'ENV-13',
    'rejects a critical field that it does not understand',
    () => forge(subject, { crit: ['embargo'], embargo: 'x' }),
    'unknown-critical-field',
  );
  await recorder.check('PUB-4', 'goes on after what it rejected', async () => {
    const receipt = await publish(subject, {
      op: 'revise',
      record,
      revision: 2,
      audience: own,
      body: { ...revised, title: 'A record of the conformance suite, revised' },
    });
    must(receipt.state === 'accepted', `it was ${receipt.state} (${receipt.reason ?? ''})`);
  });
  await recorder.check('CHN-5', 'answers the same envelope with the same receipt', async () => {
    const { item, head } = sealNext(subject, { op: 'heartbeat' });
    const [first, second] = [await subject.client.publish([item]), await subject.client.publish([item])];
    subject.head = head;
    must(first.receipts[0] === second.receipts[0], 'the second receipt differs');
    await mustStandAtHead(subject);
  });
  await recorder.check('PUB-6', 'keeps what came before the first item that is refused', async () => {
    const one = sealNext(subject, { op: 'heartbeat' });
    const gap = sealNext(subject, { op: 'heartbeat' }, { ...one.head, seq: one.head.seq + 1 });
    const answer = await subject.client.publish([one.item, gap.item]);
    subject.head = one.head;
    must(answer.receipts.length === 1 && answer.refused?.code === 'sequence-gap', 'it did not stop at the gap');
    await mustStandAtHead(subject);
  });
  await recorder.check('RCP-6', 'counts receipts 1, 2, 3, … without gaps', async () => {
    const positions = (await allReceipts(subject)).map(({ position }) => position);
    must(
      positions.every((position, at) => position === at + 1),
      'there is a gap',
    );
  });
  await recorder.check('RCP-2', 'gives a reason with rejected and quarantined only', async () => {
    for (const { receipt } of await allReceipts(subject)) {
      const needs = receipt.state === 'rejected' || receipt.state === 'quarantined';
      must(needs === (receipt.reason !== null), `${receipt.state} has ${receipt.reason ?? 'none'}`);
    }
  });
}

async function checkWithdrawing(subject: Subject): Promise<void> {
  const { recorder } = subject;
  const record = randomUUID();
  await publish(subject, realPublication(subject, record)).catch(() => undefined);
  await recorder.check('WIT-1', 'hides a record with the receipt of its withdrawal', async () => {
    const receipt = await publish(subject, { op: 'withdraw', record, revision: 2 });
    must(receipt.state === 'withdrawn', `it was ${receipt.state}`);
    const search = await subject.client.search({ q: 'conformance suite' }, person);
    must(
      search.results.every(({ id }) => id !== record),
      'a search finds it still',
    );
  });
  await recorder.check('WIT-3', 'answers its reading as gone', async () => {
    const answer = await subject.raw.get(`/api/v1/learning/${record}`, { person });
    must(answer.status === 410 && answer.code === 'gone', `answered ${answer.status}`);
  });
  await recorder.check('ENV-9', 'never takes it back in', async () => {
    const receipt = await publish(subject, realPublication(subject, record));
    must(receipt.state === 'rejected' && receipt.reason === 'record-withdrawn', `it was ${receipt.state}`);
  });
  await recorder.check('RCP-5', 'purges it', async () => {
    const purged = (await allReceipts(subject)).length > 0 ? await awaitAnyPurge(subject, record) : null;
    must(purged !== null, 'no receipt says so');
  });
}

async function awaitAnyPurge(subject: Subject, record: string): Promise<Envelope['record'] | null> {
  for (let attempts = 0; attempts < 20; attempts += 1) {
    const receipts = await allReceipts(subject);
    if (receipts.some(({ receipt }) => receipt.record === record && receipt.state === 'purged')) return record;
    await subject.client.receipts(receipts.length, 2_000);
  }
  return null;
}
