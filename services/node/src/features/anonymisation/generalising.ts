import { applyGeneralisation } from '@practice-exchange/anonymisation';
import { AppError } from '@practice-exchange/platform';
import type { LearningProse } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import type { WorkingReview } from '../reviews/case-review.ts';
import { readOwnReview, saveReview } from '../reviews/reviews.ts';
import { findWorkingCheck } from './check-store.ts';
import { type GuardFinding, groupsOf } from './guard-finding.ts';

/** Which mentions of a finding to replace, and with what: the suggestion unless the author has other words. */
export type Replacement = {
  id: string;
  /** The version of the text that the author saw. */
  version: number;
  entity: string;
  mention: number | 'all';
  words?: string;
};

/**
 * One click: replaces one mention of a finding, or all, in the working text, and saves it as the author's edit. Gives how
 * many were replaced. Throws `review-changed` (409) when the text or what was found in it is no longer what the author saw.
 */
export async function replaceFinding(context: NodeContext, author: Person, asked: Replacement): Promise<number> {
  const review = await readOwnReview(context, author, asked.id);
  const check = await findWorkingCheck(context.database, asked.id);
  const group = groupsOf(check?.findings ?? []).find(({ entity }) => entity === asked.entity);
  if (review.version !== asked.version || check?.reviewVersion !== review.version || !group) throw changed();
  const wanted = group.mentions.filter((_, index) => asked.mention === 'all' || asked.mention === index);
  if (wanted.length === 0) throw changed();
  const prose = withReplaced(review.working.prose, wanted, asked.words);
  await saveReview(context, author, {
    id: asked.id,
    version: asked.version,
    working: { ...review.working, prose },
  });
  return wanted.length;
}

/**
 * One click for everything that could be broader: each such finding, with all its mentions, gives way to what was suggested for
 * it. Whatever must go or needs a reason is left for the author to look at one by one. Gives how many places were changed.
 * Throws `review-changed` (409) as above.
 */
export async function acceptBroader(
  context: NodeContext,
  author: Person,
  asked: { id: string; version: number },
): Promise<number> {
  const review = await readOwnReview(context, author, asked.id);
  const check = await findWorkingCheck(context.database, asked.id);
  const wanted = broaderFindings(check?.findings ?? []);
  if (review.version !== asked.version || check?.reviewVersion !== review.version || wanted.length === 0)
    throw changed();
  await saveReview(context, author, {
    id: asked.id,
    version: asked.version,
    working: { ...review.working, prose: withReplaced(review.working.prose, wanted, undefined) },
  });
  return wanted.length;
}

/** The findings that may stay and for which a broader word is suggested. */
export function broaderFindings(findings: readonly GuardFinding[]): GuardFinding[] {
  return groupsOf(findings)
    .filter(({ severity }) => severity === 'warn')
    .flatMap(({ mentions }) => mentions)
    .filter(({ field, suggestion }) => field !== 'codes' && suggestion !== null && suggestion !== '');
}

/** A draft's prose with findings replaced. Within a field the last comes first, so that the places of the others hold. */
export function withReplaced(
  prose: Partial<LearningProse>,
  findings: readonly GuardFinding[],
  words: string | undefined,
): Partial<LearningProse> {
  const replaced: Partial<LearningProse> = { ...prose };
  const inOrder = [...findings].sort((a, b) => b.start - a.start);
  for (const finding of inOrder) {
    const use = words === undefined ? finding : { ...finding, suggestion: words };
    const [field, index] = finding.field.split('.') as [keyof LearningProse, string | undefined];
    if (field === 'learningPoints') {
      replaced.learningPoints = (replaced.learningPoints ?? []).map((point, at) =>
        at === Number(index) ? applyGeneralisation(point, use) : point,
      );
    } else {
      replaced[field] = applyGeneralisation(replaced[field] ?? '', use);
    }
  }
  return replaced;
}

/** Makes one of the changes to the coded fields that the guard offered with k. Throws `review-changed` (409) as above. */
export async function generaliseCode(
  context: NodeContext,
  author: Person,
  asked: { id: string; version: number; field: string },
): Promise<string> {
  const review = await readOwnReview(context, author, asked.id);
  const check = await findWorkingCheck(context.database, asked.id);
  const change = check?.risk?.changes.find(({ field }) => field === asked.field);
  if (review.version !== asked.version || check?.reviewVersion !== review.version || !change) throw changed();
  const working: WorkingReview = {
    ...review.working,
    codes: { ...review.working.codes, [change.field]: change.to } as WorkingReview['codes'],
  };
  await saveReview(context, author, { id: asked.id, version: asked.version, working });
  return change.change;
}

function changed(): AppError {
  return new AppError({
    code: 'review-changed',
    status: 409,
    title: 'The text has changed meanwhile',
    message: 'The text has changed since this page was opened. Nothing was replaced. Look at the findings again.',
  });
}
