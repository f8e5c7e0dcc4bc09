import { parentPort, workerData } from 'node:worker_threads';
import { documentContent } from './document-content.ts';
import { DocumentRefused, type ImportedDocument, type Refusal } from './imported-document.ts';

export type DocumentRequest = { readonly bytes: Uint8Array; readonly name: string };
export type DocumentReply = { readonly document: ImportedDocument } | { readonly refusal: Refusal };

// The thread's end of `readDocument`.
const { bytes, name } = workerData as DocumentRequest;
const reply: DocumentReply = await documentContent(
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  name,
).then(
  (document) => ({ document }),
  (error: unknown) => ({ refusal: error instanceof DocumentRefused ? error.refusal : 'malformed' }),
);
parentPort?.postMessage(reply);
