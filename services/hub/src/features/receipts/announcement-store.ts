import { EventEmitter, once } from 'node:events';
import { type Database, errorCode, type Logger } from '@practice-exchange/platform';
import { sql } from 'kysely';
import pg from 'pg';
import type { HubSchema } from '../../schema/hub-schema.ts';

const channel = 'receipts';
const reconnectMs = 1000;

/** Tells waiting requests that a node has new receipts, whichever process of the hub wrote them. */
export type Announcements = {
  /** Resolves when receipts for the node are announced, when `ms` have passed, or when the signal aborts. */
  wait(node: string, ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** Announces, when the transaction commits, that the node has new receipts. */
export async function announceReceipts(tx: Database<HubSchema>, node: string): Promise<void> {
  tx.assertTransaction();
  await sql`select pg_notify(${channel}, ${node})`.execute(tx.db);
}

/**
 * Listens on one connection of its own. When the connection is lost it is made anew; whoever waits meanwhile is answered
 * when its time has passed, as an announcement is only a hint to look.
 */
export async function listenForReceipts(databaseUrl: string, log: Logger): Promise<Announcements> {
  const emitter = new EventEmitter().setMaxListeners(0);
  let closed = false;
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: databaseUrl, application_name: 'practice-exchange-hub-listener' });
    next.on('error', (error) => log.warn({ code: errorCode(error) }, 'the listening connection was lost'));
    next.on('end', () => {
      client = null;
      if (!closed) retry = setTimeout(() => void connect().catch(() => undefined), reconnectMs);
    });
    next.on('notification', ({ payload }) => {
      if (payload) emitter.emit(payload);
    });
    await next.connect();
    await next.query(`listen ${channel}`);
    client = next;
  };
  await connect();

  return {
    async wait(node, ms, signal) {
      if (ms <= 0) return;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
      await once(emitter, node, { signal: limit }).catch(() => undefined);
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
