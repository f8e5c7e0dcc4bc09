import { errorCode } from '@practice-exchange/platform';

/** What a process of the harness can be asked over its channel; there is no such thing in a service that people run. */
export type Commands = Readonly<Record<string, (input: never) => Promise<unknown>>>;

/** A question over the channel, and its answer. */
export type Question = { readonly id: number; readonly command: string; readonly input: unknown };
export type Answer = { readonly id: number; readonly value?: unknown; readonly failed?: string };

/** Answers questions from the process that started this one, and ends with it. */
export function answerQuestions(commands: Commands): void {
  process.on('message', (message) => {
    const { id, command, input } = message as Question;
    const run = commands[command];
    Promise.resolve()
      .then(() => (run ? run(input as never) : Promise.reject(new Error(`no command ${command}`))))
      .then(
        (value) => send({ id, value: value ?? null }),
        (error: unknown) => send({ id, failed: describe(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}

function send(answer: Answer): void {
  if (process.connected) process.send?.(answer);
}

function describe(error: unknown): string {
  return `${errorCode(error)}: ${error instanceof Error ? error.message : String(error)}`;
}
