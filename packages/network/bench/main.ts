// `npm run bench`: each figure is a ratio of two things measured side by side in this run. `--json FILE` writes them as JSON.
// `npm run bench -- --documents 10000 --documents 100000 [--engine meilisearch]`: the index alone, at those sizes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUsage, optionsOrUsage } from '@practice-exchange/platform';
import { seedDemo } from '../src/demo/seed.ts';
import { startNetwork } from '../src/network.ts';
import { ingestAgainstInsert } from './ingest.ts';
import { manyNodesPublish } from './many-nodes.ts';
import type { Measurement } from './measurement.ts';
import { publishToSearchable } from './publish-to-searchable.ts';
import { resyncFromNothing } from './resync.ts';
import { searchAgainstEngine } from './search.ts';
import { searchAtSize } from './search-at-size.ts';
import { withdrawToHidden } from './withdraw-to-hidden.ts';

const measures = {
  searchAgainstEngine,
  ingestAgainstInsert,
  publishToSearchable,
  manyNodesPublish,
  resyncFromNothing,
  withdrawToHidden,
};
const usage = `npm run bench -- [--only NAME] [--json FILE]
npm run bench -- --documents N [--documents N …] [--engine embedded|meilisearch] [--json FILE]

What can be measured alone: ${Object.keys(measures).join(', ')}`;
const values = optionsOrUsage(usage, {
  json: { type: 'string' },
  only: { type: 'string' },
  documents: { type: 'string', multiple: true },
  engine: { type: 'string', default: 'embedded' },
});
const measured: Measurement[] = [];

function tell(lines: readonly Measurement[]): void {
  for (const line of lines) {
    measured.push(line);
    console.log(
      `${line.met ? 'met   ' : 'MISSED'}  ${line.name.padEnd(60)} ${String(line.value).padStart(9)} ${line.unit.padEnd(6)} aim ${line.aim}   ${line.detail}`,
    );
  }
}

async function measureNetwork(): Promise<void> {
  const chosen = Object.entries(measures).filter(([name]) => values.only === undefined || values.only === name);
  if (chosen.length === 0) endWithUsage(usage, `There is nothing to measure that is called ${values.only}.`);
  const directory = await mkdtemp(join(tmpdir(), 'practice-exchange-bench-'));
  const network = await startNetwork({ directory, firstPort: 0, logLevel: 'error' });
  try {
    await seedDemo(network, () => undefined);
    for (const [, measure] of chosen) tell(await measure(network));
  } finally {
    await network.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

if (values.documents === undefined) await measureNetwork();
else for (const size of values.documents) tell(await searchAtSize(Number(size), values.engine));
if (values.json) await writeFile(values.json, `${JSON.stringify(measured, null, 2)}\n`);
