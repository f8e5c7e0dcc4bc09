// Every check of the project, in one run: lint, boundaries, dead code, types, then the tests.
// The last line is `N passed, N failed`; the exit status is 1 when anything failed.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realServices } from './real-services.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const scratch = mkdtempSync(join(tmpdir(), 'practice-exchange-checks-'));
const counts = { passed: 0, failed: 0, skipped: 0 };

/** What is read of Vitest's report. */
type TestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};
type Outcome = { ok: boolean; output: string; seconds: number };

function execute(command: string, args: string[], show: boolean): Promise<Outcome> {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(join(root, 'node_modules/.bin', command), args, {
      cwd: root,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let output = '';
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.stderr?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    const end = (ok: boolean) => resolve({ ok, output, seconds: (performance.now() - began) / 1000 });
    child.on('error', () => end(false));
    child.on('exit', (code) => end(code === 0));
  });
}

async function check(name: string, command: string, args: string[]): Promise<void> {
  const { ok, output, seconds } = await execute(command, args, false);
  counts[ok ? 'passed' : 'failed'] += 1;
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(output);
}

async function tests(filters: string[]): Promise<void> {
  const report = join(scratch, 'tests.json');
  const { ok } = await execute(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
    true,
  );
  try {
    const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    ) as TestReport;
    // A file that does not load, or whose preparation fails, has no test that failed and counts as one.
    const broken = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
    );
    counts.passed += numPassedTests;
    counts.skipped += numPendingTests;
    counts.failed += ok ? 0 : Math.max(numFailedTests + broken.length, 1);
  } catch {
    counts.failed += 1;
    console.log('✗ the tests ended without a report');
  }
}

const filters = process.argv.slice(2);
if (filters.length === 0) {
  await Promise.all([
    check('lint and format', 'biome', ['ci', '--error-on-warnings', '.']),
    check('types', 'tsc', ['-p', '.']),
  ]);
  await Promise.all([
    check('boundaries', 'depcruise', ['packages', 'services', 'infra']),
    check('dead code', 'knip', []),
  ]);
}
await tests(filters);

console.log('\nReal services');
for (const { name, version, how, requiredInCi } of await realServices(process.env)) {
  if (version !== null) {
    console.log(`  exercised      ${name} ${version} (${how})`);
  } else if (process.env.CI === 'true' && requiredInCi) {
    counts.failed += 1;
    console.log(`  MISSING        ${name}: the gate needs it (${how})`);
  } else {
    console.log(`  not exercised  ${name}: not found (${how})`);
  }
}

rmSync(scratch, { recursive: true, force: true });
const { passed, failed, skipped } = counts;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);
