import type { Highs, Model } from 'highs';
import { loadSolver } from '../solver.ts';

/** An interval of possible values; infinite ends where nothing limits it. */
export type Interval = { readonly lowest: number; readonly highest: number };

/** A linear relation of unknowns: `lower <= sum of coefficient * unknown <= upper`. */
export type Relation = {
  readonly terms: readonly (readonly [unknown: number, coefficient: number])[];
  readonly lower: number;
  readonly upper: number;
};

type Direction = 'largest' | 'smallest';

const tolerance = 1e-6;

/** No values satisfy all that was published. */
export class ContradictionError extends Error {
  override readonly name = 'ContradictionError';
}

/**
 * What can be derived about unknowns from their bounds and relations: the attacker's side of the matter. The unknowns are
 * the cells themselves, the way a reader of tables sees them.
 */
export class CellProgramme {
  readonly #model: Model;
  readonly #status: { optimal: number; infeasible: number; unbounded: number; unboundedOrInfeasible: number };
  readonly #count: number;
  /** The solution met last. */
  #values = new Float64Array(0);
  /** Makes the same programme in whole numbers. */
  readonly #inWholeNumbers: ((cost: Float64Array, direction: Direction) => Model) | undefined;
  readonly #turnTo: (direction: Direction) => void;
  #secondsLeft = 60;
  solves = 0;
  /** Ends that could not be settled to whole numbers within a minute: those of the linear programme stand for them. */
  unsettled = 0;

  private constructor(
    highs: Highs,
    bounds: readonly Interval[],
    relations: readonly Relation[],
    wholeNumbers: boolean,
  ) {
    const starts = [0];
    const indices: number[] = [];
    const values: number[] = [];
    for (const { terms } of relations) {
      const merged = new Map<number, number>();
      for (const [unknown, coefficient] of terms) merged.set(unknown, (merged.get(unknown) ?? 0) + coefficient);
      for (const [unknown, coefficient] of merged) {
        indices.push(unknown);
        values.push(coefficient);
      }
      starts.push(indices.length);
    }
    this.#count = bounds.length;
    const input = {
      numCols: bounds.length,
      numRows: relations.length,
      colCost: new Float64Array(bounds.length),
      colLower: bounds.map(({ lowest }) => lowest),
      colUpper: bounds.map(({ highest }) => highest),
      rowLower: relations.map(({ lower }) => lower),
      rowUpper: relations.map(({ upper }) => upper),
      matrix: { format: 'csr' as const, numRows: relations.length, numCols: bounds.length, starts, indices, values },
    };
    this.#model = highs.createModel(input);
    const { objectiveSense, modelStatus, variableType } = highs.constants;
    const senseOf = { largest: objectiveSense.maximize, smallest: objectiveSense.minimize };
    this.#turnTo = (direction) => void this.#model.changeObjectiveSense(senseOf[direction]);
    this.#inWholeNumbers = wholeNumbers
      ? (colCost, direction) => {
          const integrality = new Int32Array(bounds.length).fill(variableType.integer);
          return highs.createModel({ ...input, colCost, integrality, sense: senseOf[direction] });
        }
      : undefined;
    this.#model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex', simplex_strategy: 4 });
    this.#status = modelStatus;
  }

