import { hangIndexThread, killIndexThread, meilisearchServer } from '@practice-exchange/search/testing';
import type { HubConfig } from '../config.ts';

/** A search engine that a test may break, and the settings by which a hub uses it. */
export type BreakableEngine = {
  readonly settings: Pick<HubConfig, 'meilisearch'>;
  /** Ends it without a chance to tidy up. */
  kill(): Promise<void>;
  /** Has it take questions and answer none. */
  hang(): Promise<void>;
  /** Lets it work again, with what it kept; nothing to do for an engine that its own index brings back. */
  revive(): Promise<void>;
  stop(): Promise<void>;
};

export const engineNames = ['embedded', 'meilisearch'] as const;

/** An engine of our own to break, or why there is none. */
export async function breakableEngine(name: (typeof engineNames)[number]): Promise<BreakableEngine | { skip: string }> {
  if (name === 'embedded') {
    return {
      settings: { meilisearch: null },
      kill: killIndexThread,
      hang: hangIndexThread,
      revive: async () => undefined,
      stop: async () => undefined,
    };
  }
  const server = await meilisearchServer(process.env, { own: true });
  if ('skip' in server) return server;
  const { url, apiKey, process: engine, stop } = server;
  let hangs = false;
  return {
    settings: { meilisearch: { url, apiKey } },
    kill: async () => engine?.kill(),
    hang: async () => {
      hangs = true;
      engine?.freeze();
    },
    revive: async () => {
      if (hangs) engine?.thaw();
      else await engine?.start();
      hangs = false;
    },
    stop,
  };
}
