import type { Highs } from 'highs';
import type { Cell } from '../cell-space.ts';
import type { DisclosureRules } from '../model.ts';
import { InfeasibleProgramme, LinearProgramme, type Optimum, type RowCombination } from './linear-programme.ts';
import type { ProtectedSum } from './protected-sums.ts';
import type { Unknowns } from './unknowns.ts';
import type { Window } from './windows.ts';

/** One attacker: what the windows tell them of each cell, and the authorities whose records they know. */
export type Attacker = {
  readonly window: (key: string) => Window;
  readonly authorities: readonly string[];
  /** What the attacker supposes of a hidden cell while narrowing it: that it counts at least one record. */
  readonly supposes?: (sum: ProtectedSum) => Window | undefined;
};

/** A protected sum that the attacker narrows too far, the interval, and the rows that hold it there. */
export type Narrow = {
  readonly sum: ProtectedSum;
  readonly lowest: number;
  readonly highest: number;
  readonly binding: readonly number[];
};

const tolerance = 1e-6;

/**
 * Proves, for one attacker at a time, that protected sums stay wide. The unknowns stay in the solver from one attacker to
 * the next; only the bounds of the rows move. A feasible solution found for one sum is evidence for all the others.
 */
export class Prover {
  readonly #programme: LinearProgramme;
  readonly #unknowns: Unknowns;
  readonly #keys: readonly string[];
  readonly #rules: DisclosureRules;
  readonly #open = new Map<ProtectedSum, { lowest: number; highest: number }>();
  #own = new Float64Array(0);
  #supposes: (sum: ProtectedSum) => Window | undefined = () => undefined;

  constructor(highs: Highs, unknowns: Unknowns, rules: DisclosureRules) {
    this.#unknowns = unknowns;
    this.#rules = rules;
    this.#keys = [...unknowns.rowOf.keys()];
    const rows = this.#keys.length + unknowns.ties.length;
    this.#programme = new LinearProgramme(highs, unknowns.columns, new Float64Array(rows), new Float64Array(rows));
  }

  get solves(): number {
    return this.#programme.solves;
  }

  /** Takes the place of an attacker. All that follows is what they can work out about the records of others. */
  face(attacker: Attacker): void {
    const { columns, ties } = this.#unknowns;
    const rows = this.#keys.length + ties.length;
    const own = new Float64Array(rows);
    for (const column of columns) {
      const mine = attacker.authorities.reduce((sum, each) => sum + (column.byAuthority.get(each) ?? 0), 0);
      if (mine === 0) continue;
      column.rows.forEach((row, position) => {
        own[row] = (own[row] ?? 0) + mine * (column.coefficients?.[position] ?? 1);
      });
    }
    const lower = new Float64Array(rows);
    const upper = new Float64Array(rows);
    this.#keys.forEach((key, row) => {
      const window = attacker.window(key);
      lower[row] = window.lower - (own[row] ?? 0);
      upper[row] = window.upper - (own[row] ?? 0);
    });
    // Ties hold for the others' records by themselves: they are not shifted.
    ties.forEach((tie, index) => {
      lower[this.#keys.length + index] = tie.lower;
      upper[this.#keys.length + index] = tie.upper;
    });
    this.#own = own;
    this.#supposes = attacker.supposes ?? (() => undefined);
    this.#programme.boundRows(lower, upper);
  }

  /** Gives way on one cell: the attacker no longer knows anything of it. */
  release(key: string, window: Window): void {
    const row = this.#unknowns.rowOf.get(key);
    if (row === undefined) return;
    const own = this.#own[row] ?? 0;
    this.#programme.boundRow(row, window.lower - own, window.upper - own);
  }

  /** Starts on a list of sums: tries them all together, and remembers which are not proved wide yet. */
  begin(sums: readonly ProtectedSum[]): void {
    this.#open.clear();
    for (const sum of sums) this.#open.set(sum, { lowest: this.#truth(sum), highest: this.#truth(sum) });
    for (let round = 0; round < 3 && this.#open.size > 1; round += 1) {
      const before = this.#open.size;
      for (const direction of ['largest', 'smallest'] as const) {
        this.#optimise(
          [...this.#open.keys()].flatMap((sum) => sum.combination),
          direction,
        );
      }
      if (this.#open.size === before) break;
    }
  }

  /** Tries one sum by itself: undefined when it is proved wide. */
  examine(sum: ProtectedSum): Narrow | undefined {
    const binding = new Set<number>();
    for (const direction of ['largest', 'smallest'] as const) {
      const known = this.#open.get(sum);
      if (known === undefined) return undefined;
      const optimum = this.#optimise(sum.combination, direction);
      if (optimum === 'unbounded') {
        known[direction === 'largest' ? 'highest' : 'lowest'] =
          direction === 'largest' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
        if (known.highest - known.lowest >= this.#rules.width) this.#open.delete(sum);
      } else if (optimum !== 'undecided') {
        for (let row = 0; row < this.#keys.length; row += 1) {
          if (Math.abs(optimum.duals[row] ?? 0) > tolerance) binding.add(row);
        }
      }
    }
    const known = this.#open.get(sum);
    return known === undefined ? undefined : { sum, ...known, binding: [...binding] };
  }

  /** Adds unknowns near a cell, so that more possibilities are reckoned with. Says whether there were any. */
  widen(cell: Cell, isZero: (row: number) => boolean): boolean {
    const found = this.#unknowns.near(cell, isZero);
    this.#unknowns.columns.push(...found);
    this.#programme.addColumns(found);
    return found.length > 0;
  }

  dispose(): void {
    this.#programme.dispose();
  }

  #truth(sum: ProtectedSum): number {
    return (
      sum.truth - sum.combination.reduce((own, { row, coefficient }) => own + coefficient * (this.#own[row] ?? 0), 0)
    );
  }

  #optimise(combination: RowCombination, direction: 'largest' | 'smallest'): Optimum | 'unbounded' | 'undecided' {
    try {
      const optimum = this.#programme.optimise(combination, direction);
      if (optimum === undefined) return 'unbounded';
      for (const [sum, known] of this.#open) {
        const supposed = this.#supposes(sum);
        const value = Math.max(
          supposed?.lower ?? Number.NEGATIVE_INFINITY,
          Math.min(supposed?.upper ?? Number.POSITIVE_INFINITY, valueIn(sum.combination, optimum)),
        );
        known.highest = Math.max(known.highest, Math.floor(value + tolerance));
        known.lowest = Math.min(known.lowest, Math.ceil(value - tolerance));
        if (known.highest - known.lowest >= this.#rules.width) this.#open.delete(sum);
      }
      return optimum;
    } catch (error) {
      // Not decided is not proved; no solution at all would mean that the true counts do not fit, which is a defect.
      if (error instanceof InfeasibleProgramme && !error.proved) return 'undecided';
      throw error;
    }
  }
}

function valueIn(combination: RowCombination, optimum: Optimum): number {
  return combination.reduce((value, { row, coefficient }) => value + coefficient * (optimum.rows[row] ?? 0), 0);
}
