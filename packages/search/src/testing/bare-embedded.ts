import { answerQuery } from '../embedded/answer-query.ts';
import { loadSnapshot } from '../embedded/snapshot.ts';
import type { SearchAnswer, SearchQuery } from '../learning-index.ts';
import { settingsVersionOf } from '../settings-version.ts';

/**
 * The embedded index of a snapshot in this thread: what a question costs without the way to another one.
 * @throws Error when there is no snapshot of this version
 */
export async function bareEmbedded(snapshotPath: string): Promise<(query: SearchQuery) => Omit<SearchAnswer, 'whole'>> {
  const index = await loadSnapshot(snapshotPath, settingsVersionOf('embedded'));
  if (index === undefined) throw new Error(`${snapshotPath} is no snapshot that this version saved`);
  return (query) => answerQuery(index, query);
}
