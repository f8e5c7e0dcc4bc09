import { auditBlock, type BlockAudit } from '../audit/audit-block.ts';
import { type CellSpace, cellsOfTable, layOut } from '../cell-space.ts';
import { type CellCount, countCells } from '../count-cells.ts';
import { DisclosureError } from '../disclosure-error.ts';
import { explain } from '../explain.ts';
import { type CellNetwork, networkOf } from '../lines.ts';
import {
  type Catalogue,
  type Contribution,
  type Contributions,
  type Decision,
  type DisclosureRules,
  disclosureRules,
  type Gap,
  type PublishedCell,
  type PublishedTable,
  type ReleaseRecord,
  type Statement,
} from '../model.ts';
import { loadSolver } from '../solver.ts';
import { blocksOf } from './blocks.ts';
import { type CellState, judgeCells, shownIn } from './judge-cells.ts';
import { measureUtility, type Utility } from './utility.ts';

/** A rule that the attack switches off to show that it would notice. */
export type SwitchableRule = 'secondary-suppression' | 'rounding' | 'between-releases';

/** What a release is made of. `quarters` are all quarters that it counts, oldest first; the last names its time. */
export type ReleaseInput = {
  readonly release: string;
  readonly catalogue: Catalogue;
  readonly quarters: readonly string[];
  readonly contributions: Contributions;
  /** Every earlier release, oldest first. */
  readonly earlier: readonly ReleaseRecord[];
  readonly gaps?: readonly Gap[];
  readonly rules?: DisclosureRules;
  /** Told, and waited for, before each source is built: the how-manieth of how many. */
  readonly progress?: (source: string, at: number, of: number) => Promise<void>;
};

/** What the audit found, in numbers. `passed`: every protected sum is wide for every attacker. */
export type AuditSummary = {
  readonly passed: boolean;
  readonly protectedSums: number;
  readonly attackers: number;
  readonly solves: number;
  readonly milliseconds: number;
  /** Sums that earlier releases have given away already. A release with any must not be approved without a second look. */
  readonly unprotected: readonly { readonly name: string; readonly lowest: number; readonly highest: number }[];
};

/** A release: `tables` may be published; everything else stays in the hub. */
export type Release = {
  readonly release: string;
  readonly tables: readonly PublishedTable[];
  readonly decisions: readonly Decision[];
  readonly audit: AuditSummary;
  readonly utility: Utility;
  readonly record: ReleaseRecord;
};

/**
 * Builds a release from contributions: primary suppression, rounding, the rule between releases, then the audit over all
 * tables of this and all earlier releases, with the suppressions it asks for.
 *
 * Gives the same release for the same input, whatever the order of the contributions. Throws `DisclosureError` when the
 * catalogue or a contribution does not fit. Method: Fischetti and Salazar-González (2001) for the audit of linked tables by
 * linear programmes; Office for National Statistics guidance for the primary rules.
 */
export function buildRelease(input: ReleaseInput): Promise<Release> {
  return build(input, new Set());
}

/**
 * The same without one of the rules, so that the attack can be seen to succeed. The package does not export it: a service
 * cannot reach it.
 */
export function buildWeakenedRelease(input: ReleaseInput, switchedOff: SwitchableRule): Promise<Release> {
  return build(input, new Set([switchedOff]));
}

