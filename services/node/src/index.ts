export type { NodeConfig } from './config.ts';
export { deliver, fetchReceipts } from './features/delivering/delivering.ts';
export { join } from './features/joining/joining.ts';
export { publishReturn, publishReview, publishStatement } from './features/publishing/publishing.ts';
export type { WorkingReview } from './features/reviews/case-review.ts';
export { beginReview } from './features/reviews/reviews.ts';
export { decide, editionToRead, sendForReading } from './features/signing-off/signing-off.ts';
export { type RunningNode, startNode } from './service.ts';
