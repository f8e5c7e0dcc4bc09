import { authorities, type Code } from '@practice-exchange/vocabulary';
import { agreedItems } from '../catalogue/dimensions.ts';
import {
  assessmentsSource,
  learningSource,
  outcomesSource,
  referralsSource,
  statementsSource,
} from '../catalogue/sources.ts';
import type { Contribution, Contributions, Source } from '../model.ts';
import { shiftQuarter } from '../periods.ts';
import { Random } from './random.ts';

/** What the hub holds when it makes one release, and whose records for which period differ from the release before. */
export type SimulatedRelease = {
  readonly quarter: string;
  readonly quarters: readonly string[];
  readonly contributions: Contributions;
  readonly revisions: readonly Revision[];
};

/** An authority changed its records for a period that was released before. Who returned and who revised is public. */
export type Revision = { readonly source: string; readonly period: string; readonly authority: string };

type Place = { readonly id: string; readonly region: string; readonly rate: number };
type Case = {
  readonly period: string;
  readonly at: Record<string, string | readonly string[]>;
  from: number;
  until: number;
};

/**
 * Invents a network: authorities whose counts are as skewed as the real ones (a few see dozens of cases a quarter, most a
 * handful, many none), late returns, corrections of one or two records, and withdrawn learning records.
 */
export function simulateNetwork(options: {
  releases: number;
  seed: number;
  scale?: number;
  /** How many authorities take part, from all regions alike. All 153 when absent. */
  joined?: number;
}): readonly SimulatedRelease[] {
  const random = new Random(options.seed);
  const { releases, scale = 1, joined = authorities.length } = options;
  const places = authoritiesAcross(joined).map((authority): Place => {
    // Half of the authorities see fewer than two cases a quarter, a few more than a hundred.
    const size = Math.exp(1.5 * random.normal()) * (authority.type === 'county' ? 2.2 : 1);
    return {
      id: authority.onsCode,
      region: authority.region,
      rate: 1.5 * scale * size,
    };
  });
  const first = '2023-Q2';
  const quarters = Array.from({ length: releases }, (_, step) => shiftQuarter(first, step));
  const cases = new Map<Source, Map<string, Case[]>>();
  const revisions: Revision[][] = quarters.map(() => []);
  for (const source of [referralsSource, assessmentsSource, outcomesSource, learningSource]) {
    cases.set(source, simulateFlow(random, source, places, quarters, revisions));
  }
  const statements = simulateStatements(random, places, quarters);
  return quarters.map((quarter, release) => ({
    quarter,
    quarters: quarters.slice(0, release + 1),
    contributions: {
      ...Object.fromEntries([...cases].map(([source, held]) => [source.id, contributionsOf(source, held, release)])),
      [statementsSource.id]: statements[release] ?? [],
    },
    revisions: revisions[release] ?? [],
  }));
}

function authoritiesAcross(joined: number): readonly (typeof authorities)[number][] {
  return authorities.filter(
    (_, index) =>
      Math.floor((index * joined) / authorities.length) !== Math.floor(((index - 1) * joined) / authorities.length),
  );
}

function simulateFlow(
  random: Random,
  source: Source,
  places: readonly Place[],
  quarters: readonly string[],
  revisions: Revision[][],
): Map<string, Case[]> {
  const isReturn = source !== learningSource;
  const volume = { [assessmentsSource.id]: 0.6, [outcomesSource.id]: 0.5, [learningSource.id]: 0.2 }[source.id] ?? 1;
  const held = new Map<string, Case[]>();
  for (const place of places) {
    const own: Case[] = [];
    quarters.forEach((period, index) => {
      const late = isReturn && random.chance(0.05);
      for (let left = random.poisson(place.rate * volume); left > 0; left -= 1) {
        own.push({
          period,
          at: describe(random, source, place.region),
          from: late ? index + 1 : index,
          until: Number.POSITIVE_INFINITY,
        });
      }
      if (late) revisions[index + 1]?.push({ source: source.id, period, authority: place.id });
    });
    held.set(place.id, own);
  }
  // Each release, a few authorities correct the last quarter, and one alone corrects an older one.
  for (let release = 1; release < quarters.length; release += 1) {
    for (const place of places) {
      const corrects = isReturn ? 0.02 : 0.01;
      if (random.chance(corrects)) correct(random, source, place, held, release, release - 1, quarters, revisions);
    }
    for (let older = release - 2; older >= Math.max(0, release - 4); older -= 1) {
      const busy = places.filter((place) => (held.get(place.id)?.length ?? 0) > 0);
      const place = busy[Math.floor(random.next() * busy.length)];
      if (place !== undefined) correct(random, source, place, held, release, older, quarters, revisions);
    }
  }
  return held;
}

