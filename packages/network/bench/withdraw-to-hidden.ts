import { setTimeout } from 'node:timers/promises';
import { newId } from '@practice-exchange/platform';
import {
  type PublicationIntent,
  type SealedPublication,
  sealPublication,
  sha256,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import type { Network } from '../src/network.ts';
import { enrolBenchMember } from './bench-member.ts';
import type { Measurement } from './measurement.ts';
import { percentile, rounded } from './percentiles.ts';

const withdrawals = 100;
const deep = 10_000;
const batch = 100;

/**
 * From a node's withdrawal until its record is answered as gone, and until the certificate has come, while ten thousand
 * records wait to be indexed. The queue is filled again for as long as it takes, so that it stays deep.
 */
export async function withdrawToHidden(network: Network): Promise<Measurement[]> {
  const { hub } = network;
  const [template] = await readDemoLearning();
  if (!template) throw new Error('there is no demo learning');
  const { node, key, client, ...member } = await enrolBenchMember(network, 9_999_999);
  const person = { subject: sha256('bench'), role: 'practitioner' } as const;
  let { head } = member;
  const seal = (intent: PublicationIntent): SealedPublication => {
    const sealed = sealPublication(head, intent, { key, created: '2026-01-01T00:00:00Z' });
    head = sealed.head;
    return sealed;
  };
  const publishBatch = async (records: readonly string[]) => {
    const items = records.map((record, index) => {
      const body = { ...template.content, title: `${template.content.title} ${record.slice(-8)} ${index}` };
      return seal({ op: 'publish', record, audience: wholeNetwork, body }).item;
    });
    await client.publish(items);
  };

  const targets = Array.from({ length: withdrawals }, newId);
  await publishBatch(targets);
  await hub.context.jobs.drain();
  for (let sent = 0; sent < deep; sent += batch) await publishBatch(Array.from({ length: batch }, newId));
  const depth = async () =>
    (
      await hub.context.database.db
        .selectFrom('index_task')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    ).count;
  // What was indexed while the rest was sent is made to wait again: indexing it twice changes nothing.
  const refill = async () => {
    const { db } = hub.context.database;
    await db
      .insertInto('index_task')
      .columns(['record', 'node', 'epoch', 'seq', 'task'])
      .expression((eb) =>
        eb
          .selectFrom('learning_record')
          .select(['id', 'node', 'epoch', 'seq'])
          .select((of) => of.val<'index' | 'remove'>('index').as('task'))
          .where('node', '=', node)
          .where('id', 'not in', targets)
          .limit(deep),
      )
      .onConflict((conflict) => conflict.column('record').doNothing())
      .execute();
    await hub.context.jobs.wake('update-index');
  };

  const isCertified = async (record: string) =>
    (
      await hub.context.database.db
        .selectFrom('withdrawal')
        .select('purged_at')
        .where('record', '=', record)
        .executeTakeFirst()
    )?.purged_at instanceof Date;

  const hidden: number[] = [];
  const certified: number[] = [];
  const depths: number[] = [];
  for (const record of targets) {
    if ((await depth()) < deep * 0.9) await refill();
    depths.push(await depth());
    const withdrawal = seal({ op: 'withdraw', record, revision: 2 });
    const began = performance.now();
    await client.publish([withdrawal.item]);
    const code = await client.learning(record, person).then(
      () => 'still there',
      (error: { code: string }) => error.code,
    );
    if (code !== 'gone') throw new Error(`withdrawn and answered with ${code}`);
    hidden.push(performance.now() - began);
    while (!(await isCertified(record))) {
      if (performance.now() - began > 60_000) throw new Error('withdrawn and not purged after a minute');
      await setTimeout(5);
    }
    certified.push(performance.now() - began);
  }
  await hub.context.database.db.deleteFrom('index_task').where('node', '=', node).where('task', '=', 'index').execute();
  await hub.context.jobs.drain();
  const detail = (samples: readonly number[]) =>
    `p50 ${rounded(percentile(samples, 0.5))} ms, ${withdrawals} withdrawals, ${percentile(depths, 0.5)} records waiting for the index`;
  return [
    {
      name: 'withdraw to hidden, p99',
      value: rounded(percentile(hidden, 0.99)),
      unit: 'ms',
      aim: '< 500',
      met: percentile(hidden, 0.99) < 500,
      detail: detail(hidden),
    },
    {
      name: 'withdraw to purge certificate, p99',
      value: rounded(percentile(certified, 0.99)),
      unit: 'ms',
      aim: '< 5000',
      met: percentile(certified, 0.99) < 5000,
      detail: detail(certified),
    },
  ];
}
