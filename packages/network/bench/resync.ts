import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deliver, type RunningNode, startNode } from '@practice-exchange/node';
import { newId, whileLocked } from '@practice-exchange/platform';
import {
  type ChainHead,
  type PublicationItem,
  type SealedPublication,
  type SigningKey,
  sealPublication,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { DemoSignIn } from '@practice-exchange/web';
import pg from 'pg';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import { joinNetwork, type Network } from '../src/network.ts';
import { type BenchMember, enrolBenchMember } from './bench-member.ts';
import type { Measurement } from './measurement.ts';
import { rounded, timed } from './percentiles.ts';

const records = 10_000;
const batch = 100;
const ingestBatches = 20;

/**
 * A node whose log holds 10,000 learning records, of which the hub holds nothing, sends them all by its own delivering job;
 * before and after, batches of 100 are ingested from another member, by HTTP as in `ingest.ts`. Indexing waits meanwhile, for
 * both: it is measured elsewhere. The heap of the one process that holds both ends is read after collecting garbage, with a
 * fifth of the log sent and at its end.
 */
export async function resyncFromNothing(network: Network): Promise<Measurement[]> {
  const { hub } = network;
  const node = await startNode(
    {
      id: 'node-bench',
      production: false,
      demo: true,
      url: 'http://127.0.0.1',
      hubUrl: hub.url,
      listen: { host: '127.0.0.1', port: 0 },
      authority: {
        name: 'Bench of ten thousand',
        onsCode: 'E89999999',
        region: 'london',
        type: 'county',
        childPopulation: 50_000,
      },
      databaseUrl: await network.postgres.ensureDatabase('node_bench'),
      redisUrl: null,
      secret: 'the secret of a node that only the bench uses',
      logLevel: 'error',
    },
    new DemoSignIn({ people: [], production: false }),
  );
  try {
    await joinNetwork(hub, node);
    await node.context.jobs.stop();
    const bytes = await fillLog(network, node);
    const other = await enrolBenchMember(network, 900);
    const { first, all, last, heap } = await whileLocked(hub.context.database, 'index-writer', async () => {
      const first = await ingest(other);
      const watched = watchHeap(network, node);
      const all = await timed(() => deliver(node.context));
      return { first, all, heap: await watched.end(), last: await ingest(other) };
    });
    const ingested = (2 * ingestBatches * batch * 1000) / (first + last);
    const resynced = (records * 1000) / all;
    return [
      {
        name: 'resync of 10,000 records from nothing / ingest',
        value: rounded(resynced / ingested),
        unit: 'x',
        aim: '>= 0.8',
        met: resynced / ingested >= 0.8,
        detail: `${Math.round(resynced)} against ${Math.round(ingested)} publications a second`,
      },
      {
        name: 'heap at the end of it, less heap after a fifth',
        value: rounded(heap / 1_048_576),
        unit: 'MB',
        aim: '< 8',
        met: heap / 1_048_576 < 8,
        detail: `node and hub in one process, ${rounded((records * bytes) / 1_048_576)} MB of publications sent`,
      },
    ];
  } finally {
    await node.stop();
  }
}

/** Milliseconds that batches of the other member took. */
async function ingest(member: BenchMember): Promise<number> {
  let ms = 0;
  for (let index = 0; index < ingestBatches; index += 1) {
    const items: PublicationItem[] = [];
    for await (const { item } of sealed(member.head, member.key, batch)) items.push(item);
    ms += await timed(async () => {
      const { next } = await member.client.publish(items);
      member.head = { node: member.node, epoch: next.epoch, seq: next.seq - 1, hash: next.prev };
    });
  }
  return ms;
}

/** Collected garbage aside, how much the heap grows from a fifth of the log to its end. */
function watchHeap({ hub }: Network, { context }: RunningNode) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  let early: number | null = null;
  const timer = setInterval(async () => {
    const membership = await context.network.membership();
    const row = await hub.context.database.db
      .selectFrom('member')
      .select('last_seq')
      .where('node', '=', membership?.node ?? '')
      .executeTakeFirst();
    if ((row?.last_seq ?? 0) < records / 5) return;
    clearInterval(timer);
    early ??= used();
  }, 100);
  return {
    async end(): Promise<number> {
      clearInterval(timer);
      const late = used();
      return late - (early ?? late);
    },
  };
}

async function* sealed(start: ChainHead, key: SigningKey, count: number): AsyncGenerator<SealedPublication> {
  const [template] = await readDemoLearning();
  if (!template) throw new Error('there is no demo learning');
  let head = start;
  for (let index = 0; index < count; index += 1) {
    const body = { ...template.content, title: `${template.content.title} ${index}` };
    const next = sealPublication(
      head,
      { op: 'publish', record: newId(), audience: wholeNetwork, body },
      { key, created: '2026-01-01T00:00:00Z' },
    );
    head = next.head;
    yield next;
  }
}

/**
 * Writes publications into the node's log as they lie there after years, past the rules of signing off, which have nothing to
 * do with sending. Gives the bytes of one.
 */
async function fillLog(network: Network, { context }: RunningNode): Promise<number> {
  const membership = await context.network.membership();
  if (!membership) throw new Error('the node has not joined');
  const { epoch, seq, hash } = await context.database.db
    .selectFrom('publication')
    .select(['epoch', 'seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const client = new pg.Client({ connectionString: network.postgres.url('node_bench') });
  await client.connect();
  await client.query('set session_replication_role = replica');
  let bytes = 0;
  const key = await context.keys.current();
  for await (const { envelope, jws, hash: own, body, salt } of sealed(
    { node: membership.node, epoch, seq, hash },
    key,
    records,
  )) {
    bytes = jws.length + (body?.byteLength ?? 0);
    await client.query(
      `insert into publication (epoch, seq, op, record, revision, hash, prev, envelope, body, salt, edition, publisher)
       values ($1, $2, 'publish', $3, 1, $4, $5, $6, $7, $8, 1, $3)`,
      [epoch, envelope.seq, envelope.record, own, envelope.prev, jws, body, salt],
    );
  }
  await client.end();
  return bytes;
}
