import { parentPort, workerData } from 'node:worker_threads';
import { answerQuery } from './answer-query.ts';
import { findPhrase } from './find-phrase.ts';
import { findSimilar } from './find-similar.ts';
import { MemoryIndex } from './memory-index.ts';
import type { FromThread, Operations, Reply, Request, ToThread } from './messages.ts';
import { dropSnapshot, loadSnapshot, saveSnapshot } from './snapshot.ts';

/** How long the index rests after a change before it is saved. */
const restBeforeSaving = 5_000;

const { snapshotPath, settingsVersion } = workerData as { snapshotPath: string | null; settingsVersion: string };
const port = parentPort;
if (port === null) throw new Error('This module runs in a worker thread only');

let index =
  (snapshotPath === null ? undefined : await loadSnapshot(snapshotPath, settingsVersion)) ?? new MemoryIndex();
// What a snapshot holds may be older than the database, and an empty index is: only whoever compares them knows.
let whole = false;
let unsaved = false;
let saving: NodeJS.Timeout | undefined;
let queue: Promise<unknown> = Promise.resolve();

async function save(): Promise<void> {
  if (snapshotPath === null || !unsaved) return;
  unsaved = false;
  await saveSnapshot(index, snapshotPath, settingsVersion);
}

function changed(): void {
  unsaved = true;
  if (snapshotPath === null) return;
  clearTimeout(saving);
  saving = setTimeout(() => {
    // A snapshot that cannot be written costs a rebuild at the next start and nothing else.
    queue = queue.then(save).catch(() => undefined);
  }, restBeforeSaving);
  saving.unref();
}

const handlers: { [O in keyof Operations]: (ask: Operations[O]['ask']) => Promise<Operations[O]['answer']> } = {
  index: async (documents) => {
    // A revision replaces words that may have been taken back, so a snapshot with the old ones must not survive a crash.
    if (documents.some(({ id }) => index.slotOf(id) !== undefined)) await drop();
    index.add(documents);
    changed();
    return null;
  },
  remove: async (ids) => {
    if (ids.some((id) => index.slotOf(id) !== undefined)) {
      await drop();
      index.remove(ids);
      changed();
    }
    return null;
  },
  search: async (query) => ({ ...answerQuery(index, query), whole }),
  similar: async ({ id, viewer, limit }) => findSimilar(index, id, viewer, limit),
  revisions: async (ids) => index.revisions(ids),
  containsPhrase: (phrase) => findPhrase(index, phrase),
  entries: async ({ after, limit }) =>
    [...index.revisions(index.idsAfter(after, limit))].map(([id, revision]) => ({ id, revision })),
  count: async () => index.size,
  isWhole: async () => whole,
  setWhole: async (is) => {
    whole = is;
    return null;
  },
  clear: async () => {
    await drop();
    index = new MemoryIndex();
    whole = false;
    changed();
    return null;
  },
  close: async () => {
    clearTimeout(saving);
    await save();
    return null;
  },
};

async function drop(): Promise<void> {
  if (snapshotPath !== null) await dropSnapshot(snapshotPath);
}

const changes = new Set(['index', 'remove', 'setWhole', 'clear', 'close']);

async function answer({ number, operation, ask }: Request): Promise<void> {
  let reply: Reply;
  try {
    reply = { number, answer: await handlers[operation](ask as never) };
  } catch (error) {
    // Only the kind of error: its message could hold words of a query or a record.
    reply = { number, failed: error instanceof Error ? error.name : 'Error' };
  }
  tell(reply);
}

function tell(message: FromThread): void {
  port?.postMessage(message);
}

port.on('message', (request: ToThread) => {
  if ('ping' in request) return tell({ pong: true });
  // Changes wait for each other and for a save in progress; questions are answered at once, between them.
  if (changes.has(request.operation)) queue = queue.then(() => answer(request));
  else void answer(request);
});
tell({ ready: true });
