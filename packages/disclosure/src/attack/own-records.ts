import type { Contribution, Contributions, DisclosureRules } from '../model.ts';
import { financialYearOf } from '../periods.ts';
import { bandsHolding, dimensionIn, isQuarter, keyOf, type SeenBlock } from './published-tables.ts';

/** A cell as it was at a release, counted for or against. */
export type SignedCell = { readonly cell: string; readonly release: number; readonly coefficient: 1 | -1 };

/**
 * What each authority holds in each cell of a block, release by release, counted record by record as the authority itself
 * would. All of them together are the truth that scores an attack.
 */
export class OwnRecords {
  readonly #block: SeenBlock;
  /** By authority, then by cell, then by release index. */
  readonly #held = new Map<string, Map<string, number[]>>();
  readonly #all = new Map<string, number[]>();
  readonly #cellsOf = new Map<string, readonly string[]>();
  /** Which dimensions some cell crosses. */
  readonly #crossed: readonly (readonly string[])[];

  constructor(block: SeenBlock, releases: readonly Contributions[]) {
    this.#block = block;
    const crossed = new Map([...block.cells.values()].map(({ codes }) => [[...codes.keys()].sort().join(), codes]));
    this.#crossed = [...crossed.values()].map((codes) => [...codes.keys()]);
    const years = new Set([...block.cells.values()].map(({ period }) => yearOf(period)));
    releases.forEach((contributions, release) => {
      for (const contribution of contributions[block.source.id] ?? []) {
        if (block.source.kind === 'flow' && !years.has(financialYearOf(contribution.period))) continue;
        this.#add(contribution, release);
      }
    });
  }

  authorities(): readonly string[] {
    return [...this.#held.keys()].sort();
  }

  /** How many records an authority holds in a cell, as the hub had them at a release. */
  of(authority: string | undefined, cell: string, release: number): number {
    return authority === undefined ? 0 : (this.#held.get(authority)?.get(cell)?.[release] ?? 0);
  }

  /** How many records all authorities hold. */
  count(cell: string, release: number): number {
    return this.#all.get(cell)?.[release] ?? 0;
  }

  /**
   * Whether a signed sum of cells is too small to be published, or too much the affair of one or two authorities. A sum of
   * nothing is not: it has nobody in it.
   */
  isSensitive(terms: readonly SignedCell[], { smallest, authorities, dominance }: DisclosureRules): boolean {
    const sumOf = (count: (cell: string, release: number) => number) =>
      terms.reduce((sum, { cell, release, coefficient }) => sum + coefficient * count(cell, release), 0);
    const total = Math.abs(sumOf((cell, release) => this.count(cell, release)));
    if (total >= 1 && total <= smallest) return true;
    const shares = [...this.#held.keys()]
      .map((authority) => Math.abs(sumOf((cell, release) => this.of(authority, cell, release))))
      .filter((share) => share > 0);
    const all = shares.reduce((sum, share) => sum + share, 0);
    return all > 0 && (shares.length < authorities || Math.max(...shares) >= dominance * all);
  }

  /** The authority has, had or later had records in the cell. */
  knows(authority: string, cell: string): boolean {
    return this.#held.get(authority)?.has(cell) === true;
  }

  #add(contribution: Contribution, release: number): void {
    if (contribution.count === 0) return;
    let own = this.#held.get(contribution.authority);
    if (own === undefined) {
      own = new Map();
      this.#held.set(contribution.authority, own);
    }
    for (const cell of this.#cells(contribution)) {
      for (const tally of [own, this.#all]) {
        const counts = tally.get(cell) ?? [];
        counts[release] = (counts[release] ?? 0) + contribution.count;
        tally.set(cell, counts);
      }
    }
  }

  #cells({ period, at }: Contribution): readonly string[] {
    const name = `${period}${JSON.stringify(at)}`;
    const known = this.#cellsOf.get(name);
    if (known !== undefined) return known;
    const { source, cells } = this.#block;
    const found = new Set<string>();
    const periods = source.kind === 'stock' ? [''] : [period, financialYearOf(period)];
    for (const crossed of this.#crossed) {
      if (!this.#counts(at, crossed)) continue;
      let places: Record<string, string>[] = [{}];
      for (const id of crossed) {
        const stated = at[id] ?? [];
        const codes = typeof stated === 'string' ? [stated] : stated;
        const choices = new Set(codes.flatMap((code) => bandsHolding(dimensionIn(source, id), code)));
        places = places.flatMap((place) => [...choices].map((code) => ({ ...place, [id]: code })));
      }
      for (const key of places.flatMap((place) => periods.map((when) => keyOf(source.id, when, place)))) {
        if (cells.has(key)) found.add(key);
      }
    }
    const list = [...found];
    this.#cellsOf.set(name, list);
    return list;
  }

  /** In a source of breakdowns, the total counts only the total, and each breakdown only its own cells. */
  #counts(at: Contribution['at'], crossed: readonly string[]): boolean {
    const { shape } = this.#block.source;
    if (shape.kind === 'records') return true;
    const own = Object.keys(at).filter((dimension) => !shape.common.includes(dimension));
    return own.every((dimension) => crossed.includes(dimension)) && crossed.every((dimension) => dimension in at);
  }
}

function yearOf(period: string): string {
  return isQuarter(period) ? financialYearOf(period) : period;
}
