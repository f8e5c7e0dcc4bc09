import { parentPort } from 'node:worker_threads';
import { type AnonymityCheck, type AnonymityOptions, checkAnonymity } from './check-anonymity.ts';

export type GuardRequest = { readonly id: number; readonly input: AnonymityCheck; readonly options: AnonymityOptions };
export type GuardReply =
  | { readonly id: number; readonly result: ReturnType<typeof checkAnonymity> }
  | { readonly id: number; readonly failed: true };

// The thread's end of `guardOffThread`. What went wrong stays here: an error's message could hold words of the draft.
parentPort?.on('message', ({ id, input, options }: GuardRequest) => {
  let reply: GuardReply;
  try {
    reply = { id, result: checkAnonymity(input, options) };
  } catch {
    reply = { id, failed: true };
  }
  parentPort?.postMessage(reply);
});
