import { randomUUID } from 'node:crypto';
import {
  authoritiesAudience,
  type Envelope,
  isSameAudience,
  verifyPurgeCertificate,
} from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { realPublication } from './joining.ts';
import { allReceipts, mustStandAtHead, publish, reader, type Subject, sealNext, send } from './subject.ts';

/** Looks at a withdrawal: hidden at once, gone for readers, never taken back in, and purged; and at narrower audiences. */
export async function checkWithdrawing(subject: Subject): Promise<void> {
  const { recorder } = subject;
  const record = randomUUID();
  await publish(subject, realPublication(subject, record)).catch(() => undefined);
  await recorder.check('WIT-1', 'hides a record with the receipt of its withdrawal', async () => {
    const receipt = await publish(subject, { op: 'withdraw', record, revision: 2 });
    must(receipt.state === 'withdrawn', `it was ${receipt.state}`);
    const search = await subject.client.search({ q: 'conformance suite' }, reader);
    must(
      search.results.every(({ id }) => id !== record),
      'a search finds it still',
    );
  });
  await recorder.check('WIT-3', 'answers its reading as gone', async () => {
    const answer = await subject.raw.get(`/api/v1/learning/${record}`, { person: reader });
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
  await checkNarrowing(subject);
}

/** Looks at a narrower audience that is sent ahead of the log, and at its proof. */
async function checkNarrowing(subject: Subject): Promise<void> {
  const { recorder, client } = subject;
  const record = randomUUID();
  await publish(subject, realPublication(subject, record));
  const audience = authoritiesAudience([subject.authority]);
  const first = sealNext(subject, { op: 'heartbeat' });
  const rescope = sealNext(subject, { op: 'rescope', record, revision: 2, audience }, first.head);
  await recorder.check(
    'WIT-20',
    'takes a narrower audience ahead of the log, and leaves the head where it is',
    async () => {
      const standing = await client.withdrawAhead(rescope.jws);
      must(standing.why === 'narrowed' && standing.envelope === rescope.hash, 'it answers of something else');
      await mustStandAtHead(subject);
      must((await client.cursor()).ahead.includes(rescope.hash), 'the cursor does not name it');
    },
  );
  await recorder.check('WIT-23', 'proves it by a certificate that names the audience', async () => {
    const certificate = await awaitCertificate(subject, record);
    const keys = new Map(subject.wellKnown.keys.map(({ kid, key }) => [kid, key]));
    const said = verifyPurgeCertificate(certificate, (kid) => keys.get(kid)).certificate;
    must(said.record === record && said.envelope === rescope.hash, 'it is of something else');
    must(said.audience !== undefined && isSameAudience(said.audience, audience), 'it names another audience');
  });
  await recorder.check('WIT-22', 'lets the log come to it as to any other publication', async () => {
    const answer = await send(subject, [first.item, rescope.item]);
    must(answer.status === 200, `answered ${answer.status}`);
    subject.head = rescope.head;
    await mustStandAtHead(subject);
    must(!(await client.cursor()).ahead.includes(rescope.hash), 'it still stands ahead');
  });
}

async function awaitCertificate({ client, patienceMs }: Subject, record: string): Promise<string> {
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    const { certificate } = await client.withdrawal(record);
    if (certificate !== null) return certificate;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('no certificate came');
}

async function awaitAnyPurge(subject: Subject, record: string): Promise<Envelope['record'] | null> {
  for (let attempts = 0; attempts < 20; attempts += 1) {
    const receipts = await allReceipts(subject);
    if (receipts.some(({ receipt }) => receipt.record === record && receipt.state === 'purged')) return record;
    await subject.client.receipts(receipts.length, 2_000);
  }
  return null;
}
