import { LRUCache } from 'lru-cache';
import { keyOf } from './edition.ts';

/**
 * Parts of documents, kept in this process so that the engine need not send them again with every answer: it names editions of
 * documents (see `edition.ts`), and only what is not kept is read. When there is more than fits, what was not asked for longest goes.
 * What is removed from the index has to be forgotten at once.
 */
export class KeptDocuments<T extends { readonly edition: string }> {
  readonly #kept: LRUCache<string, T>;
  #forgotten = 0;

  /** `most`: how much is kept together, in whatever `sizeOf` measures; one each without it. */
  constructor(most: number, sizeOf: (kept: T) => number = () => 1) {
    this.#kept = new LRUCache({ maxSize: most, sizeCalculation: sizeOf });
  }

  /** What was named, in no order; `read` brings what is not kept, by its key. What it does not bring either is not there. */
  async bring(editions: Iterable<string>, read: (keys: readonly string[]) => Promise<readonly T[]>): Promise<T[]> {
    const found: T[] = [];
    const missing: string[] = [];
    for (const edition of editions) {
      const kept = this.#kept.get(edition);
      if (kept === undefined) missing.push(keyOf(edition));
      else found.push(kept);
    }
    if (missing.length === 0) return found;
    const forgotten = this.#forgotten;
    const brought = await read(missing);
    // When something was removed meanwhile, that may be among what was read.
    if (forgotten === this.#forgotten) for (const each of brought) this.#kept.set(each.edition, each);
    return [...found, ...brought];
  }

  /** Lets go of what was removed from the index; without `editions`, of everything. */
  forget(editions?: Iterable<string>): void {
    this.#forgotten += 1;
    if (editions === undefined) this.#kept.clear();
    else for (const edition of editions) this.#kept.delete(edition);
  }
}
