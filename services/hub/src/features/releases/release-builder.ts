import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { errorCode, type Logger } from '@practice-exchange/platform';
import type { HubContext } from '../../context.ts';
import type { BuildOrder } from './build-release-worker.ts';
import { failBuilding, nextToBuild } from './build-store.ts';

/** Builds drafts in a thread of their own, so that the hub goes on answering. What is to be built stands in the database. */
export type ReleaseBuilder = {
  /** Builds every release that waits for it. */
  run(): Promise<void>;
  /** Breaks off; what was being built is built again later. */
  stop(): Promise<void>;
};

export function releaseBuilder(context: Pick<HubContext, 'config' | 'database' | 'log'>): ReleaseBuilder {
  let worker: Worker | undefined;
  let stopped = false;
  return {
    async run() {
      for (;;) {
        const release = stopped ? undefined : await nextToBuild(context.database);
        if (release === undefined) return;
        const order: BuildOrder = { databaseUrl: context.config.databaseUrl, release };
        worker = new Worker(new URL('./build-release-worker.ts', import.meta.url), { workerData: order });
        const code = await ended(worker, context.log);
        worker = undefined;
        if (stopped) return;
        // A thread that died by itself, out of memory for example, would die again.
        if (code !== 0) await failBuilding(context.database, release, 'build-broke-off');
      }
    },
    async stop() {
      stopped = true;
      await worker?.terminate();
    },
  };
}

async function ended(worker: Worker, log: Logger): Promise<number> {
  worker.on('error', (error) => log.error({ code: errorCode(error) }, 'building a release broke off'));
  const [code] = (await once(worker, 'exit')) as [number];
  return code;
}
