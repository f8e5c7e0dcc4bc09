import type { Contribution, Contributions, Gap } from '@practice-exchange/disclosure';
import { financialYearOf, quartersOf, shiftQuarter } from '@practice-exchange/disclosure';
import type { Database } from '@practice-exchange/platform';
import type { CaseloadReturn } from '@practice-exchange/protocol';
import { type Region, regions } from '@practice-exchange/vocabulary';
import type { HubSchema } from '../../schema/hub-schema.ts';
import type { ReleaseCoverage } from '../../schema/release.ts';
import * as store from './collect-store.ts';

/** What a release is built from, as it stood at one moment. */
export type Collected = {
  readonly quarters: readonly string[];
  readonly contributions: Contributions;
  readonly gaps: readonly Gap[];
  readonly coverage: ReleaseCoverage;
};

/** No release looks further back than this many quarters. */
const quartersAtMost = 12;

/** Reads everything that a release of this quarter counts, in one snapshot of the database. */
export async function collect(database: Database<HubSchema>, quarter: string): Promise<Collected> {
  return database.transaction(
    async (tx) => {
      const authorities = await store.takingPart(tx);
      const all = await store.returnsUpTo(tx, quarter);
      const earliest = shiftQuarter(quarter, 1 - quartersAtMost);
      const returns = all.filter(({ content }) => content.quarter >= earliest);
      const first = [quarter, ...returns.map(({ content }) => content.quarter)].sort()[0] ?? quarter;
      const quarters = quartersBetween(first, quarter);
      const learning = await store.countLearning(tx, startOf(first), startOf(shiftQuarter(quarter, 1)));
      const statements = await store.statementsNow(tx);
      const returned = new Set(
        returns.filter(({ content }) => content.quarter === quarter).map((each) => each.authority),
      );
      return {
        quarters,
        contributions: {
          ...contributionsOfReturns(returns),
          learning: learning.map(contributionOfLearning),
          statements: statements.map(({ authority, region, agreed }) => ({
            authority,
            period: quarter,
            count: 1,
            at: {
              region,
              ...Object.fromEntries(Object.entries(agreed).map(([item, answer]) => [`agreed-${item}`, answer])),
            },
          })),
        },
        gaps: gapsOf(returns, quarters),
        coverage: {
          quarters,
          authorities: authorities.map(({ id, name, region }) => ({ name, region, returned: returned.has(id) })),
          population: populationOf(returns),
          publishers: await store.publishersOfLearning(tx),
        },
      };
    },
    { isolation: 'repeatable read' },
  );
}

type Returned = { readonly authority: string; readonly region: Region; readonly content: CaseloadReturn };

function contributionsOfReturns(returns: readonly Returned[]): Contributions {
  const referrals: Contribution[] = [];
  const assessments: Contribution[] = [];
  const outcomes: Contribution[] = [];
  for (const { authority, region, content } of returns) {
    const from = (at: Contribution['at'], count: number): Contribution => ({
      authority,
      period: content.quarter,
      at: { region, ...at },
      count,
    });
    referrals.push(
      from({}, content.referrals),
      ...countsOf(content.referralsByConcernCategory).map(([code, count]) =>
        from({ 'concern-category': [code] }, count),
      ),
      ...countsOf(content.referralsBySource).map(([code, count]) => from({ 'referral-source': code }, count)),
      ...countsOf(content.referralsByThresholdDecision).map(([code, count]) =>
        from({ 'threshold-decision': code }, count),
      ),
      ...countsOf(content.referralsByAgeBand).map(([code, count]) => from({ 'age-band': code }, count)),
    );
    assessments.push(
      from({}, content.assessments),
      ...countsOf(content.assessmentsByConcernCategory).map(([code, count]) =>
        from({ 'concern-category': [code] }, count),
      ),
    );
    for (const [category, byOutcome] of Object.entries(content.outcomesByConcernCategory)) {
      for (const [outcome, count] of countsOf(byOutcome ?? {})) {
        outcomes.push(from({ outcome, 'concern-category': category }, count));
      }
    }
  }
  return { referrals, assessments, outcomes };
}

function countsOf(counts: Readonly<Partial<Record<string, number>>>): [string, number][] {
  return Object.entries(counts).map(([code, count]) => [code, count ?? 0]);
}

function contributionOfLearning(row: store.LearningCount): Contribution {
  return {
    authority: row.authority,
    period: row.quarter,
    count: row.count,
    at: {
      region: row.region,
      theme: row.themes,
      'concern-category': row.categories,
      'referral-source': row.source,
      'threshold-decision': row.decision,
      intervention: row.interventions,
      'family-engagement-start': row.engagement_start,
      'family-engagement-end': row.engagement_end,
      'legitimacy-challenge': row.challenges,
      outcome: row.outcome,
      'age-band': row.age,
    },
  };
}

/**
 * Where nobody has returned there is no number, not a zero: a region in a quarter, and in a year of such quarters. Nothing
 * was counted there, so that leaving it out tells nothing.
 */
function gapsOf(returns: readonly Returned[], quarters: readonly string[]): Gap[] {
  const known = new Set(returns.map(({ region, content }) => `${region} ${content.quarter}`));
  const years = new Map(quarters.map((quarter) => [financialYearOf(quarter), quartersOf(financialYearOf(quarter))]));
  return regions.flatMap(({ code: region }) =>
    ['referrals', 'assessments', 'outcomes'].flatMap((source) =>
      [...quarters.map((quarter) => [quarter, [quarter]] as const), ...years].flatMap(([period, parts]): Gap[] =>
        parts.some((quarter) => known.has(`${region} ${quarter}`))
          ? []
          : [{ source, symbol: 'x', at: { period, region }, reason: 'No authority of the region has returned.' }],
      ),
    ),
  );
}

function populationOf(returns: readonly Returned[]): ReleaseCoverage['population'] {
  const population: Record<string, Partial<Record<Region, number>>> = {};
  for (const { region, content } of returns) {
    const byRegion = population[content.quarter] ?? {};
    byRegion[region] = (byRegion[region] ?? 0) + content.childPopulation;
    population[content.quarter] = byRegion;
  }
  return population;
}

function quartersBetween(first: string, last: string): string[] {
  const quarters: string[] = [];
  for (let quarter = first; quarter <= last; quarter = shiftQuarter(quarter, 1)) quarters.push(quarter);
  return quarters;
}

/** Midnight of London at the beginning of a quarter; on 1 April, July and October it is summer time. */
function startOf(quarter: string): Date {
  const number = Number(quarter.slice(6));
  const month = String(number * 3 - 2).padStart(2, '0');
  const offset = number === 1 ? 'Z' : '+01:00';
  return new Date(`${quarter.slice(0, 4)}-${month}-01T00:00:00${offset}`);
}
