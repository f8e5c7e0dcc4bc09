import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Database, newId } from '@practice-exchange/platform';
import { hubPaths } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CopyStore } from '../src/features/withdrawing/copy-store.ts';
import { letGo } from '../src/features/withdrawing/letting-go.ts';
import type { NodeSchema } from '../src/schema/node-schema.ts';
import { type GuardedNode, startGuardedNode } from './guarded-node.ts';

type Db = Database<NodeSchema>;

/** A store of copies as a feature would have one: a table of its own, in the node's database. */
const shelf: CopyStore = {
  name: 'a shelf',
  async remove(tx: Db, records) {
    await sql`delete from shelf where record = any (${[...records]}::uuid[]) and not stuck`.execute(tx.db);
  },
  async holds(tx: Db, records) {
    const { rows } = await sql`select from shelf where record = any (${[...records]}::uuid[])`.execute(tx.db);
    return rows.length > 0;
  },
};

describe('copies of what others take back', () => {
  let node: GuardedNode;
  let hub: Server;
  let tombstones: { position: number; record: string; why: 'withdrawn' | 'narrowed'; at: string }[] = [];
  const confirmed: number[] = [];

  beforeAll(async () => {
    node = await startGuardedNode();
    hub = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://hub');
        let answer: object = { confirmed: 1 };
        if (url.pathname === hubPaths.tombstones) {
          const after = Number(url.searchParams.get('after'));
          const next = tombstones.filter(({ position }) => position > after).slice(0, 2);
          answer = { tombstones: next, next: next.at(-1)?.position ?? after };
        } else {
          confirmed.push(JSON.parse(Buffer.concat(chunks).toString('utf8')).upTo);
        }
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
    const hubUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
    await node.database.db.updateTable('membership').set({ hub_url: hubUrl }).execute();
    await sql`create table shelf (record uuid, stuck boolean not null default false)`.execute(node.database.db);
  });
  afterAll(async () => {
    await node.stop();
    await new Promise((resolve) => hub.close(resolve));
  });
  beforeEach(() => {
    confirmed.length = 0;
  });

  const keep = (record: string, stuck = false) =>
    sql`insert into shelf values (${record}, ${stuck})`.execute(node.database.db);
  const kept = async () =>
    (await sql<{ record: string }>`select record from shelf`.execute(node.database.db)).rows.map(
      ({ record }) => record,
    );
  const followed = async () =>
    node.database.db
      .selectFrom('sync_state')
      .select(['tombstone_position as position', 'tombstone_confirmed as confirmed'])
      .executeTakeFirstOrThrow();
  const told = (record: string, why: 'withdrawn' | 'narrowed') => {
    tombstones = [...tombstones, { position: tombstones.length + 1, record, why, at: '2026-01-01T00:00:00Z' }];
  };

  it('WIT-18: are removed before the hub is told, whether it was withdrawn or is only not for this authority any more', async () => {
    const [withdrawn, narrowed, other, unknown] = [newId(), newId(), newId(), newId()];
    for (const record of [withdrawn, narrowed, other]) await keep(record);
    told(withdrawn, 'withdrawn');
    told(narrowed, 'narrowed');
    told(unknown, 'withdrawn');
    await letGo(node.context, [shelf]);
    expect(await kept()).toEqual([other]);
    expect(confirmed).toEqual([3]);
    expect(await followed()).toEqual({ position: 3, confirmed: 3 });
    await letGo(node.context, [shelf]);
    expect(confirmed).toEqual([3]);
  });

  it('WIT-18: a store that still keeps something stops the confirmation, and it is tried again', async () => {
    const [stuck, free] = [newId(), newId()];
    await keep(stuck, true);
    await keep(free);
    told(free, 'withdrawn');
    told(stuck, 'withdrawn');
    const before = { kept: await kept(), followed: await followed() };
    await expect(letGo(node.context, [shelf])).rejects.toThrow('a shelf still keeps');
    expect({ kept: await kept(), followed: await followed() }).toEqual(before);
    expect(confirmed).toEqual([]);
    await sql`update shelf set stuck = false`.execute(node.database.db);
    await letGo(node.context, [shelf]);
    expect(confirmed).toEqual([5]);
    expect((await kept()).some((record) => record === stuck || record === free)).toBe(false);
  });
});
