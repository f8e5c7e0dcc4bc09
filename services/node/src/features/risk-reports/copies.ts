import type { CopyStore } from '../withdrawing/copy-store.ts';
import { closeReportsOf, holdsWordsOf } from './store.ts';

/** What people here have reported of others' records: it tells of them, and goes with them. That there was a report stays a while. */
export const reportedRisks: CopyStore = { name: 'reported risks', remove: closeReportsOf, holds: holdsWordsOf };
