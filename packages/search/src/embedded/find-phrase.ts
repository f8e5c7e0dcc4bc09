import { setImmediate } from 'node:timers/promises';
import { holdsPhrase } from '../phrase.ts';
import type { MemoryIndex } from './memory-index.ts';

/** Documents read before other questions get a turn. */
const slice = 2_000;

/**
 * Ids of the documents that hold a phrase, ignoring case and runs of white space. It reads every stored passage and not the postings: a probe that
 * trusted the postings could not find words that a fault had left behind.
 */
export async function findPhrase(index: MemoryIndex, phrase: string): Promise<string[]> {
  const found: string[] = [];
  let read = 0;
  for (const slot of index.live.values()) {
    if (
      holdsPhrase(
        index.passages(slot).map(({ text }) => text),
        phrase,
      )
    )
      found.push(index.idOf(slot));
    read += 1;
    if (read % slice === 0) await setImmediate();
  }
  return found.sort();
}
