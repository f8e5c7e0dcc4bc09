import { EventEmitter } from 'node:events';
import { errorCode, type Logger } from '@practice-exchange/platform';
import pg from 'pg';

/** What is announced on it, by `pg_notify`, is the id of a node that has new receipts. */
export const receiptsChannel = 'receipts';
const reconnectMs = 1000;

/** Tells waiting requests that a node has new receipts, whichever process of the hub wrote them. */
export type Announcements = {
  /** Resolves when receipts for the node are announced, when `ms` have passed, or when the signal aborts. */
  wait(node: string, ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

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
    await next.query(`listen ${receiptsChannel}`);
    client = next;
  };
  await connect();

  return {
    wait(node, ms, signal) {
      if (ms <= 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          emitter.off(node, end);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        emitter.once(node, end);
        signal.addEventListener('abort', end);
      });
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
