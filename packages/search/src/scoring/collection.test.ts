import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCollection } from './collection.ts';

describe('a test collection', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'collection-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = async (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
  };
  const corpus = '{"_id":"d1","title":"A kite","text":"in the wind"}\r\n{"_id":2,"text":"a swallow"}\n\n{"_id":"d3"}\n';
  const queries = '{"_id":7,"text":"what flies"}\n{"_id":"q8","text":"nobody judged this"}\n';
  const judged = (gains: Record<string, number>) => new Map([['7', new Map(Object.entries(gains))]]);

  it.each([
    ['three columns under a heading', { 'qrels.tsv': 'query-id\tcorpus-id\tscore\n7\td1\t2\n7\t2\t0\n' }, { d1: 2 }],
    ['three columns without one', { 'qrels.tsv': '7 d1 1\n7 2 1\n7 d3 -1\n' }, { d1: 1, '2': 1 }],
    [
      'TREC columns in a folder',
      { 'qrels/test.tsv': '7 0 d1 1\n7 0 2 0\n', 'qrels/train.tsv': '7 0 2 1\n' },
      { d1: 1 },
    ],
  ])('is read from BEIR files, its judgments in %s', async (_shape, files, gains) => {
    await put({ 'corpus.jsonl': corpus, 'queries.jsonl': queries, ...files });
    const collection = await readCollection(folder);
    expect(collection.documents).toEqual([
      { id: 'd1', title: 'A kite', text: 'in the wind' },
      { id: '2', title: '', text: 'a swallow' },
      { id: 'd3', title: '', text: '' },
    ]);
    expect(collection.queries).toEqual([{ id: '7', words: 'what flies' }]);
    expect(collection.judgments).toEqual(judged(gains));
  });

  it.each([
    ['as Cranfield has them', 'cranqrel', '1 1 2 \n1 2 -1\n'],
    ['as CISI has them', 'CISI.REL', '     1      1\t0\t0.000000\n'],
    ['as CACM has them', 'qrels.text', '01 0001  0 0\n'],
    ['as Medline has them', 'MED.REL', '1 0 1 1\n'],
  ])('is read from SMART files, its judgments %s', async (_shape, name, judgments) => {
    await put({
      'X.ALL': '.I 1\n.T\nA kite\n.A\nSomebody\n.W\nin the\nwind\n.I 2\n.W\na swallow\n',
      // The queries' own numbers are not what judgments name.
      'X.QRY': '.I 001\n.W\nwhat flies\n.I 004\n.W\nnobody judged this\n',
      [name]: judgments,
    });
    const collection = await readCollection(folder);
    expect(collection.documents).toEqual([
      { id: '1', title: 'A kite', text: 'in the\nwind' },
      { id: '2', title: '', text: 'a swallow' },
    ]);
    expect(collection.queries).toEqual([{ id: '1', words: 'what flies' }]);
    expect(collection.judgments).toEqual(new Map([['1', new Map([['1', 1]])]]));
  });

  it('says what is missing or cannot be read', async () => {
    await expect(readCollection(path.join(folder, 'nowhere'))).rejects.toThrow('not a folder');
    await expect(readCollection(folder)).rejects.toThrow('corpus.jsonl');
    await put({ 'corpus.jsonl': '{"_id":"d1"}\nnot json\n', 'queries.jsonl': queries });
    await expect(readCollection(folder)).rejects.toThrow('line 2 is not JSON');
    await put({ 'corpus.jsonl': corpus });
    await expect(readCollection(folder)).rejects.toThrow('qrels.tsv');
  });
});
