import { promisify } from 'node:util';
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl';
import { DocumentRefused } from './imported-document.ts';

/** The parts of a Word file: XML by the name of its part, and the names of everything that is not XML. */
export type WordPackage = { readonly xml: ReadonlyMap<string, string>; readonly others: readonly string[] };

const mostEntries = 1000;
const mostBytes = 40 * 1024 * 1024;
const mostBytesOfPart = 20 * 1024 * 1024;

const open = promisify<Buffer, Options, ZipFile>(fromBuffer);

/**
 * Opens the ZIP of an Office Open XML file (ECMA-376 part 2) within limits: entries, inflated bytes of a part and of all parts,
 * counted as they are inflated and not as the file says. Throws `DocumentRefused` for whatever is not a plain, whole, unencrypted
 * package; two entries of one name are refused because readers differ in which they take.
 */
export async function openWordPackage(bytes: Buffer): Promise<WordPackage> {
  const zip = await open(bytes, { lazyEntries: true, validateEntrySizes: true, strictFileNames: true }).catch(() => {
    throw new DocumentRefused('malformed');
  });
  if (zip.entryCount > mostEntries) throw new DocumentRefused('too-complex');
  const xml = new Map<string, string>();
  const others: string[] = [];
  const names = new Set<string>();
  let left = mostBytes;
  for await (const entry of entriesOf(zip)) {
    const name = entry.fileName.replace(/^\//, '');
    if (names.size >= mostEntries) throw new DocumentRefused('too-complex');
    if (names.has(name.toLowerCase())) throw new DocumentRefused('malformed');
    names.add(name.toLowerCase());
    if (entry.isEncrypted()) throw new DocumentRefused('encrypted');
    if (name.endsWith('/')) continue;
    if (!/\.(?:xml|rels)$/i.test(name)) {
      others.push(name);
      continue;
    }
    const part = await inflate(zip, entry, Math.min(left, mostBytesOfPart));
    left -= part.length;
    xml.set(name, textOf(part));
  }
  return { xml, others };
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const settle = (settled: () => void) => {
        zip.removeAllListeners();
        // What comes after an answer is of no interest, and an unheard error would end the thread.
        zip.on('error', () => undefined);
        settled();
      };
      zip.once('entry', (next: Entry) => settle(() => resolve(next)));
      zip.once('end', () => settle(() => resolve(null)));
      zip.once('error', () => settle(() => reject(new DocumentRefused('malformed'))));
      zip.readEntry();
    });
    if (entry === null) return;
    yield entry;
  }
}

function inflate(zip: ZipFile, entry: Entry, most: number): Promise<Buffer> {
  if (entry.uncompressedSize > most) throw new DocumentRefused('too-complex');
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (failure, stream) => {
      if (failure) return reject(new DocumentRefused('malformed'));
      const chunks: Buffer[] = [];
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > most) {
          stream.destroy();
          reject(new DocumentRefused('too-complex'));
        } else chunks.push(chunk);
      });
      stream.on('error', () => reject(new DocumentRefused('malformed')));
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    });
  });
}

function textOf(part: Buffer): string {
  const encoding =
    part[0] === 0xff && part[1] === 0xfe ? 'utf-16le' : part[0] === 0xfe && part[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(part);
  } catch {
    throw new DocumentRefused('malformed');
  }
}
