/**
 * Words, before the types.
 *
 * - source: one body of counts (referrals, assessments, learning records …) with its dimensions.
 * - dimension: one coded fact (region, age band …) with one or more *levels*; every code of a finer level lies within one
 *   code of the next coarser level. That is what "fixed nested bands" means. Several codes may apply at once when the
 *   dimension says `several`: its total counts each record once, so its parts sum to at least the total.
 * - contribution: how many records one authority has in one period at one finest cell. Private.
 * - table: a catalogued cross of at most three dimensions, the period counting as one, with a total for each but the period.
 * - cell: one combination of codes and totals. The same cell met in two tables is one cell, with one published state.
 * - release: all tables at one quarter. Immutable.
 * - statement: what a release said of a cell, with the true count behind it. Private; the next release needs it.
 * - published cell: a rounded number, or a symbol.
 * - primary suppression: a cell that would tell of few children or of one authority. Secondary suppression: a cell hidden
 *   so that a hidden one cannot be worked out.
 * - protected sum: a hidden cell, or the difference of two published ones, that nobody may narrow to fewer than six
 *   neighbouring whole numbers (largest minus smallest at least 5).
 */

/** The code of a total along any dimension. */
export const totalCode = 'Total';

/** One code of a level; `within` is the code of the next coarser level that holds it. */
export type Band = { readonly code: string; readonly label: string; readonly within?: string };

/** The codes that a table may use together. They cover everything and do not overlap. */
export type Level = { readonly id: string; readonly bands: readonly Band[] };

/** A coded fact. `levels` go from coarse to fine; contributions use the finest. */
export type Dimension = {
  readonly id: string;
  readonly label: string;
  readonly levels: readonly Level[];
  /** Several codes may apply to one record. */
  readonly several?: true;
};

/**
 * One body of counts.
 *
 * - `flow`: records belong to a quarter; a quarter may be revised later. `stock`: records as at the release.
 * - `records`: every contribution states every dimension. `breakdowns`: contributions come as separate breakdowns (lists of
 *   dimension ids) of one total; each states the `common` dimensions and those of one breakdown, the total the common ones.
 */
export type Source = {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: 'flow' | 'stock';
  readonly dimensions: readonly Dimension[];
  readonly shape:
    | { readonly kind: 'records' }
    | {
        readonly kind: 'breakdowns';
        readonly common: readonly string[];
        readonly breakdowns: readonly (readonly string[])[];
      };
};

/** Which period a table counts by: each quarter, each complete financial year, or the stock as at the release. */
export type PeriodLevel = 'quarter' | 'financial-year' | 'as-at';

/** One catalogued table. `dimensions` name the dimension and the level of its codes. */
export type TableSpecification = {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly period: PeriodLevel;
  readonly dimensions: readonly { readonly dimension: string; readonly level: string }[];
  readonly measure: string;
  readonly unit: string;
  readonly notes: readonly string[];
};

/** Sources and the tables cut from them. */
export type Catalogue = { readonly sources: readonly Source[]; readonly tables: readonly TableSpecification[] };

/** How many records (`count`, a whole number) an authority has at one finest cell. `period` is a quarter, `2024-Q3`. */
export type Contribution = {
  readonly authority: string;
  readonly period: string;
  readonly at: Readonly<Record<string, string | readonly string[]>>;
  readonly count: number;
};

/** Contributions by source id. */
export type Contributions = Readonly<Record<string, readonly Contribution[]>>;

/** The symbols of English official statistics that are used here. */
export type CellSymbol = 'c' | 'z' | 'x' | 'k';

/** Where a number cannot be given for a reason other than disclosure: every cell that has all the codes of `at`. */
export type Gap = {
  readonly source: string;
  readonly symbol: 'z' | 'x';
  readonly at: Readonly<Record<string, string>>;
  readonly reason: string;
};

/** What is published of a cell. `at` holds `period` (but for a stock) and one code or `Total` for each dimension. */
export type PublishedCell =
  | { readonly at: Readonly<Record<string, string>>; readonly value: number }
  | { readonly at: Readonly<Record<string, string>>; readonly symbol: CellSymbol };

/** A complete matrix: every combination of the codes, with totals, period by period. */
export type PublishedTable = { readonly id: string; readonly cells: readonly PublishedCell[] };

/** Why a cell is as it is. */
export type DecisionReason =
  | 'published'
  | 'zero'
  | 'kept'
  | 'count-1-to-7'
  | 'few-authorities'
  | 'one-authority-dominates'
  | 'revealing-zero'
  | 'protects-others'
  | 'suppressed-before'
  | 'not-applicable'
  | 'not-available';

/** The decision on one cell: private, for the analyst who previews a release. `protects` names cells that it hides. */
export type Decision = {
  readonly cell: string;
  readonly source: string;
  readonly at: Readonly<Record<string, string>>;
  readonly count: number;
  readonly authorities: number;
  readonly shown: number | CellSymbol;
  readonly reason: DecisionReason;
  readonly sentence: string;
  readonly protects?: readonly string[];
};

/**
 * What a release said of a cell, and the count behind it. A number comes with what each authority had in it, so that a later
 * release knows who made a change. `hidden` says whether the count itself was the reason.
 */
export type Statement = { readonly release: string; readonly count: number } & (
  | { readonly value: number; readonly byAuthority: Readonly<Record<string, number>> }
  | { readonly hidden: 'small-count' | 'zero' | 'other' }
);

/** What a later release needs of an earlier one. Private: never leaves the hub. Plain data, fit for JSON. */
export type ReleaseRecord = {
  readonly release: string;
  /** The latest quarter that the release counts. */
  readonly quarter: string;
  /** By cell: everything that this release and all before it said of the cell, oldest first. */
  readonly statements: Readonly<Record<string, readonly Statement[]>>;
};

/** The rules and their numbers, as published in the methodology. */
export type DisclosureRules = {
  /** Counts from 1 to this many are suppressed. */
  readonly smallest: number;
  /** A cell needs this many contributing authorities. */
  readonly authorities: number;
  /** No authority may supply this share of a cell or more. */
  readonly dominance: number;
  /** Published numbers are rounded to the nearest multiple. */
  readonly base: number;
  /** Largest minus smallest possible value of each protected sum. */
  readonly width: number;
  /**
   * A published cell changes only when the count has changed by at least this many records (as many authorities as
   * `authorities` says made the change, none of them a share as large as `dominance` of it) …
   */
  readonly changed: number;
  /** … and only when the rounded number moves by at least this much: a smaller step would tell the change almost exactly. */
  readonly step: number;
};

export const disclosureRules: DisclosureRules = {
  smallest: 7,
  authorities: 3,
  dominance: 0.9,
  base: 5,
  width: 5,
  changed: 8,
  step: 10,
};
