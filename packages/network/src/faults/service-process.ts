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
 * it. Questions wait until it is up again. Between runs it is parked: it does not come back until it is begun again.
 */
export class ServiceProcess<C extends Commands> {
  readonly name: string;
  readonly #entry: string;
  readonly #log: string;
  readonly #start: (self: ServiceProcess<C>) => Promise<void>;
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;
  #up: Promise<void> | null = null;
  #parked = true;
  #held: Promise<void> | null = null;
  #asked = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();

  /** `start` is asked after every birth, and when a run begins: it sends the first question, by which the service starts. */
  constructor(options: {
    name: string;
    entry: URL;
    log: string;
    compileCache: string;
    start: (self: ServiceProcess<C>) => Promise<void>;
  }) {
    this.name = options.name;
    this.#entry = fileURLToPath(options.entry);
    this.#log = options.log;
    this.#start = options.start;
    this.#environment = { PATH: process.env.PATH, NODE_ENV: 'test', NODE_COMPILE_CACHE: options.compileCache };
  }

  /** Starts the service anew, in the process that is there if there is one. */
  async begin(): Promise<void> {
    this.#parked = false;
    this.#up = this.#bringUp();
    await this.#up;
  }

  /** Resolves once the service has started. When its start fails it is tried again: the database may be away. */
  up(): Promise<void> {
    if (!this.#up) throw new Error(`${this.name} has not begun`);
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

  /** What every process of the harness answers: ends its service, ends its faults, or sets its clock. */
  async control(command: 'stop' | 'heal' | 'clock', input: { shiftMs?: number } = {}): Promise<void> {
    await this.askChild(command as never, input as never);
  }

  /** SIGKILL, now. It comes back by itself. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** SIGKILL, and it comes back only after `act`. */
  async whileDown(act: () => Promise<void>): Promise<void> {
    let release: () => void = () => undefined;
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    try {
      await this.#endChild();
      await act();
    } finally {
      this.#held = null;
      release();
    }
  }

  /** From now on it stays away once it dies. */
  park(): void {
    this.#parked = true;
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.#parked = true;
    await this.#endChild();
  }

  async #endChild(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async #bringUp(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#held;
      if (!this.#child?.connected) this.#spawn();
      try {
        await this.#start(this);
        return;
      } catch (error) {
        if (this.#parked || attempt === 40) throw error;
        await this.#endChild();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  #spawn(): void {
    const log = openSync(this.#log, 'a');
    const child = fork(this.#entry, { stdio: ['ignore', log, log, 'ipc'], env: this.#environment });
    child.on('message', (message) => {
      const answer = message as Answer;
      this.#waiting.get(answer.id)?.(answer);
    });
    child.on('error', () => undefined);
    child.once('exit', () => {
      for (const answer of [...this.#waiting.values()]) answer({ id: 0, failed: 'died' });
      if (this.#parked || this.#child !== child) return;
      const before = this.#up;
      // One that dies while it is still starting is followed by another child: `#bringUp` tries again by itself.
      void before?.then(
        () => {
          if (this.#up === before && this.#child === child && !this.#parked) this.#up = this.#bringUp();
          this.#up?.catch(() => undefined);
        },
        () => undefined,
      );
    });
    this.#child = child;
  }
}
