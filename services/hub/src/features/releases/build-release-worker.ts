import { workerData } from 'node:worker_threads';
import { Database, errorCode } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { migrations } from '../../schema/migrations/migrations.ts';
import { buildDraft } from './build-draft.ts';
import { failBuilding } from './build-store.ts';

export type BuildOrder = { readonly databaseUrl: string; readonly release: string };

// The thread's end of `ReleaseBuilder`. What went wrong is told by its code: a message could hold numbers of the draft.
const { databaseUrl, release } = workerData as BuildOrder;
const database = Database.connect<HubSchema>({
  url: databaseUrl,
  migrations,
  poolSize: 2,
  applicationName: 'practice-exchange-releases',
});
try {
  await buildDraft(database, release);
} catch (error) {
  await failBuilding(database, release, errorCode(error));
} finally {
  await database.close();
}