  /**
   * Builds the programme and makes sure that something satisfies it. Throws `ContradictionError` when nothing does.
   * `wholeNumbers`: the ends of intervals are those that whole numbers reach.
   */
  static async of(
    bounds: readonly Interval[],
    relations: readonly Relation[],
    options: { readonly wholeNumbers?: boolean } = {},
  ): Promise<CellProgramme> {
    if (bounds.some(({ lowest, highest }) => lowest > highest)) throw new ContradictionError('No values fit.');
    const programme = new CellProgramme(await loadSolver(), bounds, relations, options.wholeNumbers === true);
    try {
      programme.#run();
      if (programme.#model.getModelStatus() !== programme.#status.optimal)
        throw new ContradictionError('No values fit.');
      programme.#remember();
      return programme;
    } catch (error) {
      programme.dispose();
      throw error;
    }
  }

  /** The smallest and largest value of a combination of unknowns. */
  intervalOf(terms: readonly (readonly [unknown: number, coefficient: number])[]): Interval {
    const cost = new Float64Array(this.#count);
    for (const [unknown, coefficient] of terms) cost[unknown] = (cost[unknown] ?? 0) + coefficient;
    this.#aim(cost);
    return { highest: this.#optimum(cost, 'largest'), lowest: this.#optimum(cost, 'smallest') };
  }

  /**
   * Looks for solutions that show goals to be wide, many at a time, and returns the goals that stay narrow. `isNarrow` is
   * asked with the values that solutions have shown to be possible: never wider than the interval.
   */
  seek<Goal extends { readonly terms: readonly (readonly [unknown: number, coefficient: number])[] }>(
    goals: readonly Goal[],
    isNarrow: (goal: Goal, met: Interval) => boolean,
  ): readonly Goal[] {
    const met = new Map<Goal, Interval>();
    const look = () => {
      const values = this.#values;
      for (const goal of goals) {
        const value = goal.terms.reduce((sum, [unknown, factor]) => sum + factor * (values[unknown] ?? 0), 0);
        const before = met.get(goal) ?? { lowest: value, highest: value };
        met.set(goal, { lowest: Math.min(before.lowest, value), highest: Math.max(before.highest, value) });
      }
    };
    const narrow = () => goals.filter((goal) => isNarrow(goal, met.get(goal) ?? { lowest: 0, highest: 0 }));
    look();
    let open = narrow();
    for (let left = open.length + 1; open.length > 1 && open.length < left; ) {
      left = open.length;
      for (const direction of ['largest', 'smallest'] as const) {
        const cost = new Float64Array(this.#count);
        for (const { terms } of open) {
          for (const [unknown, factor] of terms) cost[unknown] = (cost[unknown] ?? 0) + factor;
        }
        this.#aim(cost);
        if (Number.isFinite(this.#optimum(cost, direction))) look();
      }
      open = narrow();
    }
    return open;
  }

  dispose(): void {
    this.#model.dispose();
  }

  #optimum(cost: Float64Array, direction: Direction): number {
    this.#turnTo(direction);
    this.#run();
    const { optimal, unbounded, unboundedOrInfeasible } = this.#status;
    let status = this.#model.getModelStatus();
    if (status !== optimal && status !== unbounded && status !== unboundedOrInfeasible) {
      // Rarely, a basis carried over from another objective leads nowhere: start afresh.
      this.#model.clearSolver();
      this.#run();
      status = this.#model.getModelStatus();
    }
    // The programme has solutions, so what has no optimum has no limit.
    if (status !== optimal) return direction === 'largest' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const value = this.#model.getObjectiveValue();
    return this.#remember() || this.#inWholeNumbers === undefined
      ? value
      : this.#settle(this.#inWholeNumbers(cost, direction), value);
  }

  /** Where the linear programme ends at fractions, whole numbers may end sooner. */
  #settle(model: Model, byFractions: number): number {
    const started = performance.now();
    try {
      model.options.set({ output_flag: false, time_limit: Math.max(0.1, this.#secondsLeft) });
      model.run();
      this.solves += 1;
      const status = model.getModelStatus();
      if (status === this.#status.optimal) return model.getObjectiveValue();
      if (status === this.#status.infeasible) throw new ContradictionError('No whole numbers fit.');
      this.unsettled += 1;
      return byFractions;
    } finally {
      model.dispose();
      this.#secondsLeft -= (performance.now() - started) / 1000;
    }
  }

  /** Remembers the solution, and says whether all its values are whole numbers. */
  #remember(): boolean {
    this.#values = Float64Array.from(this.#model.getSolution().colValue);
    return this.#values.every((value) => Math.abs(value - Math.round(value)) <= tolerance);
  }

  #aim(cost: Float64Array): void {
    if (this.#count > 0) this.#model.changeColsCost({ kind: 'range', from: 0, to: this.#count - 1 }, cost);
  }

  #run(): void {
    this.#model.run();
    this.solves += 1;
  }
}
