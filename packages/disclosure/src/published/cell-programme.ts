import type { Model } from 'highs';
import { loadSolver } from '../audit/linear-programme.ts';

/** An interval of possible values; infinite ends where nothing limits it. */
export type Interval = { readonly lowest: number; readonly highest: number };

/** A linear relation of unknowns: `lower <= sum of coefficient * unknown <= upper`. */
export type Relation = {
  readonly terms: readonly (readonly [unknown: number, coefficient: number])[];
  readonly lower: number;
  readonly upper: number;
};

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
  readonly #maximise: () => void;
  readonly #minimise: () => void;
  readonly #status: { optimal: number; unbounded: number; unboundedOrInfeasible: number };
  readonly #count: number;
  readonly #seen: { lowest: Float64Array; highest: Float64Array };
  solves = 0;

  private constructor(
    highs: Awaited<ReturnType<typeof loadSolver>>,
    bounds: readonly Interval[],
    relations: readonly Relation[],
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
    this.#model = highs.createModel({
      numCols: bounds.length,
      numRows: relations.length,
      colCost: new Float64Array(bounds.length),
      colLower: bounds.map(({ lowest }) => lowest),
      colUpper: bounds.map(({ highest }) => highest),
      rowLower: relations.map(({ lower }) => lower),
      rowUpper: relations.map(({ upper }) => upper),
      matrix: { format: 'csr', numRows: relations.length, numCols: bounds.length, starts, indices, values },
    });
    this.#model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex', simplex_strategy: 4 });
    const { objectiveSense, modelStatus } = highs.constants;
    this.#maximise = () => void this.#model.changeObjectiveSense(objectiveSense.maximize);
    this.#minimise = () => void this.#model.changeObjectiveSense(objectiveSense.minimize);
    this.#status = modelStatus;
    this.#seen = {
      lowest: new Float64Array(bounds.length).fill(Number.POSITIVE_INFINITY),
      highest: new Float64Array(bounds.length).fill(Number.NEGATIVE_INFINITY),
    };
  }

  /** Builds the programme and makes sure that something satisfies it. Throws `ContradictionError` when nothing does. */
  static async of(bounds: readonly Interval[], relations: readonly Relation[]): Promise<CellProgramme> {
    if (bounds.some(({ lowest, highest }) => lowest > highest)) throw new ContradictionError('No values fit.');
    const programme = new CellProgramme(await loadSolver(), bounds, relations);
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
    if (this.#count > 0) this.#model.changeColsCost({ kind: 'range', from: 0, to: this.#count - 1 }, cost);
    this.#maximise();
    const highest = this.#optimum(Number.POSITIVE_INFINITY);
    this.#minimise();
    const lowest = this.#optimum(Number.NEGATIVE_INFINITY);
    return { lowest, highest };
  }

  /** Values of one unknown that solutions met so far have shown to be possible: never wider than its interval. */
  met(unknown: number): Interval {
    return { lowest: this.#seen.lowest[unknown] ?? 0, highest: this.#seen.highest[unknown] ?? 0 };
  }

  dispose(): void {
    this.#model.dispose();
  }

  #optimum(unlimited: number): number {
    this.#run();
    const status = this.#model.getModelStatus();
    if (status === this.#status.optimal) {
      this.#remember();
      return this.#model.getObjectiveValue();
    }
    // The programme has solutions, so what is not settled is not limited as far as an attacker can tell.
    return unlimited;
  }

  #remember(): void {
    const values = this.#model.getSolution().colValue;
    const { lowest, highest } = this.#seen;
    for (let unknown = 0; unknown < this.#count; unknown += 1) {
      const value = values[unknown] ?? 0;
      lowest[unknown] = Math.min(lowest[unknown] ?? value, value);
      highest[unknown] = Math.max(highest[unknown] ?? value, value);
    }
  }

  #run(): void {
    this.#model.run();
    this.solves += 1;
  }
}
