import { TryLater } from './try-later.ts';

/** Runs so many tasks at a time; others wait in the order in which they came, so many at most. */
export class Turns {
  readonly #waitingAtMost: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number, waitingAtMost: number) {
    this.#free = atOnce;
    this.#waitingAtMost = waitingAtMost;
  }

  /** Runs the task when it is its turn. Throws `TryLater` when too many wait already. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else if (this.#waiting.length >= this.#waitingAtMost) throw new TryLater('unavailable', 2);
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
