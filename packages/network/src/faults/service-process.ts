import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Answer, Commands } from './control.ts';

type Input<C extends Commands, K extends keyof C> = Parameters<C[K]>[0];
type Output<C extends Commands, K extends keyof C> = C[K] extends (input: never) => Promise<infer T> ? T : never;

/** The process was killed, or ended, before it answered; whether it did what it was asked is not known. */
export class Died extends Error {
  override readonly name = 'Died';
}

/**
 * A service in a process of its own that can be killed at any moment and comes back by itself, as a supervisor would have
 * it. Questions wait until it is up again.
 */
export class ServiceProcess<C extends Commands> {
  readonly name: string;
  /** How often it died, by its own hand or by another's. */
  deaths = 0;
  readonly #entry: string;
  readonly #log: string;
  readonly #start: (self: ServiceProcess<C>) => Promise<void>;
  #child: ChildProcess | null = null;
  #up: Promise<void> | null = null;
  #ended = false;
  #asked = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  /** `start` is asked after every birth: it sends the first question, by which the service starts. */
  constructor(options: {
    name: string;
    entry: URL;
    log: string;
    start: (self: ServiceProcess<C>) => Promise<void>;
  }) {
    this.name = options.name;
    this.#entry = fileURLToPath(options.entry);
    this.#log = options.log;
    this.#start = options.start;
  }

  /** Resolves once the service has started. When its start fails it is tried again: the database may be away. */
  up(): Promise<void> {
    this.#up ??= this.#bringUp();
    return this.#up;
  }

  /** Asks the running service. Rejects with `Died` when it is gone before it answers, or with what it said. */
  async ask<K extends keyof C & string>(command: K, input: Input<C, K>): Promise<Output<C, K>> {
    await this.up();
    return await this.askChild(command, input);
  }

  /** The same without waiting for the start: for the start itself. */
  async askChild<K extends keyof C & string>(command: K, input: Input<C, K>): Promise<Output<C, K>> {
    const child = this.#child;
    if (!child?.connected) throw new Died(`${this.name} is not there`);
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ value, failed }) => {
        this.#waiting.delete(id);
        if (failed === undefined) resolve(value as Output<C, K>);
        else reject(failed === 'died' ? new Died(`${this.name} died`) : new Error(`${this.name}: ${failed}`));
      });
      child.send({ id, command, input }, (error) => error && this.#waiting.get(id)?.({ id, failed: 'died' }));
    });
  }

  /** SIGKILL, now. It comes back by itself. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.#ended = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async #bringUp(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.#spawn();
      try {
        await this.#start(this);
        return;
      } catch (error) {
        if (this.#ended || attempt === 40) throw error;
        this.#child?.kill('SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #spawn(): void {
    const log = openSync(this.#log, 'a');
    const child = fork(this.#entry, {
      stdio: ['ignore', log, log, 'ipc'],
      env: { PATH: process.env.PATH, NODE_ENV: 'test', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
    });
    child.on('message', (message) => {
      const answer = message as Answer;
      this.#waiting.get(answer.id)?.(answer);
    });
    child.on('error', () => undefined);
    child.once('exit', () => {
      for (const answer of [...this.#waiting.values()]) answer({ id: 0, failed: 'died' });
      this.deaths += 1;
      const wasUp = this.#child === child && this.#up !== null;
      if (this.#ended || !wasUp) return;
      const before = this.#up;
      // While it is still starting, `#bringUp` tries again by itself.
      void before?.then(
        () => {
          if (this.#up === before && !this.#ended) this.#up = this.#bringUp();
          this.#up?.catch(() => undefined);
        },
        () => undefined,
      );
    });
    this.#child = child;
  }
}
