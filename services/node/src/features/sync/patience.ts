/** A quarter of the wait at most, and half a second, so that nodes that were told the same do not all come back at once. */
const jitter = (seconds: number, random: () => number) => (seconds / 4 + 0.5) * random();

/**
 * Waits as long as the hub says. A job that was told to come back later does not ask before then, whoever wakes it, and is
 * woken again when the time has come; nothing is ever given up.
 */
export class Patience {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;
  readonly #random: () => number;

  constructor({ now = Date.now, random = Math.random }: { now?: () => number; random?: () => number } = {}) {
    this.#now = now;
    this.#random = random;
  }

  /** Milliseconds until a job may ask again. */
  left(job: string): number {
    return Math.max(0, (this.#until.get(job) ?? 0) - this.#now());
  }

  /** Notes a Retry-After in seconds; gives the milliseconds to wait, with some random time added. */
  learn(job: string, retryAfterSeconds: number): number {
    const waitMs = Math.ceil((retryAfterSeconds + jitter(retryAfterSeconds, this.#random)) * 1000);
    this.#until.set(job, this.#now() + waitMs);
    return waitMs;
  }
}
