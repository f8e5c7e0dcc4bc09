import { createHash } from 'node:crypto';
import { termConcepts } from '@practice-exchange/vocabulary';
import { facetFields, passageFields, rankedFields } from './index-document.ts';

/** One more whenever a change to analysis or to what is stored makes indexes that exist stale. */
const analysisVersion = 1;

/** Names what an index was built with: analysis, fields and the wordings of the vocabulary. 12 hexadecimal digits. */
export function settingsVersionOf(...engineSettings: readonly unknown[]): string {
  const all = [analysisVersion, rankedFields, passageFields, facetFields, termConcepts, ...engineSettings];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12);
}
