import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { attackSimulation } from '../attack/attack-network.ts';
import type { Recovery } from '../attack/attack-releases.ts';
import { DisclosureError } from '../disclosure-error.ts';
import type { SwitchableRule } from '../release/build-release.ts';

const usage =
  'Usage: npm run attack:disclosure -- [--releases N] [--json FILE] [--seed N] [--scale N] [--colluders N|all]';

/**
 * What `--json` writes, over both networks. Tables and cells are counted in every release: a cell of an old quarter is
 * published again.
 */
type AttackReport = {
  readonly tables: number;
  readonly cells: number;
  readonly suppressed: number;
  readonly exactRecoveries: number;
  readonly narrowIntervals: number;
  readonly shareOfCellsPublished: number;
  readonly weakened: readonly { readonly rule: SwitchableRule; readonly broken: boolean }[];
};

const switchableRules: readonly SwitchableRule[] = ['secondary-suppression', 'rounding', 'between-releases'];

/** Of a young network nearly everything is small, so that secondary suppression has most to do. */
const young = { releases: 3, joined: 30 } as const;

process.exitCode = await main(process.argv.slice(2));

/** 0: the engine held and every weakened engine broke. 1: not so. 2: the command cannot be worked with. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        releases: { type: 'string', default: '8' },
        seed: { type: 'string', default: '1' },
        scale: { type: 'string', default: '1' },
        colluders: { type: 'string', default: '3' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) {
      console.log(usage);
      return 0;
    }
    const options = {
      releases: readNumber(values.releases, '--releases', /^[1-9]\d?$/),
      seed: readNumber(values.seed, '--seed', /^\d+$/),
      scale: readNumber(values.scale, '--scale', /^\d+(\.\d+)?$/),
      colluders: values.colluders === 'all' ? ('all' as const) : readNumber(values.colluders, '--colluders', /^\d+$/),
    };
    const report = await attack(options);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
    const held = report.exactRecoveries === 0 && report.narrowIntervals === 0;
    return held && report.weakened.every(({ broken }) => broken) ? 0 : 1;
  } catch (error) {
    if (error instanceof DisclosureError || isArgumentError(error)) {
      console.error(error.message);
      return 2;
    }
    throw error;
  }
}

type Options = Parameters<typeof attackSimulation>[0];

async function attack(options: Options): Promise<AttackReport> {
  const whole = await attackOne('The whole network', options);
  const beginning = await attackOne('A young network', { ...options, ...young });
  const sum = (measure: (one: typeof whole) => number) => measure(whole) + measure(beginning);
  const cells = sum((one) => one.cells);
  const suppressed = sum((one) => one.suppressed);
  return {
    tables: sum((one) => one.tables),
    cells,
    suppressed,
    exactRecoveries: sum((one) => one.exactRecoveries),
    narrowIntervals: sum((one) => one.narrowIntervals),
    shareOfCellsPublished: Number((1 - suppressed / cells).toFixed(4)),
    weakened: await attackWeakened(options),
  };
}

async function attackOne(title: string, options: Options): Promise<Omit<AttackReport, 'weakened'>> {
  const started = performance.now();
  const { releases, attack: result } = await attackSimulation(options);
  const published = releases.flatMap(({ tables }) => tables.flatMap((table) => table.cells));
  const cells = published.length;
  const suppressed = published.filter((cell) => 'symbol' in cell && cell.symbol === 'c').length;
  const shareOfCellsPublished = 1 - suppressed / cells;
  const { targets, exactRecoveries, narrowIntervals } = result;
  console.log(
    `${title}: ${releases.length} releases of ${releases.at(-1)?.tables.length ?? 0} tables by ${options.joined ?? 153} simulated authorities.`,
  );
  console.log(`  ${cells} cells, ${suppressed} suppressed (${(shareOfCellsPublished * 100).toFixed(1)}% published).`);
  console.log(
    `  Attacked: ${targets.cell} hidden cells; of ${result.nestedPairs} nested pairs, ${targets.difference} differences that may not be published; ` +
      `${targets.remainder} such remainders of lines; ${targets.change} such changes between releases.`,
  );
  console.log(
    `  Attackers in each block of tables: a reader, one who guesses rightly which cells are small, and ${describe(options.colluders)}. ` +
      `${result.attackers} views, ${result.intervals} intervals, ${result.solves} programmes.`,
  );
  console.log(
    `  ${exactRecoveries} exact recoveries, ${narrowIntervals} intervals narrower than 5 (${seconds(started)} s).`,
  );
  for (const recovery of result.recoveries) console.log(`    ${say(recovery)}`);
  const tables = releases.reduce((sum, release) => sum + release.tables.length, 0);
  return { tables, cells, suppressed, exactRecoveries, narrowIntervals, shareOfCellsPublished };
}

/** Each rule is switched off in turn: young networks are tried first, for they break soonest, then the whole one. */
async function attackWeakened(options: Options): Promise<AttackReport['weakened']> {
  const weakened: { rule: SwitchableRule; broken: boolean }[] = [];
  for (const rule of switchableRules) {
    const started = performance.now();
    const tries = Array.from({ length: 8 }, (_, step) => ({ ...options, ...young, seed: options.seed + step }));
    let broken: Recovery | undefined;
    for (const one of [...tries, options]) {
      [broken] = (await attackSimulation(one, rule)).attack.recoveries;
      if (broken !== undefined) break;
    }
    weakened.push({ rule, broken: broken !== undefined });
    console.log(
      `Without ${rule.replace('-', ' ')}: ${broken === undefined ? 'NOT BROKEN' : `broken. ${say(broken)}`} (${seconds(started)} s)`,
    );
  }
  return weakened;
}

function describe(colluders: number | 'all'): string {
  if (colluders === 'all') return 'every authority with records in a target';
  return `authorities that know their own records (${colluders} with most targets, ${colluders} by chance, and up to ${colluders} that alone revised a period)`;
}

function say({ target, kind, lowest, highest, truth, attacker }: Recovery): string {
  const interval = lowest === highest ? `exactly ${lowest}` : `${lowest} to ${highest}`;
  return `${kind} ${target}: ${interval} (truth ${truth}), by ${attacker}.`;
}

function readNumber(text: string, name: string, form: RegExp): number {
  if (!form.test(text)) throw new DisclosureError(`${name} must be a number: "${text}" is not. ${usage}`);
  return Number(text);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

function isArgumentError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
