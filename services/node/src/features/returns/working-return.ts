import type { CaseloadReturn } from '@practice-exchange/protocol';
import {
  ageBands,
  type Code,
  concernCategories,
  outcomes,
  referralSources,
  thresholdDecisions,
} from '@practice-exchange/vocabulary';

export type Counts = Readonly<Record<string, number>>;

/** A return as it stands while people fill it in: every number is there or missing, and nothing has to add up yet. */
export type WorkingReturn = {
  readonly totals: { readonly childPopulation?: number; readonly referrals?: number; readonly assessments?: number };
  /** By section id. A section that nobody has saved is missing. */
  readonly tables: Readonly<Record<string, Counts>>;
};

/** One page of the form, one block of the CSV file, one table of the return. */
export type ReturnSection = {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly items: readonly { readonly code: string; readonly label: string; readonly group?: string }[];
};

const itemsOf = (codes: readonly Code[]) => codes.map(({ code, label }) => ({ code, label }));

/** The three numbers that everything else is measured against. */
export const totalsSection: ReturnSection = {
  id: 'totals',
  title: 'Children, referrals and assessments',
  hint: 'How many children live in your area, and how many were referred and assessed in the quarter.',
  items: [
    { code: 'childPopulation', label: 'Children under 18 who live in the area' },
    { code: 'referrals', label: 'Referrals in the quarter' },
    { code: 'assessments', label: 'Assessments in the quarter' },
  ],
};

const several = 'Several categories may apply to one child, so these may add up to more than the total.';
const parts = 'These must add up to the referrals in the quarter.';

/** An outcome of a category in the form and in the CSV file. */
export const outcomeSeparator = ':';

export const tableSections: readonly ReturnSection[] = [
  {
    id: 'referralsByConcernCategory',
    title: 'Referrals by concern category',
    hint: several,
    items: itemsOf(concernCategories),
  },
  { id: 'referralsBySource', title: 'Referrals by referral source', hint: parts, items: itemsOf(referralSources) },
  {
    id: 'referralsByThresholdDecision',
    title: 'Referrals by threshold decision',
    hint: parts,
    items: itemsOf(thresholdDecisions),
  },
  { id: 'referralsByAgeBand', title: 'Referrals by age band', hint: parts, items: itemsOf(ageBands) },
  {
    id: 'assessmentsByConcernCategory',
    title: 'Assessments by concern category',
    hint: several,
    items: itemsOf(concernCategories),
  },
  {
    id: 'outcomesByConcernCategory',
    title: 'Cases that ended, by concern category and outcome',
    hint: 'Count a case once under each of its categories. Leave out what did not occur.',
    items: concernCategories.flatMap((category) =>
      outcomes.map((outcome) => ({
        code: `${category.code}${outcomeSeparator}${outcome.code}`,
        label: outcome.label,
        group: category.label,
      })),
    ),
  },
];

export const returnSections: readonly ReturnSection[] = [totalsSection, ...tableSections];

export const emptyReturn: WorkingReturn = { totals: {}, tables: {} };

/** A published return as working content again: what a correction begins with. */
export function workingFrom(published: CaseloadReturn): WorkingReturn {
  const { childPopulation, referrals, assessments, outcomesByConcernCategory } = published;
  const outcomeCounts = Object.entries(outcomesByConcernCategory).flatMap(([category, counts]) =>
    Object.entries(counts ?? {}).map(
      ([outcome, count]) => [`${category}${outcomeSeparator}${outcome}`, count ?? 0] as const,
    ),
  );
  return {
    totals: { childPopulation, referrals, assessments },
    tables: {
      referralsByConcernCategory: { ...published.referralsByConcernCategory },
      referralsBySource: { ...published.referralsBySource },
      referralsByThresholdDecision: { ...published.referralsByThresholdDecision },
      referralsByAgeBand: { ...published.referralsByAgeBand },
      assessmentsByConcernCategory: { ...published.assessmentsByConcernCategory },
      outcomesByConcernCategory: Object.fromEntries(outcomeCounts),
    },
  };
}

/** The shape that is published. Missing tables are empty, zeros are left out; whether it may be published is checked elsewhere. */
export function returnFrom(quarter: string, { totals, tables }: WorkingReturn): unknown {
  const outcomesByConcernCategory: Record<string, Record<string, number>> = {};
  for (const [pair, count] of Object.entries(withoutZeros(tables.outcomesByConcernCategory))) {
    const [category = '', outcome = ''] = pair.split(outcomeSeparator);
    outcomesByConcernCategory[category] = { ...outcomesByConcernCategory[category], [outcome]: count };
  }
  return {
    quarter,
    ...totals,
    ...Object.fromEntries(
      tableSections
        .filter(({ id }) => id !== 'outcomesByConcernCategory')
        .map(({ id }) => [id, withoutZeros(tables[id])]),
    ),
    outcomesByConcernCategory,
  };
}

/** The numbers of one section, the totals among them. */
export function countsIn(working: WorkingReturn, section: string): Counts | undefined {
  return section === totalsSection.id ? definedCounts(working.totals) : working.tables[section];
}

/** The same return with one section replaced. */
export function withSection(working: WorkingReturn, section: string, counts: Counts): WorkingReturn {
  return section === totalsSection.id
    ? { ...working, totals: counts }
    : { ...working, tables: { ...working.tables, [section]: counts } };
}

export function sumOf(counts: Counts | undefined): number {
  return Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
}

function definedCounts(totals: WorkingReturn['totals']): Counts | undefined {
  const entries = Object.entries(totals).filter(([, count]) => count !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function withoutZeros(counts: Counts | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(counts ?? {}).filter(([, count]) => count > 0));
}
