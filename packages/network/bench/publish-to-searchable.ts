import { readDemoLearning } from '../src/demo/demo-learning.ts';
import { prepareDemo } from '../src/demo/seed.ts';
import type { Network } from '../src/network.ts';
import type { Measurement } from './measurement.ts';
import { percentile, rounded } from './percentiles.ts';

const publications = 40;

/** From the moment a publisher publishes at one node until a practitioner at another finds it by search. */
export async function publishToSearchable(network: Network): Promise<Measurement[]> {
  const [author] = network.nodes;
  const reader = network.nodes.at(-1);
  const [template] = await readDemoLearning();
  if (!author || !reader || !template) throw new Error('the network is empty');
  const client = await reader.node.context.network.hub();
  const person = reader.node.context.network.onBehalfOf({ id: 'bench', name: 'Bench', roles: ['practitioner'] });
  const samples: number[] = [];
  for (let index = 0; index < publications; index += 1) {
    const word = `zephyr${String(index)
      .padStart(3, '0')
      .replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')}`;
    const publish = await prepareDemo(network, author, {
      ...template,
      audience: { scope: 'network' },
      content: { ...template.content, title: `${template.content.title} ${word}` },
    });
    const began = performance.now();
    await publish();
    while ((await client.search({ q: word }, person)).results.every((result) => !result.title.includes(word))) {
      if (performance.now() - began > 10_000) throw new Error('published and not searchable after 10 s');
    }
    samples.push(performance.now() - began);
  }
  const p99 = percentile(samples, 0.99);
  return [
    {
      name: 'publish to searchable at another node, p99',
      value: rounded(p99),
      unit: 'ms',
      aim: '< 2000',
      met: p99 < 2000,
      detail: `p50 ${rounded(percentile(samples, 0.5))} ms, ${publications} publications, embedded defaults`,
    },
  ];
}
