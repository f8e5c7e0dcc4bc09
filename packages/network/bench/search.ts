import { filterFields } from '@practice-exchange/protocol';
import { allOf } from '@practice-exchange/search';
import type { Network } from '../src/network.ts';
import type { Measurement } from './measurement.ts';
import { percentile, rounded, timed } from './percentiles.ts';

const questions = [
  'dad would not let us see the child',
  'school referred but no risk found',
  'who owns the case early help or social care',
  'autism special interest mistaken for extremism',
  'channel panel disagreed with us',
  'grandmother rang about posters',
  'interpreter',
  'incel forum and a sister who is afraid',
];
const rounds = 20;

/** A search through the node's signed request and the hub's checks, against the same question put to the engine alone. */
export async function searchAgainstEngine(network: Network): Promise<Measurement[]> {
  const [place] = network.nodes;
  if (!place) throw new Error('the network has no node');
  const { context } = place.node;
  const client = await context.network.hub();
  const person = context.network.onBehalfOf({ id: 'bench', name: 'Bench', roles: ['practitioner'] });
  const viewer = { authority: place.authorityId, region: place.authority.region };
  const engine = network.hub.context.index;
  const bare: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const q of questions) {
      // Alternating, so that whatever else the machine does falls on both alike.
      bare.push(
        await timed(() =>
          engine.search({
            words: q,
            viewer,
            filter: allOf(),
            facets: filterFields,
            sort: 'relevance',
            offset: 0,
            limit: 10,
          }),
        ),
      );
      whole.push(await timed(() => client.search({ q }, person)));
    }
  }
  const ratio = percentile(whole, 0.5) / percentile(bare, 0.5);
  return [
    {
      name: 'search: node to hub and back / bare engine, p50',
      value: rounded(ratio),
      unit: 'x',
      aim: 'told, not set',
      met: true,
      detail: `${rounded(percentile(whole, 0.5))} ms (p95 ${rounded(percentile(whole, 0.95))}) against ${rounded(percentile(bare, 0.5))} ms (p95 ${rounded(percentile(bare, 0.95))}), ${await engine.count()} records`,
    },
  ];
}
