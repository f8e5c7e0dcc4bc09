import { documentKind } from './document-kind.ts';
import { DocumentRefused, type ImportedDocument, longestText } from './imported-document.ts';
import { readMarkdownDocument } from './markdown-document.ts';
import { readTextDocument } from './text-document.ts';
import { readWordDocument } from './word-document.ts';

/** What is in a file: its text and everything else that it holds. Throws `DocumentRefused`. Takes its time: call it in a thread. */
export async function documentContent(bytes: Buffer, name: string): Promise<ImportedDocument> {
  const document = await readKind(bytes, name).catch((error: unknown) => {
    // An error of a library could hold words of the file, so it goes no further.
    throw error instanceof DocumentRefused ? error : new DocumentRefused('malformed');
  });
  const length = document.blocks.reduce((total, { text }) => total + text.length, 0);
  if (length > longestText) throw new DocumentRefused('too-long');
  if (length === 0 && document.asides.length === 0) throw new DocumentRefused('no-text');
  return document;
}

async function readKind(bytes: Buffer, name: string): Promise<ImportedDocument> {
  const recognised = documentKind(bytes, name);
  switch (recognised.kind) {
    case 'word':
      return readWordDocument(bytes);
    case 'markdown':
      return readMarkdownDocument(recognised.text);
    case 'text':
      return readTextDocument(recognised.text);
  }
}
