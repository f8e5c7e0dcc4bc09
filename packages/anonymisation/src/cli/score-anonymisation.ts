import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAnnotatedSet } from '../scoring/annotated-set.ts';
import { type SetReport, type SetScore, scoreSet } from '../scoring/score-set.ts';

// node packages/anonymisation/src/cli/score-anonymisation.ts --data DIR [--json FILE]
const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'string' } } });
if (values.data === undefined) {
  console.error('Say where the annotated sets are: --data DIR [--json FILE]');
  process.exitCode = 2;
} else {
  const reports = scoreFolder(values.data);
  for (const report of reports) {
    print(report);
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify(reports.map(scoreOf), null, 2)}\n`);
  }
}

function scoreFolder(folder: string): SetReport[] {
  const reports: SetReport[] = [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths) {
    if (!/\.(?:jsonl|ndjson|json)$/i.test(path)) {
      continue;
    }
    const set = readAnnotatedSet(readFileSync(path, 'utf8'));
    if (set) {
      reports.push(scoreSet(path.slice(folder.length).replace(/^[\\/]+/, ''), set));
    }
  }
  return reports;
}

function scoreOf(report: SetReport): SetScore {
  const { recallByOrigin: _, ...score } = report;
  return score;
}

function print(report: SetReport): void {
  console.log(report.set);
  for (const [measure, value] of Object.entries(scoreOf(report))) {
    if (measure !== 'set') {
      const shown = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : (value ?? 'not given');
      console.log(`  ${measure.padEnd(28)}${shown}`);
    }
  }
  for (const [origin, tally] of Object.entries(report.recallByOrigin).sort()) {
    console.log(`  recall, ${origin.padEnd(20)}${tally.recalled} of ${tally.entities}`);
  }
}
