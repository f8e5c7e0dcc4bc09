import { HubProblem } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { noteProblem } from './store.ts';

/** A job that asks the hub: it keeps the waits that the hub asks for, and notes what goes wrong on the way. */
export function patiently(
  context: Pick<NodeContext, 'database' | 'jobs' | 'log' | 'patience'>,
  job: string,
  run: () => Promise<void>,
): () => Promise<void> {
  return async () => {
    const left = context.patience.left(job);
    if (left > 0) {
      await context.jobs.wake(job, { afterMs: left });
      return;
    }
    try {
      await run();
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      await noteProblem(context.database, error.code);
      if (error.retryAfterSeconds === undefined) throw error;
      const afterMs = context.patience.learn(job, error.retryAfterSeconds);
      context.log.info({ job, code: error.code, afterMs }, 'the hub asked to wait');
      await context.jobs.wake(job, { afterMs });
    }
  };
}
