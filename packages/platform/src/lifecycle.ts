import { ConfigError } from './config.ts';
import { AppError, errorCode } from './errors.ts';
import type { Logger } from './logger.ts';

export type LifecycleOptions = {
  /** Brings everything up; what it gives back takes everything down again. */
  start: () => Promise<{ stop(): Promise<void> }>;
  log: Logger;
  /** How long stopping may take, in milliseconds. */
  timeoutMs?: number;
  /** The setting that chooses the port, named in the message when the port is in use. */
  portVariable?: string;
};

/**
 * Starts, stops in order at SIGTERM or SIGINT and ends the process: with 0 after a clean stop, with 1 after a failed
 * start, a failed or late stop, or an error that nobody caught. A second signal ends it at once. A start that fails for a
 * reason a person can remedy prints that one sentence to standard error. Resolves when everything has started.
 */
export async function runUntilSignal(options: LifecycleOptions): Promise<void> {
  const { log, timeoutMs = 5_000 } = options;
  const up = Promise.withResolvers<{ stop(): Promise<void> }>();
  let stopping = false;

  async function stop(exitCode: number): Promise<never> {
    stopping = true;
    // Stopping includes waiting for a start that is still under way.
    setTimeout(() => {
      log.error({ code: 'stop-timed-out', timeoutMs }, 'stopping took too long');
      process.exit(1);
    }, timeoutMs).unref();
    try {
      await (await up.promise).stop();
      process.exit(exitCode);
    } catch (error) {
      log.error({ err: error }, 'stopping failed');
      process.exit(1);
    }
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      log.info({ signal }, 'stopping');
      void stop(0);
    });
  }
  // Node would print the message of such an error, which may quote what somebody wrote.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error }, event);
      if (stopping) process.exit(1);
      void stop(1);
    });
  }

  try {
    up.resolve(await options.start());
    if (!stopping) log.info('started');
  } catch (error) {
    log.error({ err: error }, 'the start failed');
    process.stderr.write(`${startFailure(error, options.portVariable)}\n`);
    process.exit(1);
  }
}

/** What to tell the person who started it: what they can remedy in a sentence, anything else by its code. */
function startFailure(error: unknown, portVariable: string | undefined): string {
  if (error instanceof ConfigError || error instanceof AppError) return error.message;
  if (error instanceof Error && 'port' in error && errorCode(error) === 'EADDRINUSE') {
    return `Port ${error.port} is in use. ${portVariable ? `Set ${portVariable} to another port.` : 'Choose another port.'}`;
  }
  return `It could not be started (${errorCode(error)}); the log says where.`;
}
