import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DisclosureError } from '../disclosure-error.ts';
import { type DerivedIntervals, deriveIntervals } from '../published/derive-intervals.ts';
import { describeAt, readNeutralTables } from '../published/neutral-tables.ts';

const usage = 'Usage: npm run audit:tables -- FILE [--json FILE]';

process.exitCode = await main(process.argv.slice(2));

/** 0: nothing recovered exactly. 1: at least one suppressed cell was. 2: the file or the command cannot be worked with. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.help === true) {
      console.log(usage);
      return 0;
    }
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new DisclosureError(`Name one file. ${usage}`);
    const result = await deriveIntervals(readNeutralTables(readTextFile(file)));
    print(result);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(forJson(result), undefined, 2)}\n`);
    return result.exactRecoveries > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof DisclosureError || isArgumentError(error)) {
      console.error(error.message);
      return 2;
    }
    throw error;
  }
}

function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new DisclosureError(`The file ${file} cannot be read.`);
  }
}

function print(result: DerivedIntervals): void {
  let table = '';
  for (const cell of result.suppressed) {
    if (cell.table !== table) console.log(`${table === '' ? '' : '\n'}${cell.table}`);
    table = cell.table;
    const interval = cell.exact
      ? `${cell.lowest}  EXACT: it can be worked out`
      : `${cell.lowest} to ${Number.isFinite(cell.highest) ? cell.highest : 'no upper limit'}`;
    console.log(`  ${describeAt(cell.at)}: ${interval}`);
  }
  const { tables, cells, suppressed, exactRecoveries, unknowns, nested, unsettled } = result;
  console.log(
    `${suppressed.length === 0 ? '' : '\n'}${tables} tables, ${cells} cells, ${suppressed.length} suppressed, ${exactRecoveries} recovered exactly (unknowns: ${unknowns}).`,
  );
  if (nested.length > 0) console.log(`Read as nested: ${nested.join(', ')}.`);
  if (unsettled > 0) console.log(`${unsettled} ends took too long to settle to whole numbers: they may be narrower.`);
}

/** JSON has no infinity: an end that nothing limits is null. */
function forJson(result: DerivedIntervals): unknown {
  return {
    ...result,
    suppressedCells: result.suppressed.length,
    suppressed: result.suppressed.map((cell) => ({
      ...cell,
      highest: Number.isFinite(cell.highest) ? cell.highest : null,
      width: Number.isFinite(cell.highest) ? cell.highest - cell.lowest : null,
    })),
  };
}

function isArgumentError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
