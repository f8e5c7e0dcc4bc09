const keepMs = 60 * 60 * 1000;
const keepAtMost = 2000;

/**
 * What the hub answered about codes within the last hour, in memory only, so that saving a draft again does not ask again. A
 * count that has grown since only makes k larger.
 */
export class SharedCounts {
  readonly #answers = new Map<string, { count: number; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get(key: string): number | undefined {
    const answer = this.#answers.get(key);
    return answer && answer.until > this.#now() ? answer.count : undefined;
  }

  set(key: string, count: number): void {
    this.#answers.delete(key);
    this.#answers.set(key, { count, until: this.#now() + keepMs });
    const oldest = this.#answers.keys().next().value;
    if (this.#answers.size > keepAtMost && oldest !== undefined) this.#answers.delete(oldest);
  }
}
