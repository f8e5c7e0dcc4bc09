import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { judgmentsOf, readJudgmentRows } from './judgments.ts';
import { readSmartRecords } from './smart-records.ts';

export type CollectionDocument = { readonly id: string; readonly title: string; readonly text: string };
export type CollectionQuery = { readonly id: string; readonly words: string };

/** A test collection: documents, questions, and for each question the gain of each document that answers it. */
export type Collection = {
  readonly name: string;
  readonly documents: readonly CollectionDocument[];
  readonly queries: readonly CollectionQuery[];
  readonly judgments: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/**
 * Reads a collection from a folder, in the BEIR layout (`corpus.jsonl`, `queries.jsonl`, and judgments as `qrels.tsv` or in `qrels/`,
 * the test part before others) or as SMART files (documents `*.all*`, queries `*.qry` or `query.text`, judgments `*qrel*` or
 * `*.rel`). Queries without a relevant document are left out, as trec_eval does. Of documents with one id the last counts.
 * Throws an Error that says which file is missing or which line cannot be read.
 */
export async function readCollection(folder: string): Promise<Collection> {
  const files = await readdir(folder).catch(() => {
    throw new Error(`${folder} is not a folder that can be read`);
  });
  const beir = files.includes('corpus.jsonl');
  const read = beir ? await readBeir(folder, files) : await readSmart(folder, files);
  const documents = [...new Map(read.documents.map((document) => [document.id, document])).values()];
  const queries = read.queries.filter(({ id, words }) => read.judgments.has(id) && words.trim() !== '');
  if (queries.length === 0) throw new Error(`${folder} has no query with a relevant document`);
  return { name: path.basename(path.resolve(folder)), documents, queries, judgments: read.judgments };
}

/** The first file whose name fits a pattern, by the order of the patterns. */
function find(folder: string, files: readonly string[], what: string, ...patterns: readonly RegExp[]): string {
  for (const pattern of patterns) {
    const [found] = files.filter((file) => pattern.test(file)).sort();
    if (found !== undefined) return path.join(folder, found);
  }
  throw new Error(`${folder} holds no ${what}`);
}

type Parts = Omit<Collection, 'name'>;

async function readSmart(folder: string, files: readonly string[]): Promise<Parts> {
  const documentFile = find(folder, files, 'corpus.jsonl and no SMART documents (*.all)', /\.all(\.\d+)?$/i);
  const queryFile = find(folder, files, 'SMART queries (*.qry)', /\.qry$/i, /^query\.text$/i);
  const judgmentFile = find(
    folder,
    files,
    'SMART judgments (*qrel*, *.rel)',
    /qrel[^.]*(\.(text|txt|tsv))?$/i,
    /\.rel$/i,
  );
  const documents = (await readSmartRecords(documentFile)).map(({ id, fields }) => ({
    id,
    title: (fields.get('T') ?? '').trim(),
    text: (fields.get('W') ?? '').trim(),
  }));
  // In SMART judgments a query is named by its ordinal, whatever number the query file gives it.
  const queries = (await readSmartRecords(queryFile)).map(({ fields }, i) => ({
    id: String(i + 1),
    words: (fields.get('W') ?? '').trim(),
  }));
  // The codes grade how a document answers and not how well, so each above 0 counts as one.
  const rows = (await readJudgmentRows(judgmentFile)).map((row) => ({ ...row, gain: row.gain > 0 ? 1 : 0 }));
  const plain = (id: string) => String(Number(id));
  const named = rows.map((row) => ({ ...row, query: plain(row.query), document: plain(row.document) }));
  return { documents, queries, judgments: judgmentsOf(named) };
}

async function readBeir(folder: string, files: readonly string[]): Promise<Parts> {
  const documents: CollectionDocument[] = [];
  for await (const line of jsonLines(path.join(folder, 'corpus.jsonl'))) {
    documents.push({ id: idOf(line), title: textOf(line.title), text: textOf(line.text) });
  }
  const queries: CollectionQuery[] = [];
  for await (const line of jsonLines(find(folder, files, 'queries.jsonl', /^queries\.jsonl$/))) {
    queries.push({ id: idOf(line), words: textOf(line.text) });
  }
  const inside = path.join(folder, 'qrels');
  const judgmentFile = files.includes('qrels')
    ? find(inside, await readdir(inside), 'judgments (test.tsv)', /^test\.tsv$/, /^dev\.tsv$/, /\.(tsv|txt)$/)
    : find(folder, files, 'judgments (qrels.tsv)', /^qrels\.tsv$/, /^qrels.*\.(tsv|txt)$/);
  return { documents, queries, judgments: judgmentsOf(await readJudgmentRows(judgmentFile)) };
}

function idOf({ _id, id }: Record<string, unknown>): string {
  return String(_id ?? id ?? '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function* jsonLines(file: string): AsyncGenerator<Record<string, unknown>> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      yield JSON.parse(line.replace(/^\uFEFF/, '')) as Record<string, unknown>;
    } catch {
      throw new Error(`${file}: line ${number} is not JSON`);
    }
  }
}
