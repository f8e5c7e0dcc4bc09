import { randomUUID } from 'node:crypto';
import type { Envelope } from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { realPublication } from './joining.ts';
import { allReceipts, publish, reader, type Subject } from './subject.ts';

/** Looks at a withdrawal: hidden at once, gone for readers, never taken back in, and purged. */
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
}

async function awaitAnyPurge(subject: Subject, record: string): Promise<Envelope['record'] | null> {
  for (let attempts = 0; attempts < 20; attempts += 1) {
    const receipts = await allReceipts(subject);
    if (receipts.some(({ receipt }) => receipt.record === record && receipt.state === 'purged')) return record;
    await subject.client.receipts(receipts.length, 2_000);
  }
  return null;
}
