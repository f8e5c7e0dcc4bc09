import type { Viewer } from '../audience.ts';
import type { IndexDocument } from '../index-document.ts';
import type { IndexEntry, SearchAnswer, SearchQuery, SimilarDocument } from '../learning-index.ts';

/** What the thread that holds the index can be asked, with what it answers. */
export type Operations = {
  index: { ask: readonly IndexDocument[]; answer: null };
  remove: { ask: readonly string[]; answer: null };
  search: { ask: SearchQuery; answer: SearchAnswer };
  similar: { ask: { id: string; viewer: Viewer; limit: number }; answer: SimilarDocument[] };
  revisions: { ask: readonly string[]; answer: Map<string, number> };
  containsPhrase: { ask: string; answer: string[] };
  entries: { ask: { after: string | null; limit: number }; answer: IndexEntry[] };
  count: { ask: null; answer: number };
  isWhole: { ask: null; answer: boolean };
  setWhole: { ask: boolean; answer: null };
  clear: { ask: null; answer: null };
  close: { ask: null; answer: null };
};
export type Operation = keyof Operations;

export type Request = { [O in Operation]: { number: number; operation: O; ask: Operations[O]['ask'] } }[Operation];
export type Reply = { number: number; answer: unknown } | { number: number; failed: string };
/** What is sent to the thread: a question, or a request for a sign of life. */
export type ToThread = Request | { ping: true };
/** What comes back. The first message says that the index is loaded. */
export type FromThread = Reply | { pong: true } | { ready: true };
