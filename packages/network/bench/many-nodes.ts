import { newId } from '@practice-exchange/platform';
import { sealPublication, wholeNetwork } from '@practice-exchange/protocol';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import type { Network } from '../src/network.ts';
import { publishPatiently } from '../src/rehearse.ts';
import { type BenchMember, enrolBenchMember } from './bench-member.ts';
import type { Measurement } from './measurement.ts';
import { percentile, rounded } from './percentiles.ts';

const nodes = 153;
const perSecond = 50;
const seconds = 10;

/**
 * 153 nodes that publish at once, 50 publications a second in total, evenly timed, each in its own log over HTTP. From the
 * moment at which a publication is due until the hub says that it can be found, by its signed receipt, fetched as a node does.
 */
export async function manyNodesPublish(network: Network): Promise<Measurement[]> {
  const [template] = await readDemoLearning();
  if (!template) throw new Error('there is no demo learning');
  // All of them join from one machine.
  network.hub.context.config.strangersRequestsPerMinute = 100_000;
  const members: BenchMember[] = [];
  while (members.length < nodes) {
    const numbers = Array.from(
      { length: Math.min(9, nodes - members.length) },
      (_, index) => members.length + index + 1,
    );
    members.push(...(await Promise.all(numbers.map((number) => enrolBenchMember(network, number)))));
  }
  const total = perSecond * seconds;
  const due = new Map<string, number>();
  const samples: number[] = [];
  const began = performance.now() + 500;
  const busy = new Map<BenchMember, Promise<unknown>>();
  const listening = new AbortController();
  const listeners = members.map((member) => listen(member, listening.signal, due, samples));
  for (let index = 0; index < total; index += 1) {
    const at = began + (index * 1000) / perSecond;
    const wait = at - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const member = members[index % members.length];
    if (!member) continue;
    const before = busy.get(member) ?? Promise.resolve();
    busy.set(
      member,
      before.then(() => {
        const body = { ...template.content, title: `${template.content.title} ${index}` };
        const record = newId();
        due.set(record, at);
        const sealed = sealPublication(
          member.head,
          { op: 'publish', record, audience: wholeNetwork, body },
          { key: member.key, created: '2026-01-01T00:00:00Z' },
        );
        member.head = sealed.head;
        return publishPatiently(member.client, sealed.item);
      }),
    );
  }
  await Promise.all(busy.values());
  const end = performance.now() + 30_000;
  while (samples.length < total && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  listening.abort();
  await Promise.allSettled(listeners);
  const p99 = samples.length === total ? percentile(samples, 0.99) : Number.POSITIVE_INFINITY;
  return [
    {
      name: `${nodes} nodes publish to searchable, p99`,
      value: rounded(p99),
      unit: 'ms',
      aim: '< 2000',
      met: p99 < 2000,
      detail: `p50 ${rounded(percentile(samples, 0.5))} ms, ${perSecond} publications a second for ${seconds} s, ${samples.length} of ${total} found`,
    },
  ];
}

async function listen(
  { client }: BenchMember,
  signal: AbortSignal,
  due: ReadonlyMap<string, number>,
  samples: number[],
): Promise<void> {
  let after = 0;
  while (!signal.aborted) {
    const { receipts, next } = await client.receipts(after, 2_000);
    after = next;
    for (const { jws } of receipts) {
      const { state, record } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
      const at = due.get(record);
      if (state === 'indexed' && at !== undefined) samples.push(performance.now() - at);
    }
  }
}
