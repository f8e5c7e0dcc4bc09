import { type CaseloadReturn, caseloadReturnSchema } from '@practice-exchange/protocol';
import { countOf, periodLabel, readableNumber } from '@practice-exchange/web';
import { countsIn, returnFrom, returnSections, sumOf, totalsSection, type WorkingReturn } from './working-return.ts';

/** Something that must be put right before a return can be signed, and the section where. */
export type Mistake = { readonly section: string; readonly sentence: string };

/** Something that may be right and seldom is: a lead says that it has been looked at. */
export type ReturnWarning = { readonly code: string; readonly sentence: string };

/** What keeps a return from being signed, in the order of its sections. Empty when it may be. */
export function mistakesIn(quarter: string, working: WorkingReturn): Mistake[] {
  const mistakes: Mistake[] = [];
  const { childPopulation, referrals, assessments } = working.totals;
  const say = (section: string, sentence: string) => mistakes.push({ section, sentence });
  if (!childPopulation) say(totalsSection.id, 'Enter how many children live in the area');
  if (referrals === undefined) say(totalsSection.id, 'Enter the referrals in the quarter, 0 if there were none');
  if (assessments === undefined) say(totalsSection.id, 'Enter the assessments in the quarter, 0 if there were none');
  for (const { id, title } of returnSections) {
    const counts = countsIn(working, id);
    if (id === totalsSection.id) continue;
    if (counts === undefined) {
      say(id, `Fill in ${lower(title)}, with 0 where there were none`);
      continue;
    }
    const whole = id.startsWith('assessments') ? assessments : referrals;
    if (whole === undefined || id === 'outcomesByConcernCategory') continue;
    const sum = sumOf(counts);
    const what = id.startsWith('assessments') ? 'assessments' : 'referrals';
    if (id.endsWith('ConcernCategory')) {
      if (sum < whole)
        say(id, `${title} add up to ${sum}, but there were ${whole} ${what}: each has at least one category`);
    } else if (sum !== whole) {
      say(id, `${title} add up to ${sum}, but there were ${whole} ${what}`);
    }
  }
  if (mistakes.length === 0 && !caseloadReturnSchema.safeParse(returnFrom(quarter, working)).success) {
    say(totalsSection.id, 'A number is larger than a return can hold');
  }
  return mistakes;
}

/** What is unusual against the last return before it. */
export function warningsIn(working: WorkingReturn, last: CaseloadReturn | undefined): ReturnWarning[] {
  const warnings: ReturnWarning[] = [];
  const { childPopulation = 0, referrals = 0, assessments = 0 } = working.totals;
  const warn = (code: string, sentence: string) => warnings.push({ code, sentence });
  if (assessments > referrals) {
    warn(
      'more-assessments-than-referrals',
      `There are more assessments (${assessments}) than referrals (${referrals}).`,
    );
  }
  for (const { id, title } of returnSections) {
    const unknown = working.tables[id]?.unknown ?? 0;
    if (unknown >= 5 && unknown > referrals / 4) {
      warn(`${id}-unknown`, `${title}: ${unknown} are not known, more than a quarter.`);
    }
  }
  if (!last) return warnings;
  const then = periodLabel(last.quarter);
  if (differs(referrals, last.referrals)) {
    warn('referrals-changed', `${countOf(referrals, 'referral')}, but ${last.referrals} in ${then}.`);
  }
  if (differs(assessments, last.assessments)) {
    warn('assessments-changed', `${countOf(assessments, 'assessment')}, but ${last.assessments} in ${then}.`);
  }
  if (Math.abs(childPopulation - last.childPopulation) > last.childPopulation * 0.05) {
    warn(
      'population-changed',
      `${readableNumber(childPopulation)} children live in the area, but ${readableNumber(last.childPopulation)} in ${then}.`,
    );
  }
  for (const section of returnSections) {
    const before = section.id === 'outcomesByConcernCategory' ? undefined : tableOf(last, section.id);
    for (const { code, label } of section.items) {
      const was = before?.[code] ?? 0;
      const is = working.tables[section.id]?.[code] ?? 0;
      if (was >= 5 && is === 0)
        warn(`${section.id}-${code}-gone`, `${section.title}: none for ${label}, but ${was} in ${then}.`);
    }
  }
  return warnings;
}

/** Half as many again or fewer than half, and at least five apart: small numbers vary. */
function differs(now: number, before: number): boolean {
  return Math.abs(now - before) >= 5 && (now > before * 1.5 || now < before / 2);
}

function tableOf(published: CaseloadReturn, section: string): Readonly<Record<string, number | undefined>> | undefined {
  switch (section) {
    case 'referralsByConcernCategory':
      return published.referralsByConcernCategory;
    case 'referralsBySource':
      return published.referralsBySource;
    case 'referralsByThresholdDecision':
      return published.referralsByThresholdDecision;
    case 'referralsByAgeBand':
      return published.referralsByAgeBand;
    case 'assessmentsByConcernCategory':
      return published.assessmentsByConcernCategory;
    default:
      return undefined;
  }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
