import type { Highs, Model, SparseMatrix } from 'highs';

/** One unknown: how often it counts in each row, and its bounds. */
export type Column = {
  readonly rows: readonly number[];
  /** Parallel to `rows`; absent when every entry is 1. */
  readonly coefficients?: readonly number[];
  readonly lower: number;
  readonly upper: number;
};

/** A linear function of the unknowns, written as a combination of rows. */
export type RowCombination = readonly { readonly row: number; readonly coefficient: number }[];

/** An optimum: the sum of every row, and how much each row's bound holds the optimum back (its dual value). */
export type Optimum = { readonly value: number; readonly rows: Float64Array; readonly duals: Float64Array };

/**
 * A linear programme over fixed rows whose objective and bounds change between solves. Each solve starts from the basis of
 * the last one, which is what makes thousands of them cheap. Call `dispose` when done: the solver's memory is its own.
 */
export class LinearProgramme {
  readonly #highs: Highs;
  readonly #model: Model;
  readonly #columnsOfRow: { column: number; coefficient: number }[][];
  #columns = 0;
  solves = 0;

  constructor(highs: Highs, columns: readonly Column[], lower: Float64Array, upper: Float64Array) {
    this.#highs = highs;
    this.#columnsOfRow = Array.from(lower, () => []);
    this.#model = highs.createModel({
      numCols: columns.length,
      numRows: lower.length,
      colCost: new Float64Array(columns.length),
      colLower: columns.map((column) => column.lower),
      colUpper: columns.map((column) => column.upper),
      rowLower: lower,
      rowUpper: upper,
      matrix: this.#pack(columns),
    });
    this.#model.options.set({ output_flag: false, presolve: 'off', solver: 'simplex', simplex_strategy: 4 });
  }

  /** Replaces the bounds of all rows. */
  boundRows(lower: Float64Array, upper: Float64Array): void {
    if (lower.length > 0) this.#model.changeRowsBounds({ kind: 'range', from: 0, to: lower.length - 1 }, lower, upper);
  }

  /** Replaces the bounds of one row. */
  boundRow(row: number, lower: number, upper: number): void {
    this.#model.changeRowBounds(row, lower, upper);
  }

  /** Adds unknowns. */
  addColumns(columns: readonly Column[]): void {
    if (columns.length === 0) return;
    this.#model.addCols({
      cost: new Float64Array(columns.length),
      lower: Float64Array.from(columns, (column) => column.lower),
      upper: Float64Array.from(columns, (column) => column.upper),
      matrix: this.#pack(columns),
    });
  }

  /** The largest or smallest value of a combination of rows; undefined when it is unbounded; throws when nothing fits. */
  optimise(combination: RowCombination, direction: 'largest' | 'smallest'): Optimum | undefined {
    const cost = new Float64Array(this.#columns);
    for (const { row, coefficient } of combination) {
      for (const entry of this.#columnsOfRow[row] ?? []) {
        cost[entry.column] = (cost[entry.column] ?? 0) + coefficient * entry.coefficient;
      }
    }
    const { objectiveSense, modelStatus } = this.#highs.constants;
    this.#model.changeColsCost({ kind: 'range', from: 0, to: this.#columns - 1 }, cost);
    this.#model.changeObjectiveSense(direction === 'largest' ? objectiveSense.maximize : objectiveSense.minimize);
    this.#model.run();
    this.solves += 1;
    const status = this.#model.getModelStatus();
    if (status === modelStatus.unbounded || status === modelStatus.unboundedOrInfeasible) return undefined;
    if (status !== modelStatus.optimal) throw new InfeasibleProgramme(status === modelStatus.infeasible);
    const solution = this.#model.getSolution();
    return { value: this.#model.getObjectiveValue(), rows: solution.rowValue, duals: solution.rowDual };
  }

  dispose(): void {
    this.#model.dispose();
  }

  #pack(columns: readonly Column[]): SparseMatrix {
    const starts = [0];
    const indices: number[] = [];
    const values: number[] = [];
    for (const column of columns) {
      const number = this.#columns;
      this.#columns += 1;
      column.rows.forEach((row, position) => {
        const coefficient = column.coefficients?.[position] ?? 1;
        indices.push(row);
        values.push(coefficient);
        this.#columnsOfRow[row]?.push({ column: number, coefficient });
      });
      starts.push(indices.length);
    }
    return {
      format: 'csc',
      numRows: this.#columnsOfRow.length,
      numCols: columns.length,
      starts: Int32Array.from(starts),
      indices: Int32Array.from(indices),
      values: Float64Array.from(values),
    };
  }
}

/** The programme has no solution (or the solver gave up, which is treated alike: nothing is proved by it). */
export class InfeasibleProgramme extends Error {
  override readonly name = 'InfeasibleProgramme';
  readonly proved: boolean;
  constructor(proved: boolean) {
    super(proved ? 'No counts fit everything that was published.' : 'The solver could not decide.');
    this.proved = proved;
  }
}
