import type { DisclosureRules } from '../model.ts';
import { quartersOf } from '../periods.ts';
import type { Interval, Relation } from '../published/cell-programme.ts';
import type { OwnRecords } from './own-records.ts';
import { isQuarter, type PublishedRelease, type SeenBlock, type SeenCell } from './published-tables.ts';

/** The published method, as an attacker reads it. Of a weakened engine it says what that engine does. */
export type KnownMethod = {
  readonly rules: DisclosureRules;
  readonly rounded: boolean;
  /** A number stays as first published until enough records have changed. */
  readonly keeps: boolean;
};

/** Who attacks: what they know beyond the tables. */
export type Attacker =
  /** Knows the tables and the method. */
  | { readonly kind: 'reader' }
  /** Guesses rightly of every hidden cell whether it counts seven or fewer. */
  | { readonly kind: 'guesser'; readonly isSmall: (cell: string, release: number) => boolean }
  /** Knows its own records, in every release. */
  | { readonly kind: 'authority'; readonly authority: string };

/** Everything published before an attacker looks at one block. */
export type Surroundings = {
  readonly block: SeenBlock;
  readonly releases: readonly PublishedRelease[];
  readonly method: KnownMethod;
  readonly own: OwnRecords;
  readonly regionOf: ReadonlyMap<string, string>;
};

/** No cell of this network holds more: a limit keeps the programmes bounded. */
const anything: Interval = { lowest: 0, highest: 100_000 };

/**
 * The unknowns of one attacker, their bounds and their relations: the records of others in each cell, at each release at
 * which they may differ from those at the release before.
 */
export class AttackerView {
  readonly bounds: Interval[] = [];
  readonly relations: Relation[] = [];
  readonly #given: Surroundings;
  readonly #attacker: Attacker;
  readonly #unknowns = new Map<string, number[]>();

  constructor(given: Surroundings, attacker: Attacker) {
    this.#given = given;
    this.#attacker = attacker;
    for (const cell of given.block.cells.values()) this.#lay(cell);
    this.#relateParts();
  }

  /** The number of the unknown; undefined where nothing was published of the cell at that release. */
  unknownOf(cell: string, release: number): number | undefined {
    return this.#unknowns.get(cell)?.[release];
  }

  /** How many records of the cell are the attacker's own. */
  own(cell: string, release: number): number {
    const { own } = this.#given;
    return own.of(this.#attacker.kind === 'authority' ? this.#attacker.authority : undefined, cell, release);
  }

  #lay(cell: SeenCell): void {
    const { block, releases, method } = this.#given;
    const shown = block.shown.get(cell.key) ?? [];
    const unknowns: number[] = [];
    /** The release at which the number that stands now was first given. */
    let since: number | undefined;
    releases.forEach((_, release) => {
      const now = shown[release];
      if (now === undefined) return;
      const before = unknowns[release - 1];
      const unknown = before !== undefined && !this.#mayDiffer(cell, release) ? before : this.bounds.push(anything) - 1;
      unknowns[release] = unknown;
      const last = since === undefined ? undefined : shown[since];
      if (typeof now !== 'number') {
        since = undefined;
        this.#narrow(unknown, this.#saidByHidden(cell, release), cell, release);
        return;
      }
      if (method.keeps && typeof last === 'number' && since !== undefined) {
        // A number that stands may stand for several reasons, so that it tells nothing of the change.
        if (now === last) return;
        this.#relateInTime(cell.key, unknowns, since, release, now > last);
      }
      since = release;
      const { base } = method.rules;
      const half = method.rounded && now !== 0 ? Math.floor(base / 2) : 0;
      this.#narrow(unknown, { lowest: now - half, highest: now + half }, cell, release);
    });
    this.#unknowns.set(cell.key, unknowns);
  }

  #saidByHidden(cell: SeenCell, release: number): Interval {
    if (this.#attacker.kind !== 'guesser' || !this.#attacker.isSmall(cell.key, release)) return anything;
    return { lowest: 0, highest: this.#given.method.rules.smallest };
  }

  #narrow(unknown: number, { lowest, highest }: Interval, cell: SeenCell, release: number): void {
    const own = this.own(cell.key, release);
    const known = this.bounds[unknown] ?? anything;
    this.bounds[unknown] = {
      lowest: Math.max(known.lowest, lowest - own),
      highest: Math.min(known.highest, highest - own),
    };
  }

  /** A number that moved says that eight records or more changed. */
  #relateInTime(cell: string, unknowns: readonly number[], since: number, release: number, upwards: boolean): void {
    const [earlier, later] = [unknowns[since], unknowns[release]];
    if (earlier === undefined || later === undefined || earlier === later) return;
    const { changed } = this.#given.method.rules;
    const own = this.own(cell, release) - this.own(cell, since);
    this.relations.push({
      terms: [
        [later, 1],
        [earlier, -1],
      ],
      lower: upwards ? changed - own : Number.NEGATIVE_INFINITY,
      upper: upwards ? Number.POSITIVE_INFINITY : -changed - own,
    });
  }

  /** Others may have changed what they have in the cell. Who returned and who revised is public. */
  #mayDiffer(cell: SeenCell, release: number): boolean {
    const { block, releases, regionOf } = this.#given;
    if (block.source.kind === 'stock') return true;
    const region = cell.codes.get('region');
    const periods = isQuarter(cell.period) ? [cell.period] : quartersOf(cell.period);
    return (releases[release]?.revisions ?? []).some(
      (revision) =>
        revision.source === block.source.id &&
        periods.includes(revision.period) &&
        !(this.#attacker.kind === 'authority' && revision.authority === this.#attacker.authority) &&
        (region === undefined || regionOf.get(revision.authority) === region),
    );
  }

  #relateParts(): void {
    const known = new Set<string>();
    const add = (terms: Relation['terms'], upper: number) => {
      const name = terms.join(' ');
      if (known.has(name)) return;
      known.add(name);
      this.relations.push({ terms, lower: 0, upper });
    };
    for (const { whole, parts, several } of this.#given.block.sums) {
      this.#unknowns.get(whole)?.forEach((unknown, release) => {
        const members = parts.flatMap((part) => this.#unknowns.get(part)?.[release] ?? []);
        if (members.length < parts.length) return;
        const sum = [...members.map((part) => [part, 1] as const), [unknown, -1] as const];
        add(sum, several ? Number.POSITIVE_INFINITY : 0);
        if (!several) return;
        for (const part of members) {
          const cover = [[unknown, 1] as const, [part, -1] as const];
          add(cover, Number.POSITIVE_INFINITY);
        }
      });
    }
  }
}
