import type { Catalogue, Contribution, Contributions, DisclosureRules } from '../model.ts';
import { CellProgramme, type Interval, type Relation } from '../published/cell-programme.ts';
import { roundingSlack } from '../rounding.ts';
import {
  type ObservedBlock,
  type ObservedCell,
  type ObservedRelease,
  observe,
  ownRecords,
  quartersIn,
} from './observed-tables.ts';

/** The published method, as the attacker reads it. In a weakened engine it says what that engine does. */
export type KnownMethod = {
  readonly rules: DisclosureRules;
  readonly rounded: boolean;
  /** A number that has not changed may be kept from an earlier release. */
  readonly keeps: boolean;
};

/** What the attack is given. `truth` scores it and is what colluding authorities know their own part of. */
export type AttackInput = {
  readonly catalogue: Catalogue;
  readonly releases: readonly ObservedRelease[];
  readonly method: KnownMethod;
  readonly truth: readonly Contributions[];
  readonly regionOf: ReadonlyMap<string, string>;
  /** How many of the best-informed authorities of each block to try as attackers, besides those who alone revised. */
  readonly colluders: number;
  /** Stop at the first success: for an engine that is meant to be broken. */
  readonly untilBroken?: boolean;
};

/** One success of the attack. `authority` when a colluding authority achieved it. */
export type Recovery = {
  readonly cell: string;
  readonly quarter: string;
  readonly lowest: number;
  readonly highest: number;
  readonly truth: number;
  readonly authority?: string;
};

/** The result of the attack. Exact recoveries are narrow too, and listed among them. */
export type AttackResult = {
  readonly suppressedCells: number;
  readonly exactRecoveries: number;
  readonly narrowIntervals: number;
  readonly recoveries: readonly Recovery[];
  readonly attackers: number;
  readonly intervals: number;
  readonly nestedPairs: number;
  readonly solves: number;
};

const tolerance = 1e-6;

/**
 * Attacks a series of releases from what was published of them: a linear programme over all tables and releases for each
 * hidden cell, the difference of every nested pair of published cells, the same count in successive releases, and
 * authorities that know their own records and what they changed. Nothing of the engine's audit is used.
 */
export async function attackReleases(input: AttackInput): Promise<AttackResult> {
  const attack = new Attack(input);
  for (const block of observe(input.catalogue, input.releases)) {
    await attack.on(block);
    if (input.untilBroken === true && attack.broken) break;
  }
  return attack.result();
}

type Target = { readonly cell: string; readonly release: number };

class Attack {
  readonly #input: AttackInput;
  readonly #recoveries = new Map<string, Recovery>();
  readonly #suppressed = new Set<string>();
  #attackers = 0;
  #intervals = 0;
  #nestedPairs = 0;
  #solves = 0;

  constructor(input: AttackInput) {
    this.#input = input;
  }

  get broken(): boolean {
    return this.#recoveries.size > 0;
  }

