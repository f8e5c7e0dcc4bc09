import type { Finding } from '@practice-exchange/anonymisation';
import { AppError, type Database } from '@practice-exchange/platform';
import type { LearningRecord } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { denyListOf } from './deny-list-store.ts';
import { runGuard } from './guard.ts';
import { fieldsOf, type GuardFinding } from './guard-finding.ts';

type Context = Pick<NodeContext, 'guard' | 'log'>;

/** What is about to be signed and sent, with the reasons that the second signer gave. */
export type Leaving = {
  review: string;
  content: LearningRecord;
  /** What the guard found when the edition was frozen. */
  findings: readonly GuardFinding[];
  findingReasons: Readonly<Record<string, string>>;
};

/**
 * The guard once more, inside the transaction that publishes and over the very content that is signed, with the deny-list
 * as it is at that moment. The review's row is locked, so the list cannot change before the commit. Throws `guard-blocks`
 * (409) when anything is found that no reason was given for, and when the guard fails.
 */
export async function assertMayLeave(tx: Database<NodeSchema>, context: Context, leaving: Leaving): Promise<void> {
  tx.assertTransaction();
  const denyList = (await denyListOf(tx, leaving.review)).map(({ value, kind }) => ({ value, kind }));
  const { findings, failure } = await runGuard(context, { fields: fieldsOf(leaving.content), denyList });
  if (failure !== null) {
    throw blocks('The anonymisation guard could not finish, so nothing was published. Try again.');
  }
  // Entities are numbered anew in each check, so a reason is found by the place of the words that it was given for.
  const hasReason = ({ field, start, end }: Finding) =>
    leaving.findings.some(
      (signed) =>
        signed.field === field &&
        signed.start <= start &&
        signed.end >= end &&
        Boolean(leaving.findingReasons[signed.entity]?.trim()),
    );
  const mustGo = findings.some(
    (finding) => finding.severity === 'block' || (finding.severity === 'block-unless-reason' && !hasReason(finding)),
  );
  if (mustGo) {
    throw blocks(
      'The anonymisation guard found something that must go. Nothing was published: its author has to change it.',
    );
  }
}

function blocks(message: string): AppError {
  return new AppError({ code: 'guard-blocks', status: 409, title: 'This cannot be published', message });
}