async function build(input: ReleaseInput, off: ReadonlySet<SwitchableRule>): Promise<Release> {
  const rules = input.rules ?? disclosureRules;
  const earlier = off.has('between-releases') ? [] : input.earlier;
  const quarter = input.quarters.at(-1);
  if (quarter === undefined) throw new DisclosureError('A release needs at least one quarter.');
  if (earlier.some((record) => record.release === input.release)) {
    throw new DisclosureError(`Release ${input.release} exists already: a correction needs a name of its own.`);
  }
  const highs = await loadSolver();
  const started = performance.now();
  const built: SourceBuild[] = [];
  for (const [at, source] of input.catalogue.sources.entries()) {
    await input.progress?.(source.id, at + 1, input.catalogue.sources.length);
    const space = layOut(input.catalogue, source, input.quarters);
    const network = networkOf(space);
    const contributions = sortContributions(input.contributions[source.id] ?? []);
    const counts = countCells(space, contributions);
    const states = judgeCells({
      space,
      network,
      counts,
      said: earlier.at(-1)?.statements ?? {},
      gaps: (input.gaps ?? []).filter((gap) => gap.source === source.id),
      release: input.release,
      rules,
    });
    const audits: BlockAudit[] = [];
    if (!off.has('secondary-suppression')) {
      for (const block of blocksOf({
        space,
        network,
        counts,
        states,
        contributions,
        release: input.release,
        quarters: input.quarters,
      })) {
        const audit = auditBlock(highs, block, rules);
        audits.push(audit);
        hide(states, audit, input.release);
      }
    }
    built.push({ space, network, counts, states, contributions, audits });
  }
  const milliseconds = performance.now() - started;
  const tables = input.catalogue.tables.map((table): PublishedTable => {
    const source = built.find(({ space }) => space.source.id === table.source);
    if (source === undefined)
      throw new DisclosureError(`Table ${table.id} asks for the source ${table.source}, which is unknown.`);
    return { id: table.id, cells: publish(source, table.id, off.has('rounding')) };
  });
  const audits = built.flatMap((each) => each.audits);
  const unprotected = audits.flatMap((audit) => audit.unprotected);
  return {
    release: input.release,
    tables,
    decisions: built.flatMap((each) => decide(each, rules)),
    audit: {
      passed: unprotected.length === 0 && !off.has('secondary-suppression'),
      protectedSums: total(audits, (audit) => audit.sums),
      attackers: total(audits, (audit) => audit.attackers),
      solves: total(audits, (audit) => audit.solves),
      milliseconds,
      unprotected,
    },
    utility: measureUtility(built, tables),
    record: {
      release: input.release,
      quarter,
      statements: Object.fromEntries(
        built.flatMap(({ states }) => [...states].map(([key, { statements }]) => [key, statements])),
      ),
    },
  };
}

/** One source, built. */
export type SourceBuild = {
  readonly space: CellSpace;
  readonly network: CellNetwork;
  readonly counts: ReadonlyMap<string, CellCount>;
  readonly states: Map<string, CellState>;
  readonly contributions: readonly Contribution[];
  readonly audits: readonly BlockAudit[];
};

function hide(states: Map<string, CellState>, audit: BlockAudit, release: string): void {
  for (const [key, protects] of audit.hidden) {
    const state = states.get(key);
    if (state === undefined) continue;
    const statements: Statement[] = [
      ...state.statements.filter((statement) => statement.release !== release),
      { release, count: state.count, hidden: 'other' },
    ];
    states.set(key, { ...state, statements, shown: 'c', reason: 'protects-others', protects });
  }
}

function publish(source: SourceBuild, id: string, exactly: boolean): readonly PublishedCell[] {
  const table = source.space.tables.find(({ specification }) => specification.id === id);
  if (table === undefined) return [];
  return cellsOfTable(source.space.source.id, table).map((cell): PublishedCell => {
    const state = source.states.get(cell.key);
    const shown = state === undefined ? 'x' : shownIn(state);
    const at = cell.period === '' ? cell.at : { period: cell.period, ...cell.at };
    if (typeof shown !== 'number') return { at, symbol: shown };
    return { at, value: exactly ? (state?.statements.at(-1)?.count ?? 0) : shown };
  });
}

function decide(source: SourceBuild, rules: DisclosureRules): readonly Decision[] {
  return [...source.states].map(([key, state]): Decision => {
    const cell = source.network.cells.get(key);
    const decision = {
      cell: key,
      source: source.space.source.id,
      at: { ...(cell?.period === '' ? {} : { period: cell?.period ?? '' }), ...cell?.at },
      count: state.count,
      authorities: state.authorities,
      shown: shownIn(state),
      reason: state.reason,
      sentence:
        state.gapReason === undefined
          ? explain(state.reason, rules)
          : `${explain(state.reason, rules)} ${state.gapReason}`,
    };
    return state.protects === undefined ? decision : { ...decision, protects: state.protects };
  });
}

/** One order for the same contributions, so that the audit takes the same path. */
function sortContributions(contributions: readonly Contribution[]): readonly Contribution[] {
  const named = contributions.map((contribution) => ({
    contribution,
    name: `${contribution.period}|${JSON.stringify(Object.entries(contribution.at).sort(([a], [b]) => (a < b ? -1 : 1)))}|${contribution.authority}|${contribution.count}`,
  }));
  return named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)).map(({ contribution }) => contribution);
}

function total<T>(list: readonly T[], measure: (item: T) => number): number {
  return list.reduce((sum, item) => sum + measure(item), 0);
}