  result(): AttackResult {
    const recoveries = [...this.#recoveries.values()];
    return {
      suppressedCells: this.#suppressed.size,
      exactRecoveries: recoveries.filter(({ lowest, highest }) => lowest === highest).length,
      narrowIntervals: recoveries.length,
      recoveries,
      attackers: this.#attackers,
      intervals: this.#intervals,
      nestedPairs: this.#nestedPairs,
      solves: this.#solves,
    };
  }

  async on(block: ObservedBlock): Promise<void> {
    const targets = targetsIn(block);
    for (const { cell } of targets) this.#suppressed.add(cell);
    await this.#try(block, targets, undefined);
    for (const authority of this.#colluders(block, targets)) {
      if (this.#input.untilBroken === true && this.broken) return;
      await this.#try(block, targets, authority);
    }
  }

  async #try(block: ObservedBlock, targets: readonly Target[], authority: string | undefined): Promise<void> {
    const view = new View(this.#input, block, authority);
    const wanted = authority === undefined ? targets : targets.filter((target) => view.knowsOf(target));
    if (authority !== undefined && wanted.length === 0) return;
    this.#attackers += 1;
    const programme = await CellProgramme.of(view.bounds, view.relations);
    try {
      for (const target of wanted) {
        const unknown = view.unknownOf(target.cell, target.release);
        const truth = this.#truth(block, target) - view.own(target.cell, target.release);
        this.#intervals += 1;
        const { smallest, width } = this.#input.method.rules;
        const supposes = authority === undefined && truth >= 1 && truth <= smallest;
        const clip = (interval: Interval): Interval =>
          supposes ? { lowest: Math.max(1, interval.lowest), highest: Math.min(smallest, interval.highest) } : interval;
        // What solutions have already shown to be possible needs no programme of its own.
        const met = wholeNumbers(clip(programme.met(unknown)));
        if (met.highest - met.lowest >= width) continue;
        this.#score(target, wholeNumbers(clip(programme.intervalOf([[unknown, 1]]))), truth, authority);
      }
      if (authority === undefined) this.#nested(block, view, programme);
    } finally {
      this.#solves += programme.solves;
      programme.dispose();
    }
  }

  /** Differences of nested published cells that would themselves be too small to publish. */
  #nested(block: ObservedBlock, view: View, programme: CellProgramme): void {
    for (const [whole, part] of block.nested) {
      const release = this.#input.releases.findIndex(
        (_, index) =>
          typeof block.shown.get(whole)?.[index] === 'number' && typeof block.shown.get(part)?.[index] === 'number',
      );
      if (release < 0) continue;
      this.#nestedPairs += 1;
      const truth = this.#truth(block, { cell: whole, release }) - this.#truth(block, { cell: part, release });
      if (truth < 1 || truth > this.#input.method.rules.smallest) continue;
      this.#intervals += 1;
      const terms = [
        [view.unknownOf(whole, release), 1],
        [view.unknownOf(part, release), -1],
      ] as const;
      this.#score(
        { cell: `${whole} less ${part}`, release },
        wholeNumbers(programme.intervalOf(terms)),
        truth,
        undefined,
      );
    }
  }

  #score(target: Target, interval: Interval, truth: number, authority: string | undefined): void {
    if (truth < interval.lowest || truth > interval.highest) {
      throw new Error(`The attack reckons wrongly: ${target.cell} lies outside the interval that it derived.`);
    }
    if (interval.highest - interval.lowest >= this.#input.method.rules.width) return;
    const known = this.#recoveries.get(target.cell);
    if (known !== undefined && known.highest - known.lowest <= interval.highest - interval.lowest) return;
    const quarter = this.#input.releases[target.release]?.quarter ?? '';
    const recovery = { cell: target.cell, quarter, ...interval, truth };
    this.#recoveries.set(target.cell, authority === undefined ? recovery : { ...recovery, authority });
  }

