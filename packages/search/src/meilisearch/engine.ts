import { type EnqueuedTaskPromise, Meilisearch, MeilisearchApiError } from 'meilisearch';
import { SearchUnavailable } from '../learning-index.ts';

/** Where a Meilisearch is, and the start of the names of the indexes that are ours there. */
export type EngineOptions = { readonly url: string; readonly apiKey?: string | undefined; readonly prefix: string };

const taskTimeout = 10 * 60_000;
const taskInterval = 10;
const requestTimeout = 30_000;

/** A client of the engine. */
export function connect({ url, apiKey }: EngineOptions): Meilisearch {
  return new Meilisearch({
    host: url,
    ...(apiKey === undefined ? {} : { apiKey }),
    timeout: requestTimeout,
    // Compressed answers arrive in small pieces that wait for each other: 40 ms lost for a saving that a local network does not need.
    requestInit: { headers: { 'accept-encoding': 'identity' } },
    defaultWaitOptions: { timeout: taskTimeout, interval: taskInterval },
  });
}

/** The engine's error code, when it gave one. */
export function engineCode(error: unknown): string | undefined {
  return error instanceof MeilisearchApiError ? error.cause?.code : undefined;
}

/** Waits for a task and checks its status: a finished task may be a failed one. */
export async function finished(task: EnqueuedTaskPromise, allowed: readonly string[] = []): Promise<void> {
  const { status, error } = await task.waitTask();
  if (status === 'succeeded' || (error !== null && allowed.includes(error.code))) return;
  throw new SearchUnavailable(`The search engine's task ended as ${status} (${error?.code ?? 'no code'})`);
}

/** Runs an exchange with the engine; what goes wrong becomes `SearchUnavailable` with the engine's code and nothing that was sent. */
export async function exchange<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SearchUnavailable || error instanceof RangeError) throw error;
    const code = engineCode(error) ?? (error instanceof Error ? error.name : 'unknown');
    throw new SearchUnavailable(`The search engine did not answer (${code})`);
  }
}
