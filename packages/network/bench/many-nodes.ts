import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Network } from '../src/network.ts';
import { type BenchMember, enrolBenchMember } from './bench-member.ts';
import type { Measurement } from './measurement.ts';
import { percentile, rounded } from './percentiles.ts';
import type { Publishing } from './publishing-nodes.ts';

const nodes = 153;
const perSecond = 50;
const seconds = 10;

/**
 * 153 nodes that publish at once, 50 publications a second in total, evenly timed, each in its own log over HTTP. From the
 * moment at which a publication is due until the hub says that it can be found, by its signed receipt, fetched as a node does.
 */
export async function manyNodesPublish(network: Network): Promise<Measurement[]> {
  const { hub } = network;
  // All of them join from one machine.
  hub.context.config.strangersRequestsPerMinute = 100_000;
  const members: BenchMember[] = [];
  while (members.length < nodes) {
    const numbers = Array.from(
      { length: Math.min(9, nodes - members.length) },
      (_, index) => members.length + index + 1,
    );
    members.push(...(await Promise.all(numbers.map((number) => enrolBenchMember(network, number)))));
  }
  const samples = await publishFromElsewhere({
    hub: { url: hub.url, id: hub.context.hub.id },
    members: members.map(({ node, privateJwk, head }) => ({ node, privateJwk, head })),
    perSecond,
    seconds,
  });
  const total = perSecond * seconds;
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

async function publishFromElsewhere(publishing: Publishing): Promise<number[]> {
  const child = fork(fileURLToPath(new URL('publishing-nodes.ts', import.meta.url)), { execArgv: [] });
  child.send(publishing);
  const [samples] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the publishing nodes ended with ${code}`);
    }),
  ]);
  return samples;
}
