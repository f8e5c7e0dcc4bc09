import { setTimeout } from 'node:timers/promises';
import { newId } from '@practice-exchange/platform';
import {
  type PublicationIntent,
  regionsAudience,
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

const times = 100;
const deep = 10_000;
const batch = 100;

/** A way of taking a record back, and how somebody who saw it is answered afterwards. */
type Way = { name: string; intent: (record: string) => PublicationIntent; answer: string };

const ways: readonly Way[] = [
  { name: 'withdraw', intent: (record) => ({ op: 'withdraw', record, revision: 2 }), answer: 'gone' },
  {
    name: 'narrow',
    intent: (record) => ({ op: 'rescope', record, revision: 2, audience: regionsAudience(['north-east']) }),
    answer: 'not-found',
  },
];

/**
 * From a node's withdrawal, or narrower audience, until its record is gone for somebody of another authority, and until the
 * certificate has come, while ten thousand records wait to be indexed. The queue is filled again for as long as it takes, so
 * that it stays deep.
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

  const reader = await enrolBenchMember(network, 9_999_997);
  const targets = ways.flatMap(({ name }) => Array.from({ length: times }, () => ({ way: name, record: newId() })));
  const ids = targets.map(({ record }) => record);
  for (let sent = 0; sent < ids.length; sent += batch) await publishBatch(ids.slice(sent, sent + batch));
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
          .where('id', 'not in', ids)
          .limit(deep),
      )
      .onConflict((conflict) => conflict.column('record').doNothing())
      .execute();
    await hub.context.jobs.wake('update-index');
  };

  const measured: Measurement[] = [];
  for (const { name, intent, answer } of ways) {
    const hidden: number[] = [];
    const certified: number[] = [];
    const depths: number[] = [];
    for (const { record } of targets.filter(({ way }) => way === name)) {
      if ((await depth()) < deep * 0.9) await refill();
      depths.push(await depth());
      const { item } = seal(intent(record));
      const began = performance.now();
      await client.withdrawAhead(item.envelope);
      const code = await reader.client.learning(record, person).then(
        () => 'still there',
        (error: { code: string }) => error.code,
      );
      if (code !== answer) throw new Error(`${name}: answered with ${code}`);
      hidden.push(performance.now() - began);
      while ((await client.withdrawal(record)).certificate === null) {
        if (performance.now() - began > 60_000) throw new Error(`${name}: no certificate after a minute`);
        await setTimeout(20);
      }
      certified.push(performance.now() - began);
      await client.publish([item]);
    }
    const detail = (samples: readonly number[]) =>
      `p50 ${rounded(percentile(samples, 0.5))} ms, ${times} times, ${percentile(depths, 0.5)} records waiting for the index`;
    for (const [until, samples, aim] of [
      ['hidden', hidden, 500],
      ['purge certificate', certified, 5000],
    ] as const) {
      const p99 = percentile(samples, 0.99);
      measured.push({
        name: `${name} to ${until}, p99`,
        value: rounded(p99),
        unit: 'ms',
        aim: `< ${aim}`,
        met: p99 < aim,
        detail: detail(samples),
      });
    }
  }
  await hub.context.database.db.deleteFrom('index_task').where('node', '=', node).where('task', '=', 'index').execute();
  await hub.context.jobs.drain();
  return measured;
}
