import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../src/cli/score-search.ts', import.meta.url));

describe('the search score', () => {
  it('is that of the hub, page after page, as JSON and for people', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scored-'));
    try {
      const documents = Array.from({ length: 30 }, (_, i) => ({
        _id: i,
        text: `A lantern and number ${i} of the fleet`,
      }));
      const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
      await writeFile(join(folder, 'corpus.jsonl'), lines([...documents, { _id: 'other', text: 'a \u0000 heron' }]));
      await writeFile(join(folder, 'queries.jsonl'), lines([{ _id: 1, text: 'lanterns' }]));
      await writeFile(join(folder, 'qrels.tsv'), documents.map(({ _id }) => `1\t${_id}\t1`).join('\n'));
      const json = join(folder, 'score.json');
      const { stdout } = await promisify(execFile)(process.execPath, [command, '--collection', folder, '--json', json]);
      expect(stdout).toContain('31 documents, 1 questions');
      expect(JSON.parse(await readFile(json, 'utf8'))).toEqual({
        collection: folder.split('/').at(-1),
        engine: 'embedded',
        queries: 1,
        ndcg10: 1,
        map100: 1,
        recall100: 1,
        p50Ms: expect.any(Number),
        p95Ms: expect.any(Number),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is refused with a sentence when the collection cannot be read', async () => {
    const failed = promisify(execFile)(process.execPath, [command, '--collection', '/nowhere/at/all']);
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: '/nowhere/at/all is not a folder that can be read\n',
    });
  });
});
