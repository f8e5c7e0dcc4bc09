import { confirmFingerprint, invite } from '@practice-exchange/hub';
import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  fingerprintOf,
  generatePrivateJwk,
  HubClient,
  openSigningKey,
  type SealedPublication,
  sealPublication,
  wholeNetwork,
} from '@practice-exchange/protocol';
import pg from 'pg';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import type { Network } from '../src/network.ts';
import { rehearse } from '../src/rehearse.ts';
import type { Measurement } from './measurement.ts';
import { rounded, timed } from './percentiles.ts';

const batch = 100;
const batches = 10;

/**
 * Publications a second through the hub's front door (HTTP, request token, signature, chain, commitment, schema, receipts)
 * against the very rows that this left behind, inserted by themselves in batches of the same size into copies of the same
 * tables, indexes included, in the same PostgreSQL. Runs alternate; the better half of each side counts.
 */
export async function ingestAgainstInsert(network: Network): Promise<Measurement[]> {
  const { hub } = network;
  const [template] = await readDemoLearning();
  if (!template) throw new Error('there is no demo learning');
  const node = newId();
  const key = openSigningKey(generatePrivateJwk());
  const client = new HubClient({ hubUrl: hub.url, hubId: hub.context.hub.id, node, key });
  const { code } = await invite(hub.context, { authorityName: 'Bench', operator: null });
  const { authority } = await client.enrol(
    code,
    {
      name: 'Bench',
      onsCode: 'E99999999',
      region: 'london',
      type: 'county',
      childPopulation: 1,
    },
    openSigningKey(generatePrivateJwk()).publicJwk,
  );
  await confirmFingerprint(hub.context, { node, fingerprint: fingerprintOf(key.publicJwk), operator: null });

  const database = new pg.Client({ connectionString: network.postgres.url('hub') });
  await database.connect();
  const sealed: SealedPublication[][] = [];
  let head: ChainHead = await rehearse(client, { node, authority, key });
  for (let index = 0; index < batches; index += 1) {
    const items: SealedPublication[] = [];
    for (let item = 0; item < batch; item += 1) {
      const body = { ...template.content, title: `${template.content.title} ${index} ${item}` };
      const next = sealPublication(
        head,
        { op: 'publish', record: newId(), audience: wholeNetwork, body },
        { key, created: '2026-01-01T00:00:00Z' },
      );
      items.push(next);
      head = next.head;
    }
    sealed.push(items);
  }

  await hub.context.jobs.drain();
  await copyTables(database);
  const through: number[] = [];
  const bare: number[] = [];
  for (const items of sealed) {
    through.push(await timed(() => client.publish(items.map(({ item }) => item))));
    // What follows in the background is measured elsewhere.
    await hub.context.jobs.drain();
    const rows = await rowsOf(database, node, items[0]?.envelope.seq ?? 1, batch);
    bare.push(await timed(() => insertRows(database, rows)));
  }
  await database.query(tables.map((table) => `drop table bench_${table}`).join('; '));
  await database.end();
  const perSecond = (samples: number[]) => (batch * 1000 * Math.ceil(samples.length / 2)) / sum(better(samples));
  const ratio = perSecond(through) / perSecond(bare);
  return [
    {
      name: 'verified ingest / bare batched INSERT of the same rows',
      value: rounded(ratio),
      unit: 'x',
      aim: '>= 0.5',
      met: ratio >= 0.5,
      detail: `${Math.round(perSecond(through))} against ${Math.round(perSecond(bare))} publications a second, batches of ${batch}`,
    },
  ];
}

const tables = ['publication', 'body', 'record', 'learning_record', 'index_task', 'receipt'] as const;

async function copyTables(database: pg.Client): Promise<void> {
  for (const table of tables) {
    await database.query(
      `drop table if exists bench_${table}; create table bench_${table} (like ${table} including all)`,
    );
  }
}

type Rows = { table: string; columns: string[]; rows: unknown[][] }[];

async function rowsOf(database: pg.Client, node: string, from: number, count: number): Promise<Rows> {
  const result: Rows = [];
  for (const table of tables) {
    const generated = table === 'learning_record' ? ['words'] : [];
    const where =
      table === 'record'
        ? 'node = $1 and id in (select record from publication where node = $1 and seq between $2 and $3)'
        : 'node = $1 and seq between $2 and $3';
    const source = table === 'index_task' ? 'publication' : table;
    const select =
      table === 'index_task'
        ? `select record, node, epoch, seq, 'index' as task, null::text as canary, 0 as attempts, received_at as created_at from publication where ${where}`
        : `select * from ${source} where ${where}`;
    const { rows, fields } = await database.query({
      text: select,
      values: [node, from, from + count - 1],
      rowMode: 'array',
    });
    const keep = fields
      .map((field, index) => ({ name: field.name, index }))
      .filter(({ name }) => !generated.includes(name));
    result.push({
      table,
      columns: keep.map(({ name }) => name),
      rows: (rows as unknown[][]).map((row) => keep.map(({ index }) => toParameter(row[index]))),
    });
  }
  return result;
}

function toParameter(value: unknown): unknown {
  const isPlain =
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Date) &&
    !Buffer.isBuffer(value) &&
    !Array.isArray(value);
  return isPlain ? JSON.stringify(value) : value;
}

async function insertRows(database: pg.Client, all: Rows): Promise<void> {
  await database.query('begin');
  for (const { table, columns, rows } of all) {
    if (rows.length === 0) continue;
    const tuples = rows.map(
      (_, row) => `(${columns.map((_name, column) => `$${row * columns.length + column + 1}`).join(', ')})`,
    );
    await database.query(`insert into bench_${table} (${columns.join(', ')}) values ${tuples.join(', ')}`, rows.flat());
  }
  await database.query('commit');
}

function better(samples: number[]): number[] {
  return [...samples].sort((a, b) => a - b).slice(0, Math.ceil(samples.length / 2));
}

function sum(samples: number[]): number {
  return samples.reduce((total, value) => total + value, 0);
}
