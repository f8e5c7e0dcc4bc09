import { parentPort, workerData } from 'node:worker_threads';
import { documentKind } from './document-kind.ts';
import { DocumentRefused, type ImportedDocument, longestText, type Refusal } from './imported-document.ts';
import { readMarkdownDocument } from './markdown-document.ts';
import { readTextDocument } from './text-document.ts';
import { readWordDocument } from './word-document.ts';

export type DocumentRequest = { readonly bytes: Uint8Array; readonly name: string };
export type DocumentReply = { readonly document: ImportedDocument } | { readonly refusal: Refusal };

async function read({ bytes, name }: DocumentRequest): Promise<ImportedDocument> {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const recognised = documentKind(content, name);
  const document =
    recognised.kind === 'word'
      ? await readWordDocument(content)
      : recognised.kind === 'markdown'
        ? readMarkdownDocument(recognised.text)
        : readTextDocument(recognised.text);
  const length = document.blocks.reduce((total, { text }) => total + text.length, 0);
  if (length > longestText) throw new DocumentRefused('too-long');
  if (length === 0 && document.asides.length === 0) throw new DocumentRefused('no-text');
  return document;
}

// The thread's end of `readDocument`. An error's own message could hold words of the file, so it stays here.
const reply: DocumentReply = await read(workerData as DocumentRequest).then(
  (document) => ({ document }),
  (error: unknown) => ({ refusal: error instanceof DocumentRefused ? error.refusal : 'malformed' }),
);
parentPort?.postMessage(reply);
