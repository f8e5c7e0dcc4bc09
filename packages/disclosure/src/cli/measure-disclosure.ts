import { parseArgs } from 'node:util';
import { simulateNetwork } from '../attack/simulate-network.ts';
import { tableCatalogue } from '../catalogue/table-catalogue.ts';
import type { ReleaseRecord } from '../model.ts';
import { buildRelease, type Release } from '../release/build-release.ts';
import type { Share } from '../release/utility.ts';

/** Releases nine quarters of a simulated network of 153 authorities, and prints how long each took and how much is published. */
const { values } = parseArgs({
  options: { releases: { type: 'string', default: '9' }, seed: { type: 'string', default: '1' } },
});
const network = simulateNetwork({ releases: Number(values.releases), seed: Number(values.seed) });

console.log(`Building and auditing ${tableCatalogue.tables.length} tables of 153 simulated authorities:`);
const earlier: ReleaseRecord[] = [];
let last: Release | undefined;
for (const { quarter, quarters, contributions } of network) {
  const started = process.cpuUsage();
  last = await buildRelease({ release: quarter, catalogue: tableCatalogue, quarters, contributions, earlier });
  const { audit, decisions } = last;
  const processor = process.cpuUsage(started).user / 1e6;
  const secondary = decisions.filter(({ reason }) => reason === 'protects-others').length;
  console.log(
    `  ${quarter} after ${earlier.length} earlier: ${(audit.milliseconds / 1000).toFixed(1)} s (${processor.toFixed(1)} s of processor time); ` +
      `${audit.protectedSums} protected sums, ${audit.attackers} attackers, ${audit.solves} programmes, ` +
      `${secondary} secondary suppressions; ${audit.passed ? 'passed' : 'NOT PASSED'}.`,
  );
  earlier.push(last.record);
}
if (last !== undefined) printUtility(last);
console.log(`\n${Math.round(process.memoryUsage().rss / 2 ** 20)} MB.`);

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
