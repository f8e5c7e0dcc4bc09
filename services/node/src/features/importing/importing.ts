import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { denyListOf } from '../anonymisation/deny-list-store.ts';
import { kindLabel, severityWords } from '../anonymisation/finding-words.ts';
import { runGuard } from '../anonymisation/guard.ts';
import { groupsOf } from '../anonymisation/guard-finding.ts';
import { audit } from '../audit/store.ts';
import { assertMayChange } from '../reviews/reviews.ts';
import { lockReview, saveWorking } from '../reviews/store.ts';
import type { Aside } from './imported-document.ts';
import { type Part, type ProseField, withParts } from './placing.ts';

/** What the guard finds in a text that is not saved yet. */
export type FoundInText = { severity: string; tag: string; kind: string; text: string };

/** What the guard finds in each part of a document and in what else is in the file; null when it could not finish. */
export async function lookAtDocument(
  context: Pick<NodeContext, 'database' | 'guard' | 'log'>,
  review: string,
  document: { parts: readonly Pick<Part, 'text'>[]; asides: readonly Aside[] },
): Promise<{ inParts: FoundInText[][]; inAsides: FoundInText[] } | null> {
  const denyList = (await denyListOf(context.database, review)).map(({ value, kind }) => ({ value, kind }));
  const fields = [
    ...document.parts.map(({ text }, index) => ({ path: `part.${index}`, text })),
    ...document.asides.map(({ texts }, index) => ({ path: `aside.${index}`, text: texts.join('\n') })),
  ];
  const { findings, failure } = await runGuard(context, { fields, denyList });
  if (failure !== null) return null;
  const foundIn = (isHere: (field: string) => boolean) =>
    groupsOf(findings.filter(({ field }) => isHere(field))).map(({ severity, mentions: [{ kind, text }] }) => ({
      severity,
      tag: severityWords[severity].tag,
      kind: kindLabel(kind),
      text,
    }));
  return {
    inParts: document.parts.map((_, index) => foundIn((field) => field === `part.${index}`)),
    inAsides: foundIn((field) => field.startsWith('aside.')),
  };
}

/**
 * Saves the parts that the author has placed, behind what is written in those sections already, so that nothing that somebody
 * wrote meanwhile is lost. Nothing of the file itself is kept, not its name either. Throws as `assertMayChange` does.
 */
export async function placeParts(
  context: Pick<NodeContext, 'database' | 'jobs'>,
  author: Person,
  id: string,
  parts: readonly { readonly text: string; readonly into: ProseField }[],
): Promise<void> {
  await context.database.transaction(async (tx) => {
    const review = assertMayChange(await lockReview(tx, id), author);
    const prose = withParts(review.working.prose, parts);
    await saveWorking(tx, id, { ...review.working, prose });
    await audit(tx, {
      person: author.id,
      action: 'document-imported',
      subjectType: 'review',
      subject: id,
      detail: { version: review.version + 1, parts: parts.length },
    });
    tx.onCommit(() => void context.jobs.wake('check-anonymity'));
  });
}
