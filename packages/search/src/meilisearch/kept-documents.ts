/** A document, or a part of one, by its key in the engine; `digest` tells whether the engine still holds just that. */
export type Digested = { readonly key: string; readonly digest: string };

/**
 * Parts of documents, kept in this process so that the engine need not send them again with every answer: it names what it found, and
 * only what is not kept, or not as it is now, is read. When there is more than fits, what was not asked for longest goes. What
 * is removed from the index has to be forgotten at once.
 */
export class KeptDocuments<T extends Digested> {
  readonly #kept = new Map<string, T>();
  readonly #most: number;
  readonly #sizeOf: (kept: T) => number;
  #size = 0;
  #forgotten = 0;

  /** `most`: how much is kept together, in whatever `sizeOf` measures; one each without it. */
  constructor(most: number, sizeOf: (kept: T) => number = () => 1) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  /** What was named, by key; `read` brings what is not kept. What it does not bring either is not there. */
  async bring(
    named: readonly Digested[],
    read: (keys: readonly string[]) => Promise<readonly T[]>,
  ): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    const missing: string[] = [];
    for (const { key, digest } of named) {
      const kept = this.#kept.get(key);
      if (kept?.digest === digest) found.set(key, kept);
      else missing.push(key);
    }
    if (missing.length > 0) {
      const forgotten = this.#forgotten;
      for (const each of await read(missing)) found.set(each.key, each);
      // Something was removed meanwhile: that may be among what was read.
      if (forgotten !== this.#forgotten) return found;
    }
    for (const each of found.values()) this.#keep(each);
    return found;
  }

  /** Keeps something as what was asked for last. */
  #keep(each: T): void {
    this.#drop(each.key);
    this.#kept.set(each.key, each);
    this.#size += this.#sizeOf(each);
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#most) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#size -= this.#sizeOf(kept);
    this.#kept.delete(key);
  }

  /** Lets go of what was removed from the index; without `keys`, of everything. */
  forget(keys: Iterable<string> = [...this.#kept.keys()]): void {
    this.#forgotten += 1;
    for (const key of keys) this.#drop(key);
  }
}