  #truth(block: ObservedBlock, { cell, release }: Target): number {
    const found = block.cells.get(cell);
    const contributions = this.#input.truth[release]?.[block.source.id] ?? [];
    return found === undefined ? 0 : ownRecords(block.source, found, contributions);
  }

  /** Those with records in most hidden cells, and those who alone revised a period. */
  #colluders(block: ObservedBlock, targets: readonly Target[]): readonly string[] {
    const known = new Map<string, number>();
    for (const target of targets) {
      const cell = block.cells.get(target.cell);
      if (cell === undefined) continue;
      const contributions = this.#input.truth[target.release]?.[block.source.id] ?? [];
      for (const authority of new Set(contributions.map((each) => each.authority))) {
        const own = contributions.filter((each) => each.authority === authority);
        if (ownRecords(block.source, cell, own) > 0) known.set(authority, (known.get(authority) ?? 0) + 1);
      }
    }
    const best = [...known].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([authority]) => authority);
    const periods = new Set([...block.cells.values()].flatMap((cell) => quartersIn(cell.period)));
    const alone = this.#input.releases.flatMap(({ revisions }) =>
      [...periods].flatMap((period) => {
        const revisers = revisions.filter((each) => each.source === block.source.id && each.period === period);
        return revisers.length === 1 && revisers[0] !== undefined ? [revisers[0].authority] : [];
      }),
    );
    return [...new Set([...alone, ...best.slice(0, this.#input.colluders)])];
  }
}

/** Hidden cells at the first release that hides them, unless an earlier one gave their number. */
function targetsIn(block: ObservedBlock): readonly Target[] {
  return [...block.shown].flatMap(([cell, shown]): Target[] => {
    const release = shown.indexOf('c');
    const published = shown.findIndex((each) => typeof each === 'number');
    return release < 0 || (published >= 0 && published < release) ? [] : [{ cell, release }];
  });
}

/** The unknowns of one attacker: the records of others in each cell, at each release that may differ from the last. */
class View {
  readonly bounds: Interval[] = [];
  readonly relations: Relation[] = [];
  readonly #input: AttackInput;
  readonly #block: ObservedBlock;
  readonly #authority: string | undefined;
  readonly #unknowns = new Map<string, number[]>();
  readonly #own = new Map<string, number[]>();

  constructor(input: AttackInput, block: ObservedBlock, authority: string | undefined) {
    this.#input = input;
    this.#block = block;
    this.#authority = authority;
    const mine = input.truth.map((all) =>
      authority === undefined ? [] : (all[block.source.id] ?? []).filter((each) => each.authority === authority),
    );
    for (const cell of block.cells.values()) this.#lay(cell, mine);
    this.#relate();
  }

  unknownOf(cell: string, release: number): number {
    const unknown = this.#unknowns.get(cell)?.[release];
    if (unknown === undefined) throw new RangeError(`${cell} was not there at release ${release}.`);
    return unknown;
  }

  own(cell: string, release: number): number {
    return this.#own.get(cell)?.[release] ?? 0;
  }

  /** The attacker has, or had, or later had records of its own in the cell. */
  knowsOf({ cell }: Target): boolean {
    return this.#own.get(cell)?.some((own) => own > 0) === true;
  }

  #lay(cell: ObservedCell, mine: readonly (readonly Contribution[])[]): void {
    const shown = this.#block.shown.get(cell.key) ?? [];
    const unknowns: number[] = [];
    const own: number[] = [];
    this.#input.releases.forEach((_, release) => {
      const now = shown[release];
      if (now === undefined) return;
      own[release] = ownRecords(this.#block.source, cell, mine[release] ?? []);
      const before = unknowns[release - 1];
      const isSame = before !== undefined && !this.#mayDiffer(cell, release);
      const unknown = isSame ? before : this.bounds.push({ lowest: 0, highest: Number.POSITIVE_INFINITY }) - 1;
      unknowns[release] = unknown;
      const said = this.#saidBy(now, shown[release - 1]);
      const known = this.bounds[unknown] ?? said;
      this.bounds[unknown] = {
        lowest: Math.max(known.lowest, said.lowest - (own[release] ?? 0)),
        highest: Math.min(known.highest, said.highest - (own[release] ?? 0)),
      };
    });
    this.#unknowns.set(cell.key, unknowns);
    this.#own.set(cell.key, own);
  }

  /** Others may have changed what they have in the cell. Who returned and who revised is published. */
  #mayDiffer(cell: ObservedCell, release: number): boolean {
    if (this.#block.source.kind === 'stock') return true;
    const region = cell.codes.get('region');
    const periods = quartersIn(cell.period);
    return (this.#input.releases[release]?.revisions ?? []).some(
      (revision) =>
        revision.source === this.#block.source.id &&
        periods.includes(revision.period) &&
        revision.authority !== this.#authority &&
        (region === undefined || this.#input.regionOf.get(revision.authority) === region),
    );
  }

  #saidBy(now: number | string, before: number | string | undefined): Interval {
    if (typeof now !== 'number') return { lowest: 0, highest: Number.POSITIVE_INFINITY };
    const { rules, rounded, keeps } = this.#input.method;
    const behind = keeps && before === now ? rules.changed - 1 : 0;
    const slack = rounded && now !== 0 ? roundingSlack(rules.base) : { below: 0, above: 0 };
    return { lowest: now - slack.below - behind, highest: now + slack.above + behind };
  }

  #relate(): void {
    const known = new Set<string>();
    const add = (terms: readonly (readonly [number, number])[], upper: number) => {
      const name = terms.join(' ');
      if (known.has(name)) return;
      known.add(name);
      this.relations.push({ terms, lower: 0, upper });
    };
    for (const { whole, parts, several } of this.#block.sums) {
      this.#unknowns.get(whole)?.forEach((unknown, release) => {
        const within = parts.map((part) => this.#unknowns.get(part)?.[release]);
        if (within.some((part) => part === undefined)) return;
        const members = within.flatMap((part) => part ?? []);
        add([...members.map((part) => [part, 1] as const), [unknown, -1]], several ? Number.POSITIVE_INFINITY : 0);
        if (!several) return;
        for (const part of members)
          add(
            [
              [unknown, 1],
              [part, -1],
            ],
            Number.POSITIVE_INFINITY,
          );
      });
    }
  }
}

function wholeNumbers({ lowest, highest }: Interval): Interval {
  return { lowest: Math.ceil(lowest - tolerance) + 0, highest: Math.floor(highest + tolerance) + 0 };
}
