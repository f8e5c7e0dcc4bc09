import { type LearningIndex, SearchUnavailable } from '@practice-exchange/search';

/** A person waits no longer than this for the engine. */
const deadlineMs = 2500;
/** After a missed deadline the engine is left alone for this long, so that not everybody waits for it in vain. */
const restMs = 2000;

const restsUntil = new WeakMap<LearningIndex, number>();

/** Asks the engine something that a person waits for. Rejects with `SearchUnavailable` when it is away, or slow, or was slow a moment ago. */
export async function askEngine<T>(
  index: LearningIndex,
  ask: (index: LearningIndex, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (performance.now() < (restsUntil.get(index) ?? 0))
    throw new SearchUnavailable('The search engine was slow just now');
  try {
    return await ask(index, AbortSignal.timeout(deadlineMs));
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
    restsUntil.set(index, performance.now() + restMs);
    throw new SearchUnavailable('The search engine missed its deadline');
  }
}
