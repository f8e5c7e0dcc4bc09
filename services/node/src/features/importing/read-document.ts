import { Worker } from 'node:worker_threads';
import type { DocumentReply, DocumentRequest } from './document-worker.ts';
import { DocumentRefused, type ImportedDocument, largestFile } from './imported-document.ts';

const timeMs = 15_000;
const memoryMb = 384;
const mostAtOnce = 2;

let reading = 0;
const waiting: (() => void)[] = [];

/**
 * Reads a file in a thread of its own, with a limit on its time and memory, two at once. Gives its text and everything else
 * that is in it; throws `DocumentRefused`. The file is not written anywhere. `worker` and `limitMs` are for tests.
 */
export async function readDocument(
  request: DocumentRequest,
  { worker = new URL('./document-worker.ts', import.meta.url), limitMs = timeMs } = {},
): Promise<ImportedDocument> {
  if (request.bytes.length > largestFile) throw new DocumentRefused('too-large');
  while (reading >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  reading += 1;
  try {
    return await readInThread(request, worker, limitMs);
  } finally {
    reading -= 1;
    waiting.shift()?.();
  }
}

function readInThread(request: DocumentRequest, worker: URL, limitMs: number): Promise<ImportedDocument> {
  const thread = new Worker(worker, { workerData: request, resourceLimits: { maxOldGenerationSizeMb: memoryMb } });
  return new Promise<ImportedDocument>((resolve, reject) => {
    const timer = setTimeout(() => reject(new DocumentRefused('too-slow')), limitMs);
    thread.once('message', (reply: DocumentReply) => {
      clearTimeout(timer);
      if ('document' in reply) resolve(reply.document);
      else reject(new DocumentRefused(reply.refusal));
    });
    // Out of memory comes as an error; a thread that ends without an answer has not read the file.
    const broken = () => {
      clearTimeout(timer);
      reject(new DocumentRefused('too-complex'));
    };
    thread.once('error', broken);
    thread.once('exit', broken);
  }).finally(() => {
    thread.removeAllListeners();
    thread.on('error', () => undefined);
    void thread.terminate();
  });
}
