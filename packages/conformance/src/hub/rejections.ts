import { randomUUID } from 'node:crypto';
import { authoritiesAudience, hashOf, type PublicationItem, syntheticRecords } from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { forge } from './forge.ts';
import { realPublication } from './joining.ts';
import {
  allReceipts,
  awaitReceipt,
  mustStandAtHead,
  publish,
  reader,
  type Subject,
  sealNext,
  send,
} from './subject.ts';

/** Looks at what is well sent and not taken: a receipt says so, its place in the chain is kept, and what follows is accepted. */
export async function checkRejections(subject: Subject): Promise<void> {
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
    const answer = await subject.raw.get(`/api/v1/learning/${record}`, { person: reader });
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
