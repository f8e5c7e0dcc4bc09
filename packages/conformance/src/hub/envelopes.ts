import { randomUUID } from 'node:crypto';
import {
  type CompactJws,
  canonicalise,
  encodeBase64url,
  generatePrivateJwk,
  openSigningKey,
  type PublicationItem,
  sha256,
  signDocument,
  startOfEpoch,
} from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { forge } from './forge.ts';
import { realPublication } from './joining.ts';
import { checkRejections } from './rejections.ts';
import { checkRiskReports } from './risk-reports.ts';
import { mustLeaveUnchanged, mustStandAtHead, type Subject, sealNext, send } from './subject.ts';
import { checkWithdrawing } from './withdrawing.ts';

/** Looks at signatures, envelopes, bodies, the chain and receipts: refusals first, each of which must change nothing. */
export async function checkEnvelopes(subject: Subject): Promise<void> {
  await checkRefusals(subject);
  await checkRejections(subject);
  await checkWithdrawing(subject);
  await checkRiskReports(subject);
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
