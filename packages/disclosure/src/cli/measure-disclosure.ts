import { parseArgs } from 'node:util';
import { releaseNetwork } from '../attack/attack-network.ts';
import { simulateNetwork } from '../attack/simulate-network.ts';
import { tableCatalogue } from '../catalogue/table-catalogue.ts';
import type { Release } from '../release/build-release.ts';
import type { Share } from '../release/utility.ts';

/** Releases nine quarters of a simulated network of 153 authorities, and prints how long each took and how much is published. */
const { values } = parseArgs({
  options: { releases: { type: 'string', default: '9' }, seed: { type: 'string', default: '1' } },
});
const network = simulateNetwork({ releases: Number(values.releases), seed: Number(values.seed) });
const { releases } = await releaseNetwork(network);

console.log(`Building and auditing ${tableCatalogue.tables.length} tables of 153 simulated authorities:`);
for (const [earlier, { release, audit, decisions }] of releases.entries()) {
  const withheld = decisions.filter(({ reason }) => reason === 'protects-others').length;
  console.log(
    `  ${release} after ${earlier} earlier: ${(audit.milliseconds / 1000).toFixed(1)} s; ${audit.protectedSums} protected sums, ` +
      `${audit.attackers} attackers, ${audit.solves} programmes, ${withheld} secondary suppressions; ${audit.passed ? 'passed' : 'NOT PASSED'}.`,
  );
}
const last = releases.at(-1);
if (last !== undefined) printUtility(last);
const memory = process.memoryUsage().rss / 2 ** 20;
console.log(`\n${Math.round(process.cpuUsage().user / 1e6)} s of processor time in all, ${Math.round(memory)} MB.`);

function printUtility({ release, utility }: Release): void {
  console.log(`\nPublished in the release of ${release}, of cells and of the records in them (without totals):`);
  const kinds = [
    ['one dimension', (dimensions: readonly string[]) => dimensions.length <= 1],
    [
      'two dimensions, national',
      (dimensions: readonly string[]) => dimensions.length === 2 && !dimensions.includes('region'),
    ],
    [
      'two dimensions, by region',
      (dimensions: readonly string[]) => dimensions.length === 2 && dimensions.includes('region'),
    ],
  ] as const;
  for (const [name, isKind] of kinds) {
    const shares = tableCatalogue.tables.flatMap((table) => {
      const share = utility.byTable[table.id];
      return share !== undefined && isKind(table.dimensions.map(({ dimension }) => dimension))
        ? [{ table, share }]
        : [];
    });
    const cells = shares.reduce((sum, { share }) => sum + share.cells, 0);
    const published = shares.reduce((sum, { share }) => sum + share.published, 0);
    console.log(`  ${name}: ${shares.length} tables, ${percent(published / cells)} of ${cells} cells`);
    for (const { table, share } of shares) console.log(`    ${table.id.padEnd(42)} ${describe(share)}`);
  }
  console.log(`  all: ${describe(utility.all)}`);
}

function describe({ ofCells, ofCount }: Share): string {
  return `${percent(ofCells).padStart(6)} of cells, ${percent(ofCount).padStart(6)} of records`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
