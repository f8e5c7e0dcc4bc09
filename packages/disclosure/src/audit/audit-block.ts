import type { Highs } from 'highs';
import type { Cell, CellSpace } from '../cell-space.ts';
import type { CellCount } from '../count-cells.ts';
import type { CellNetwork } from '../lines.ts';
import type { Contribution, DisclosureRules, Statement } from '../model.ts';
import { type ProtectedSum, protectedSums, type Standing } from './protected-sums.ts';
import { type Attacker, type Narrow, Prover } from './prover.ts';
import { type Unknowns, unknownsOf } from './unknowns.ts';
import { stockWindowOf, windowOf } from './windows.ts';

/** Cells that can be worked out from one another: one source, over one financial year, quarter or release. */
export type Block = {
  readonly space: CellSpace;
  readonly network: CellNetwork;
  readonly cells: readonly Cell[];
  readonly quarters: readonly string[];
  readonly counts: ReadonlyMap<string, CellCount>;
  /** By cell, everything said of it, this release's intended statements last. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
  readonly release: string;
  readonly now: readonly Contribution[];
};

/** What the audit of a block did. */
export type BlockAudit = {
  /** Cells hidden on top of the primary suppressions, each with the sums that it protects. */
  readonly hidden: ReadonlyMap<string, readonly string[]>;
  /** Protected sums that are too narrow, whatever this release withholds: earlier releases have given them away. */
  readonly unprotected: readonly { readonly name: string; readonly lowest: number; readonly highest: number }[];
  readonly sums: number;
  readonly attackers: number;
  readonly solves: number;
};

/**
 * Audits one block and hides as little as it can until every protected sum is wide for every attacker.
 *
 * Two kinds of attacker are faced. One stands outside, and is told of every hidden cell whether a small count was the
 * reason; the others are each contributing authority, which knows its own records and is not told. Each knows every change
 * made between the releases. When a sum is too narrow, the cheapest cell among those that hold its interval tight is hidden.
 */
export function auditBlock(highs: Highs, block: Block, rules: DisclosureRules): BlockAudit {
  return new BlockAuditor(highs, block, rules).run();
}

class BlockAuditor {
  readonly #block: Block;
  readonly #rules: DisclosureRules;
  readonly #unknowns: Unknowns;
  readonly #prover: Prover;
  readonly #statements: Map<string, readonly Statement[]>;
  readonly #keys: readonly string[];
  readonly #hidden = new Map<string, string[]>();
  readonly #unprotected = new Map<string, { name: string; lowest: number; highest: number }>();
  #attackers = 0;

  constructor(highs: Highs, block: Block, rules: DisclosureRules) {
    this.#block = block;
    this.#rules = rules;
    this.#statements = new Map(block.statements);
    this.#keys = block.cells.map((cell) => cell.key);
    this.#unknowns = unknownsOf(block.space, block.cells, block.quarters, block.now);
    this.#prover = new Prover(highs, this.#unknowns, rules);
  }

  run(): BlockAudit {
    try {
      let sums: readonly ProtectedSum[] = [];
      let proved: number;
      do {
        proved = this.#hidden.size;
        // Only the last pass tells what remains: a cell hidden later may protect what was narrow before.
        this.#unprotected.clear();
        sums = this.#protect();
        this.#widen(sums);
        this.#faceOutsider(sums);
        this.#faceAuthorities(sums);
        // Hiding a cell leaves every proof standing, but adds sums that need one.
      } while (this.#hidden.size > proved);
      return {
        hidden: this.#hidden,
        unprotected: [...this.#unprotected.values()],
        sums: sums.length,
        attackers: this.#attackers,
        solves: this.#prover.solves,
      };
    } finally {
      this.#prover.dispose();
    }
  }

  #protect(): readonly ProtectedSum[] {
    const last = (key: string) => this.#statements.get(key)?.at(-1);
    const stock = this.#block.space.source.kind === 'stock';
    const published = (key: string) => {
      const statements = stock ? [last(key)] : (this.#statements.get(key) ?? []);
      return statements.some((statement) => statement !== undefined && 'value' in statement);
    };
    const standing: Standing = {
      rowOf: this.#unknowns.rowOf,
      isHidden: (key) => last(key) !== undefined && !published(key),
      isPublished: published,
    };
    return protectedSums(this.#block.network, this.#block.counts, standing, this.#rules);
  }

  #window(key: string, told: boolean) {
    const statements = this.#statements.get(key) ?? [];
    return this.#block.space.source.kind === 'stock'
      ? stockWindowOf(statements.at(-1), this.#block.release, told, this.#rules)
      : windowOf(statements, this.#block.counts.get(key)?.count ?? 0, told, this.#rules);
  }

  #widen(sums: readonly ProtectedSum[]): void {
    const zero = this.#keys.map((key) => this.#window(key, true).upper === 0);
    const wanted = new Set(sums.flatMap((sum) => sum.combination.map(({ row }) => row)));
    for (const row of wanted) {
      const cell = this.#block.cells[row];
      if (cell !== undefined) this.#prover.widen(cell, (index) => zero[index] === true);
    }
  }

  #faceOutsider(sums: readonly ProtectedSum[]): void {
    const supposed = new Map(
      sums.flatMap((sum) => {
        const statements = this.#statements.get(sum.name) ?? [];
        const first = statements.find((statement) => 'hidden' in statement && statement.hidden === 'small-count');
        const since = first === undefined ? 0 : sum.truth - first.count;
        return first === undefined ? [] : [[sum, { lower: 1 + since, upper: this.#rules.smallest + since }] as const];
      }),
    );
    this.#face(
      { authorities: [], window: (key) => this.#window(key, true), supposes: (sum) => supposed.get(sum) },
      sums,
    );
  }

  #face(attacker: Attacker, sums: readonly ProtectedSum[]): void {
    this.#attackers += Math.max(1, attacker.authorities.length);
    this.#prover.face(attacker);
    this.#prover.begin(sums);
    for (const sum of sums) {
      for (;;) {
        const narrow = this.#prover.examine(sum);
        if (narrow === undefined) break;
        const cell = this.#cheapest(narrow);
        if (cell === undefined) {
          this.#unprotected.set(sum.name, { name: sum.name, lowest: narrow.lowest, highest: narrow.highest });
          break;
        }
        this.#hide(cell, sum.name, attacker);
        this.#widen([sum]);
      }
    }
  }

  /**
   * Faces every authority with the sums that its own records tell something of. Authorities that know of different sums are
   * faced together: a sum that stays wide for all of them stays wide for each. Where it does not, each is faced alone.
   */
  #faceAuthorities(sums: readonly ProtectedSum[]): void {
    const window = (key: string) => this.#window(key, false);
    for (const group of groupByDistinctSums(this.#concerned(sums))) {
      this.#prover.face({ authorities: [...group.keys()], window });
      this.#prover.begin([...group.values()].flat());
      const alone = [...group].flatMap(([authority, theirs]) => {
        const narrow = theirs.filter((sum) => this.#prover.examine(sum) !== undefined);
        return narrow.length === 0 ? [] : [{ authority, narrow }];
      });
      this.#attackers += group.size - alone.length;
      for (const { authority, narrow } of alone) this.#face({ authorities: [authority], window }, narrow);
    }
  }

  /** For each authority, the sums that hold records of its own, or that share a line with hidden cells that do. */
  #concerned(sums: readonly ProtectedSum[]): ReadonlyMap<string, readonly ProtectedSum[]> {
    const near = this.#hiddenNeighbours();
    const concerned = new Map<string, ProtectedSum[]>();
    for (const sum of sums) {
      const authorities = new Set<string>(sum.byAuthority.keys());
      for (const { row } of sum.combination) {
        for (const key of near.get(this.#keys[row] ?? '') ?? []) {
          for (const authority of this.#block.counts.get(key)?.byAuthority.keys() ?? []) authorities.add(authority);
        }
      }
      for (const authority of authorities) concerned.set(authority, [...(concerned.get(authority) ?? []), sum]);
    }
    return concerned;
  }

  /** For each cell, the hidden cells that share a line with it: what an authority knows of those tells of the cell. */
  #hiddenNeighbours(): ReadonlyMap<string, ReadonlySet<string>> {
    const near = new Map<string, Set<string>>();
    const isHidden = (key: string) => {
      const last = this.#statements.get(key)?.at(-1);
      return last !== undefined && 'hidden' in last;
    };
    for (const { parent, children } of this.#block.network.lines) {
      const hidden = [parent, ...children].filter(isHidden);
      if (hidden.length < 2) continue;
      for (const key of hidden) {
        const known = near.get(key) ?? new Set<string>();
        for (const other of hidden) known.add(other);
        near.set(key, known);
      }
    }
    return near;
  }

  /** The cheapest cell first said by this release among those that hold the interval tight, else among its neighbours. */
  #cheapest(narrow: Narrow): string | undefined {
    const binding = narrow.binding.flatMap((row) => this.#keys[row] ?? []);
    const own = narrow.sum.combination.flatMap(({ row }) => this.#keys[row] ?? []);
    const related = this.#block.network.lines
      .map(({ parent, children }) => [parent, ...children])
      .filter((line) => line.some((key) => own.includes(key)))
      .flat();
    for (const candidates of [binding, related]) {
      const open = candidates
        .filter((key) => this.#canHide(key))
        .sort((a, b) => this.#cost(a) - this.#cost(b) || (a < b ? -1 : 1));
      if (open[0] !== undefined) return open[0];
    }
    return undefined;
  }

  #canHide(key: string): boolean {
    const last = this.#statements.get(key)?.at(-1);
    return last !== undefined && 'value' in last && last.release === this.#block.release;
  }

  #cost(key: string): number {
    return this.#block.counts.get(key)?.count ?? 0;
  }

  #hide(key: string, protects: string, attacker: Attacker): void {
    const statements = this.#statements.get(key) ?? [];
    const { release, count } = statements.at(-1) ?? { release: this.#block.release, count: 0 };
    this.#statements.set(key, [...statements.slice(0, -1), { release, count, hidden: 'other' }]);
    this.#hidden.set(key, [protects]);
    this.#prover.release(key, attacker.window(key));
  }
}

/** Puts authorities together whose sums are all different, first come first served, in the order of their names. */
function groupByDistinctSums(
  concerned: ReadonlyMap<string, readonly ProtectedSum[]>,
): readonly ReadonlyMap<string, readonly ProtectedSum[]>[] {
  const groups: { members: Map<string, readonly ProtectedSum[]>; taken: Set<ProtectedSum> }[] = [];
  for (const [authority, sums] of [...concerned].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let group = groups.find(({ taken }) => sums.every((sum) => !taken.has(sum)));
    if (group === undefined) {
      group = { members: new Map(), taken: new Set() };
      groups.push(group);
    }
    group.members.set(authority, sums);
    for (const sum of sums) group.taken.add(sum);
  }
  return groups.map(({ members }) => members);
}
