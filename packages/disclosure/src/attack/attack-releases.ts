import type { Catalogue, Contributions } from '../model.ts';
import { CellProgramme, type Interval } from '../published/cell-programme.ts';
import { type Attacker, AttackerView, type KnownMethod, type Surroundings } from './attacker-view.ts';
import { OwnRecords } from './own-records.ts';
import { type PublishedRelease, readPublished, type SeenBlock } from './published-tables.ts';
import { Random } from './random.ts';
import { type Target, targetsOf } from './targets.ts';

/** What the attack is given. `truth` scores it, and is what colluding authorities know their own part of. */
export type AttackInput = {
  readonly catalogue: Catalogue;
  readonly releases: readonly PublishedRelease[];
  readonly method: KnownMethod;
  readonly truth: readonly Contributions[];
  readonly regionOf: ReadonlyMap<string, string>;
  /** How many of the best-informed authorities of each block to try, and as many more by chance; or all of them. */
  readonly colluders: number | 'all';
  /** Stop at the first success: for an engine that is meant to be broken. */
  readonly untilBroken?: boolean;
};

/** One success of the attack: something narrowed to fewer than six whole numbers. */
export type Recovery = {
  readonly target: string;
  readonly kind: Target['kind'];
  readonly quarter: string;
  readonly lowest: number;
  readonly highest: number;
  readonly truth: number;
  /** Who achieved it: a reader, one who guesses rightly, or an authority's code. */
  readonly attacker: string;
};

/** The result of the attack. Exact recoveries are narrow too, and counted among them. */
export type AttackResult = {
  readonly exactRecoveries: number;
  readonly narrowIntervals: number;
  readonly recoveries: readonly Recovery[];
  readonly attackers: number;
  readonly targets: Readonly<Record<Target['kind'], number>>;
  readonly nestedPairs: number;
  readonly intervals: number;
  readonly solves: number;
};

type Goal = {
  readonly target: Target;
  readonly terms: readonly (readonly [unknown: number, coefficient: number])[];
  /** What the records of others truly come to. */
  readonly others: number;
};

const tolerance = 1e-6;

/**
 * Attacks a series of releases from what was published of them. A linear programme over all tables and releases narrows
 * every hidden cell, every small difference of nested cells, every small remainder of a line and every small change between
 * releases; first for a reader, then for one who guesses rightly which cells are small, then for authorities that know their
 * own records. It shares no reckoning with the engine: only the solver, the catalogue and the rules as published.
 */
export async function attackReleases(input: AttackInput): Promise<AttackResult> {
  const attack = new Attack(input);
  for (const block of readPublished(input.catalogue, input.releases)) {
    await attack.on(block);
    if (attack.isOver) break;
  }
  return attack.result();
}

class Attack {
  readonly #input: AttackInput;
  readonly #recoveries = new Map<string, Recovery>();
  readonly #targets = { cell: 0, difference: 0, remainder: 0, change: 0 };
  readonly #random = new Random(1);
  #attackers = 0;
  #nestedPairs = 0;
  #intervals = 0;
  #solves = 0;

  constructor(input: AttackInput) {
    this.#input = input;
  }

  get isOver(): boolean {
    return this.#input.untilBroken === true && this.#recoveries.size > 0;
  }

