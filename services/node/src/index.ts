export { joinCommand } from './cli/join-command.ts';
export type { NodeConfig } from './config.ts';
export type { NodeContext } from './context.ts';
export { groupsNeedingReason } from './features/anonymisation/guard-finding.ts';
export { deliver } from './features/delivering/delivering.ts';
export { fetchReceipts } from './features/delivering/receipts.ts';
export { followNetwork } from './features/joining/following.ts';
export { join } from './features/joining/joining.ts';
export { newRecoveryPhrase } from './features/joining/recovery-phrase.ts';
export { changeKey, prepareRecovery, retireKey, sendRecovery } from './features/keys/keys.ts';
export { listDocuments } from './features/publishing/document-store.ts';
export { publishReturn, publishReview, publishStatement } from './features/publishing/publishing.ts';
export { compareWithHub, repairRecords } from './features/resyncing/comparing.ts';
export { proveHoldings } from './features/resyncing/proof.ts';
export type { WorkingReview } from './features/reviews/case-review.ts';
export { beginReview, readReview, saveReview } from './features/reviews/reviews.ts';
export { listReviews } from './features/reviews/store.ts';
export { answerIntruderQuestion, decide, editionToRead, sendForReading } from './features/signing-off/signing-off.ts';

<<<<<<< HEAD

export { syncHealth } from './features/sync/health.ts';

=======

export { newestNarrowing } from './features/withdrawing/narrowing-store.ts';

>>>>>>> a67b920 (wip)

export { withdrawReview } from './features/withdrawing/withdrawing.ts';
export { type RunningNode, startNode } from './service.ts';
