// `npm run faults -- --runs N --seed S [--json FILE]`: the federation under fault injection. Exit status 1 on any violation.
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endWithUsage, optionsOrUsage } from '@practice-exchange/platform';
import { breakages } from './breakages.ts';
import { createNetworkUnderTest } from './network-under-test.ts';
import { playRun, type RunReport } from './run.ts';
import { createWorld } from './world.ts';

const usage = `npm run faults -- [--runs N] [--seed S] [--json FILE]

  --first N    the number of the first run: to have one run of a seed again
  --logs DIR   keeps the services' logs, and what both ends hold, of runs with violations
  --break WAY  breaks the hub or the nodes on purpose, to see that it is noticed: ${breakages.join(', ')}`;
const values = optionsOrUsage(usage, {
  runs: { type: 'string', default: '1' },
  seed: { type: 'string', default: '1' },
  first: { type: 'string', default: '1' },
  json: { type: 'string' },
  logs: { type: 'string' },
  break: { type: 'string' },
});
const numberOf = (option: 'runs' | 'seed' | 'first') =>
  /^[1-9]\d*$/.test(values[option]) ? Number(values[option]) : endWithUsage(usage, `Say a number after --${option}.`);
const [runs, seed, first] = [numberOf('runs'), numberOf('seed'), numberOf('first')];
const reports: RunReport[] = [];
const breakage = breakages.find((name) => name === values.break) ?? null;
if (values.break && !breakage) endWithUsage(usage, `There is no way to break it that is called ${values.break}.`);
const world = await createWorld();
const network = await createNetworkUnderTest(world);
try {
  for (let run = first; run < first + runs; run += 1) {
    const began = performance.now();
    const report = await playRun(world, network, { seed, run }, { breakage });
    reports.push(report);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
    const outcome = report.violations.length === 0 ? 'clean' : `${report.violations.length} VIOLATIONS`;
    console.log(`run ${run}: ${outcome}, ${report.actions} actions, ${faults} faults, ${seconds} s`);
    for (const { rule, detail } of report.violations) console.log(`  ${rule}: ${detail}`);
    if (values.logs && report.violations.length > 0) await keepLogs(values.logs, run, report);
  }
} finally {
  await network.close();
  await world.close();
}

const faults: Record<string, number> = {};
for (const report of reports) {
  for (const [kind, count] of Object.entries(report.faults)) faults[kind] = (faults[kind] ?? 0) + count;
}
const result = {
  runs: reports.length,
  seed,
  actions: reports.reduce((sum, { actions }) => sum + actions, 0),
  faults,
  violations: reports.flatMap(({ run, violations }) => violations.map((violation) => ({ run, seed, ...violation }))),
};
if (values.json) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
const clean = reports.filter(({ violations }) => violations.length === 0).length;
console.log(`${clean} of ${result.runs} runs clean, ${result.actions} actions, seed ${seed}`);
process.exit(result.violations.length === 0 ? 0 : 1);

async function keepLogs(directory: string, run: number, report: RunReport): Promise<void> {
  await mkdir(directory, { recursive: true });
  const logs = join(world.directory, 'logs');
  for (const file of await readdir(logs)) await copyFile(join(logs, file), join(directory, `run-${run}-${file}`));
  const logsOfNodes = [];
  for (const { number, database, joined } of network.nodes) {
    const publications = await world.postgres.query(
      database,
      'select epoch, seq, op, record, hash, created_at, delivered_at from publication order by epoch, seq',
    );
    const receipts = await world.postgres.query(
      network.hubDatabase,
      'select position, epoch, seq, state, reason from receipt where node = $1 order by position',
      [joined.node],
    );
    logsOfNodes.push({ number, publications, receipts });
  }
  await writeFile(join(directory, `run-${run}.json`), `${JSON.stringify({ ...report, logsOfNodes }, null, 2)}\n`);
}