function correct(
  random: Random,
  source: Source,
  place: Place,
  held: Map<string, Case[]>,
  release: number,
  at: number,
  quarters: readonly string[],
  revisions: Revision[][],
): void {
  const period = quarters[at];
  const own = held.get(place.id);
  if (period === undefined || own === undefined) return;
  const present = own.filter((each) => each.period === period && each.from < release && each.until > release);
  const gone = present[Math.floor(random.next() * present.length)];
  if (gone !== undefined && (source === learningSource || random.chance(0.5))) gone.until = release;
  else if (source === learningSource) return;
  else {
    for (let extra = random.chance(0.2) ? 9 : 1; extra > 0; extra -= 1) {
      own.push({ period, at: describe(random, source, place.region), from: release, until: Number.POSITIVE_INFINITY });
    }
  }
  revisions[release]?.push({ source: source.id, period, authority: place.id });
}

const shares: Readonly<Record<string, readonly number[]>> = {
  'concern-category': [22, 14, 3, 2, 9, 5, 8, 5, 26, 14],
  'referral-source': [2, 38, 5, 22, 4, 5, 9, 4, 2, 1, 1, 1, 1, 3, 2, 2, 2, 1],
  'threshold-decision': [42, 20, 11, 4, 14, 6, 3],
  'age-band': [1, 5, 16, 38, 28, 3, 6, 3],
  theme: [20, 35, 30, 25],
  intervention: [14, 18, 8, 10, 7, 12, 6, 10, 9, 5, 6, 2, 2, 8, 7, 3, 2, 5, 6],
  'family-engagement-start': [12, 20, 15, 25, 8, 8, 9, 3],
  'family-engagement-end': [8, 10, 15, 34, 14, 6, 9, 4],
  'legitimacy-challenge': [55, 8, 16, 5, 4, 4, 5, 5, 2, 8, 3],
  outcome: [30, 18, 16, 8, 7, 4, 4, 4, 3, 2, 3, 1],
};

function describe(random: Random, source: Source, region: string): Record<string, string | readonly string[]> {
  const at: Record<string, string | readonly string[]> = { region };
  for (const dimension of source.dimensions.slice(1)) {
    const codes = (dimension.levels.at(-1)?.bands ?? []).map(
      ({ code }, index) => [code, shares[dimension.id]?.[index] ?? 1] as const,
    );
    const one = random.pick(codes);
    if (dimension.several !== true) at[dimension.id] = one;
    else at[dimension.id] = random.chance(0.25) ? [...new Set([one, random.pick(codes)])] : [one];
  }
  return at;
}

function contributionsOf(source: Source, held: ReadonlyMap<string, readonly Case[]>, release: number): Contribution[] {
  const sums = new Map<string, { -readonly [Key in keyof Contribution]: Contribution[Key] }>();
  const add = (authority: string, period: string, at: Contribution['at']) => {
    const key = `${authority}|${period}|${JSON.stringify(at)}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { authority, period, at, count: 1 });
    else sum.count += 1;
  };
  for (const [authority, cases] of held) {
    for (const { period, at, from, until } of cases) {
      if (release < from || release >= until) continue;
      if (source.shape.kind === 'records') {
        add(authority, period, at);
        continue;
      }
      const region = at.region ?? '';
      add(authority, period, { region });
      for (const [dimension = ''] of source.shape.breakdowns) {
        const stated = at[dimension] ?? '';
        if (typeof stated === 'string') add(authority, period, { region, [dimension]: stated });
        else for (const code of stated) add(authority, period, { region, [dimension]: [code] });
      }
    }
  }
  return [...sums.values()];
}

function simulateStatements(
  random: Random,
  places: readonly Place[],
  quarters: readonly string[],
): readonly (readonly Contribution[])[] {
  const answers: readonly (readonly [Code['code'], number])[] = [
    ['yes', 5],
    ['partly', 3],
    ['no', 2],
  ];
  const current = new Map<string, Record<string, string>>();
  return quarters.map((period, release) => {
    for (const place of places) {
      if (!random.chance(release === 0 ? 0.7 : 0.12)) continue;
      const at: Record<string, string> = { region: place.region };
      for (const { code } of agreedItems) at[`agreed-${code}`] = random.pick(answers);
      current.set(place.id, at);
    }
    return [...current].map(([authority, at]) => ({ authority, period, at, count: 1 }));
  });
}