  result(): AttackResult {
    const recoveries = [...this.#recoveries.values()];
    return {
      exactRecoveries: recoveries.filter(({ lowest, highest }) => lowest === highest).length,
      narrowIntervals: recoveries.length,
      recoveries,
      attackers: this.#attackers,
      targets: this.#targets,
      nestedPairs: this.#nestedPairs,
      intervals: this.#intervals,
      solves: this.#solves,
    };
  }

  async on(block: SeenBlock): Promise<void> {
    const { releases, method, truth, regionOf } = this.#input;
    const own = new OwnRecords(block, truth);
    const given: Surroundings = { block, releases, method, own, regionOf };
    const { smallest } = method.rules;
    const targets = targetsOf(block, own, method.rules);
    for (const { kind } of targets) this.#targets[kind] += 1;
    this.#nestedPairs += block.nested.length;
    const isSmall = (cell: string, release: number) => own.count(cell, release) <= smallest;
    const attackers: Attacker[] = [
      { kind: 'reader' },
      { kind: 'guesser', isSmall },
      ...this.#colluders(given, targets).map((authority) => ({ kind: 'authority', authority }) as const),
    ];
    for (const attacker of attackers) {
      const wanted =
        attacker.kind === 'authority'
          ? targets.filter(({ cells }) => cells.some((cell) => own.knows(attacker.authority, cell)))
          : targets;
      if (wanted.length > 0) await this.#try(given, attacker, wanted);
      if (this.isOver) return;
    }
  }

  async #try(given: Surroundings, attacker: Attacker, targets: readonly Target[]): Promise<void> {
    const view = new AttackerView(given, attacker);
    this.#attackers += 1;
    const programme = await CellProgramme.of(view.bounds, view.relations);
    try {
      const goals = targets.flatMap((target) => this.#goal(given, view, target));
      this.#intervals += goals.length;
      const { width } = this.#input.method.rules;
      const clip = (goal: Goal, interval: Interval) => this.#clip(attacker, goal, interval);
      // What solutions already show to be possible needs no programme of its own.
      const open = programme.seek(goals, (goal, met) => {
        const { lowest, highest } = clip(goal, met);
        return highest - lowest < width;
      });
      for (const goal of open) {
        this.#score(attacker, goal, clip(goal, programme.intervalOf(goal.terms)));
        if (this.isOver) return;
      }
    } finally {
      this.#solves += programme.solves;
      programme.dispose();
    }
  }

  /** A target as the attacker sees it: in unknowns, which count the records of others. */
  #goal({ own }: Surroundings, view: AttackerView, target: Target): Goal[] {
    const terms = target.terms.map(({ cell, release, coefficient }) => {
      const unknown = view.unknownOf(cell, release);
      if (unknown === undefined) throw new RangeError(`Nothing was published of ${cell} at release ${release}.`);
      return [unknown, coefficient] as const;
    });
    // Who revised is public: where nobody else may have changed anything, there is no secret.
    if (target.kind === 'change' && terms[0]?.[0] === terms[1]?.[0]) return [];
    const others = target.terms.reduce(
      (sum, { cell, release, coefficient }) => sum + coefficient * (own.count(cell, release) - view.own(cell, release)),
      0,
    );
    return [{ target, terms, others }];
  }

  #clip(attacker: Attacker, { target, others }: Goal, { lowest, highest }: Interval): Interval {
    const { smallest } = this.#input.method.rules;
    const supposes = attacker.kind !== 'authority' && target.kind === 'cell' && others >= 1 && others <= smallest;
    return {
      lowest: Math.ceil(Math.max(supposes ? 1 : lowest, lowest) - tolerance) + 0,
      highest: Math.floor(Math.min(supposes ? smallest : highest, highest) + tolerance) + 0,
    };
  }

  #score(attacker: Attacker, { target, others }: Goal, { lowest, highest }: Interval): void {
    if (others < lowest || others > highest) {
      throw new Error(`The attack reckons wrongly: ${target.name} lies outside the interval that it derived.`);
    }
    if (highest - lowest >= this.#input.method.rules.width) return;
    const known = this.#recoveries.get(target.name);
    if (known !== undefined && known.highest - known.lowest <= highest - lowest) return;
    this.#recoveries.set(target.name, {
      target: target.name,
      kind: target.kind,
      quarter: this.#input.releases[target.terms[0]?.release ?? 0]?.quarter ?? '',
      lowest,
      highest,
      truth: others,
      attacker: attacker.kind === 'authority' ? attacker.authority : attacker.kind,
    });
  }

  /** Those who alone revised a period, those with records in most targets, and as many others by chance. */
  #colluders({ block, own }: Surroundings, targets: readonly Target[]): readonly string[] {
    const { colluders, releases } = this.#input;
    const known = own
      .authorities()
      .map((authority) => ({
        authority,
        targets: targets.filter(({ cells }) => cells.some((cell) => own.knows(authority, cell))).length,
      }))
      .filter((each) => each.targets > 0)
      .sort((a, b) => b.targets - a.targets || (a.authority < b.authority ? -1 : 1))
      .map(({ authority }) => authority);
    if (colluders === 'all') return known;
    const periods = new Set([...block.cells.values()].map(({ period }) => period));
    const alone = releases.flatMap(({ revisions }) =>
      [...periods].flatMap((period) => {
        const revised = revisions.filter((each) => each.source === block.source.id && each.period === period);
        return revised.length === 1 && revised[0] !== undefined ? [revised[0].authority] : [];
      }),
    );
    const rest = known.slice(colluders);
    const byChance = Array.from({ length: Math.min(colluders, rest.length) }, () =>
      this.#random.pick(rest.map((authority) => [authority, 1] as const)),
    );
    return [...new Set([...alone.slice(0, colluders), ...known.slice(0, colluders), ...byChance])];
  }
}
