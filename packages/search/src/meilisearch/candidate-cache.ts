import type { StoredDocument } from './stored-document.ts';

type Passages = StoredDocument['passages'];

/** What a document is ranked by: when it was published, its terms in the layout of `decodeRanking`; and the digest that the engine has of it. */
export type Held = {
  readonly key: string;
  readonly id: string;
  readonly published: number;
  readonly stream: Uint32Array;
  readonly lengths: Uint16Array;
  readonly digest: string;
};

/** About 100 MB, and the terms of fifty thousand learning records. */
const mostTerms = 25_000_000;
/** The documents that were on a page lately, about 20 MB. */
const mostOnPages = 5_000;

/**
 * What candidates are ranked by, and the passages of those that were on a page, kept in this process, so that the engine need not
 * send them again with every answer: it says which documents match, and the digest of each tells whether what is kept is still
 * what it holds. When there is more than fits, what was not looked at for longest goes. What is removed from the index goes at once,
 * and within half a minute where another process removed it.
 */
export class CandidateCache {
  readonly #held = new Map<string, Held>();
  readonly #passages = new Map<string, { readonly digest: string; readonly passages: Passages }>();
  readonly #mostTerms: number;
  #terms = 0;
  #forgotten = 0;

  constructor(most = mostTerms) {
    this.#mostTerms = most;
  }

  /** What is kept of a document, if that is of this digest. */
  get(key: string, digest: string): Held | undefined {
    const held = this.#held.get(key);
    if (held?.digest !== digest) return undefined;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held;
  }

  /** Keeps what `read` brings, unless something is forgotten while it reads: that may be among it. */
  async fill<T extends Held>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const forgotten = this.#forgotten;
    const found = await read();
    if (forgotten === this.#forgotten) for (const held of found) this.#keep(held);
    return found;
  }

  /** The passages of a document, if what is kept is of this digest. */
  passages(key: string, digest: string): Passages | undefined {
    const held = this.#passages.get(key);
    if (held?.digest !== digest) return undefined;
    this.#passages.delete(key);
    this.#passages.set(key, held);
    return held.passages;
  }

  /** Keeps the passages that `read` brings, unless something is forgotten while it reads. */
  async fillPassages<T extends Pick<StoredDocument, 'key' | 'digest' | 'passages'>>(
    read: () => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    const forgotten = this.#forgotten;
    const found = await read();
    if (forgotten !== this.#forgotten) return found;
    for (const { key, digest, passages } of found) this.#passages.set(key, { digest, passages });
    for (const oldest of this.#passages.keys()) {
      if (this.#passages.size <= mostOnPages) break;
      this.#passages.delete(oldest);
    }
    return found;
  }

  #keep({ key, id, published, stream, lengths, digest }: Held): void {
    this.#drop(key);
    this.#held.set(key, { key, id, published, stream, lengths, digest });
    this.#terms += stream.length;
    for (const oldest of this.#held.keys()) {
      if (this.#terms <= this.#mostTerms) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#terms -= this.#held.get(key)?.stream.length ?? 0;
    this.#held.delete(key);
  }

  /** Lets go of what was removed from the index; without `keys`, of everything. */
  forget(keys: Iterable<string> = [...this.#held.keys(), ...this.#passages.keys()]): void {
    this.#forgotten += 1;
    for (const key of keys) {
      this.#drop(key);
      this.#passages.delete(key);
    }
  }
}
