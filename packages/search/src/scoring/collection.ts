import { createReadStream } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { networkToken } from '../audience.ts';
import type { IndexDocument } from '../index-document.ts';

export type CollectionDocument = { readonly id: string; readonly title: string; readonly text: string };
export type CollectionQuery = { readonly id: string; readonly words: string };

/** A test collection: documents, questions, and for each question the gain of each document that answers it. */
export type Collection = {
  readonly name: string;
  readonly documents: readonly CollectionDocument[];
  readonly queries: readonly CollectionQuery[];
  readonly judgments: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** A collection's document as the index takes it: seen by everybody, without codes. */
export function toCollectionIndexDocument({ id, title, text }: CollectionDocument): IndexDocument {
  return {
    id,
    revision: 1,
    passages: [
      ...(title.trim() === '' ? [] : [{ field: 'title' as const, text: title }]),
      { field: 'text' as const, text },
    ],
    labels: [],
    codes: {},
    audience: [networkToken],
    published: '2000-01-01',
  };
}

/**
 * Reads a collection from a folder: SMART files (`cran.all.1400`, `cran.qry`, `cranqrel`) or the BEIR layout (`corpus.jsonl`, `queries.jsonl`, and
 * `qrels.tsv` or `qrels/test.tsv`). Queries without a relevant document are left out, as trec_eval does. Throws an
 * Error that names the file that is missing.
 */
export async function readCollection(folder: string): Promise<Collection> {
  const name = path.basename(path.resolve(folder));
  if (await exists(path.join(folder, 'corpus.jsonl'))) return readBeir(folder, name);
  if (await exists(path.join(folder, 'cran.all.1400'))) return readSmart(folder, name);
  throw new Error(`${folder} holds neither corpus.jsonl nor cran.all.1400`);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

type SmartRecord = { readonly id: string; readonly fields: ReadonlyMap<string, string> };

function smartRecords(text: string): SmartRecord[] {
  return text
    .split(/^\.I\s+/m)
    .slice(1)
    .map((record) => {
      const [first = '', ...lines] = record.split('\n');
      const fields = new Map<string, string>();
      let field = '';
      for (const line of lines) {
        const start = /^\.([A-Z])\s*$/.exec(line);
        if (start) field = start[1] ?? '';
        else fields.set(field, `${fields.get(field) ?? ''}${line}\n`);
      }
      return { id: first.trim(), fields };
    });
}

/** In SMART judgments a query is named by its ordinal, whatever number the query file gives it. */
async function readSmart(folder: string, name: string): Promise<Collection> {
  const read = (file: string) => readFile(path.join(folder, file), 'utf8');
  const documents = smartRecords(await read('cran.all.1400')).map(({ id, fields }) => ({
    id: String(Number(id)),
    title: (fields.get('T') ?? '').trim(),
    text: (fields.get('W') ?? '').trim(),
  }));
  const queries = smartRecords(await read('cran.qry')).map(({ fields }, i) => ({
    id: String(i + 1),
    words: (fields.get('W') ?? '').trim(),
  }));
  const rows = (await read('cranqrel')).split('\n').map((line) => line.trim().split(/\s+/));
  // The codes 1 to 4 grade how a document answers and not how well, so each counts as one.
  const judgments = judgmentsOf(
    rows.map(([query = '', document = '', code = '']) => [query, document, Number(code) >= 1 ? 1 : 0]),
  );
  return { name, documents, queries: judged(queries, judgments), judgments };
}

async function* jsonLines(file: string): AsyncGenerator<Record<string, unknown>> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield JSON.parse(line) as Record<string, unknown>;
  }
}

async function readBeir(folder: string, name: string): Promise<Collection> {
  const documents: CollectionDocument[] = [];
  for await (const { _id, title, text } of jsonLines(path.join(folder, 'corpus.jsonl'))) {
    documents.push({ id: String(_id), title: String(title ?? ''), text: String(text ?? '') });
  }
  const queries: CollectionQuery[] = [];
  for await (const { _id, text } of jsonLines(path.join(folder, 'queries.jsonl'))) {
    queries.push({ id: String(_id), words: String(text ?? '') });
  }
  const places = [path.join(folder, 'qrels.tsv'), path.join(folder, 'qrels', 'test.tsv')];
  const file = (await exists(places[0] ?? '')) ? places[0] : places[1];
  const rows = (await readFile(file ?? '', 'utf8')).split('\n').map((line) => line.trim().split(/\t|\s+/));
  const judgments = judgmentsOf(
    // Three columns as BEIR writes them, or TREC's four with an iteration in the second place.
    rows.map((row) => [row[0] ?? '', row.at(-2) ?? '', Number(row.at(-1))]),
  );
  return { name, documents, queries: judged(queries, judgments), judgments };
}

function judgmentsOf(rows: readonly (readonly [query: string, document: string, gain: number])[]) {
  const judgments = new Map<string, Map<string, number>>();
  for (const [query, document, gain] of rows) {
    if (!(gain > 0)) continue;
    const gains = judgments.get(query) ?? new Map<string, number>();
    gains.set(document, gain);
    judgments.set(query, gains);
  }
  return judgments;
}

function judged(queries: readonly CollectionQuery[], judgments: ReadonlyMap<string, unknown>): CollectionQuery[] {
  return queries.filter(({ id }) => judgments.has(id));
}
