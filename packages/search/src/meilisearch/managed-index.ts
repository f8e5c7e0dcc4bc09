import { setTimeout } from 'node:timers/promises';
import type { Index, Meilisearch } from 'meilisearch';
import { CollectionKnowledge } from './collection-knowledge.ts';
import { connect, type EngineOptions, engineCode, exchange, finished } from './engine.ts';
import { KeptDocuments } from './kept-documents.ts';
import { bytesOf } from './ranking-code.ts';
import { isMarked, isMarkedWhole, markedSettings, marks, meilisearchVersion } from './settings.ts';
import { fromStored, type Ranked, type StoredDocument, toStored } from './stored-document.ts';

/** Documents sent, or copied, in one task. */
export const batch = 1000;
/** Bytes of what candidates are ranked by that are kept: that of about seventy thousand learning records. */
const mostRankedBytes = 256 * 2 ** 20;
/** Documents whose passages are kept: about 20 MB. */
const mostOnPages = 5_000;
/** How often to ask whether another process has changed the index. */
const followEvery = 30_000;
/** For how long a process believes that the index is whole before it asks again. */
const wholeFor = 1_000;

/**
 * One index on the server, with what this process knows of it. It is opened at first use and opened again when the server has lost it, so
 * that a server that is away at the start, or comes back empty, needs nobody's help.
 */
export class ManagedIndex {
  readonly client: Meilisearch;
  readonly index: Index<StoredDocument>;
  /** What candidates are ranked by. */
  readonly ranked = new KeptDocuments<Ranked>(mostRankedBytes, bytesOf);
  /** The passages of those that were on a page. */
  readonly passages = new KeptDocuments<Pick<StoredDocument, 'edition' | 'passages'>>(mostOnPages);
  readonly #uid: string;
  #knowledge = new CollectionKnowledge();
  #opening: Promise<void> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #changes = 0;
  #lastChange = '';
  #rebuilding: Index<StoredDocument> | undefined;
  #rebuilt: Promise<void> = Promise.resolve();
  #whole: { readonly at: number; readonly is: Promise<boolean> } | undefined;
  #following: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: EngineOptions) {
    this.client = connect(options);
    this.index = this.client.index<StoredDocument>(options.prefix);
    this.#uid = options.prefix;
    this.#followLater(followEvery);
  }

  get knowledge(): CollectionKnowledge {
    return this.#knowledge;
  }

  get isRebuilding(): boolean {
    return this.#rebuilding !== undefined;
  }

  /** The indexes that a change has to reach: this one, and the one being built in its place. */
  get targets(): readonly Index<StoredDocument>[] {
    return this.#rebuilding === undefined ? [this.index] : [this.index, this.#rebuilding];
  }

  /** Keeps nothing more of what was removed from the index; without `editions`, nothing at all. */
  forget(editions?: readonly string[]): void {
    this.ranked.forget(editions);
    this.passages.forget(editions);
  }

  /** Runs an exchange with the opened index. Rejects with `SearchUnavailable`. */
  async run<T>(exchanged: () => Promise<T>): Promise<T> {
    return exchange(async () => {
      await this.open();
      try {
        return await exchanged();
      } catch (error) {
        if (engineCode(error) === 'index_not_found') this.#opening = undefined;
        throw error;
      }
    });
  }

  /** Changes, and the steps of a rebuild, one after another. `counted` brings the statistics up to date once the engine has confirmed. */
  change(changed: () => Promise<(knowledge: CollectionKnowledge) => void>): Promise<void> {
    return this.#inTurn(async () => {
      const count = await changed();
      this.#changes += 1;
      count(this.#knowledge);
      this.#lastChange = await this.#updatedAt();
    });
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => this.run(run));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  open(): Promise<void> {
    this.#opening ??= this.#open().catch((error) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<void> {
    const found = await this.#settings();
    if (found === undefined) {
      await createIndex(this.client, this.#uid);
      // Nobody may go on believing that it is whole when the first document arrives.
      await setTimeout(wholeFor);
    }
    this.#knowledge = await CollectionKnowledge.read(found === undefined ? undefined : this.index);
    this.forget();
    this.#lastChange = await this.#updatedAt();
    if (found !== undefined && !isMarked(found, meilisearchVersion) && this.#rebuilding === undefined) {
      this.#rebuilt = this.#rebuild().catch(() => {
        // The old index goes on answering; the next opening tries again.
        this.#rebuilding = undefined;
        this.#opening = undefined;
      });
    }
  }

  async #settings() {
    try {
      return await this.index.getSettings();
    } catch (error) {
      if (engineCode(error) === 'index_not_found') return undefined;
      throw error;
    }
  }

  async #updatedAt(): Promise<string> {
    return String((await this.index.getRawInfo()).updatedAt);
  }

  /** Whether the index is marked as whole, as of a second ago at most. */
  isWhole(): Promise<boolean> {
    const now = performance.now();
    if (this.#whole === undefined || now - this.#whole.at > wholeFor) {
      const is = this.run(async () => isMarkedWhole(await this.index.getSettings()));
      this.#whole = { at: now, is };
      is.catch(() => {
        this.#whole = undefined;
      });
    }
    return this.#whole.is;
  }

  setWhole(whole: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const found = await this.index.getSettings();
      if (isMarkedWhole(found) === whole) return;
      // The version that it was built with stays: an old index is still to be replaced.
      const version = isMarked(found, meilisearchVersion) ? meilisearchVersion : 'old';
      await finished(this.index.updateSettings(marks(version, whole)));
      this.#whole = undefined;
    });
  }

  /** Builds a second index with the settings of now from what the first one holds, and swaps the two. */
  async #rebuild(): Promise<void> {
    const next = `${this.#uid}-next`;
    await this.#inTurn(async () => {
      await finished(this.client.deleteIndex(next), ['index_not_found']);
      await createIndex(this.client, next);
      this.#rebuilding = this.client.index<StoredDocument>(next);
    });
    for (let after = ''; !this.#closed; ) {
      const copied = await this.#inTurn(async () => {
        const filter = `key > "${after}"`;
        const { results } = await this.index.getDocuments({
          limit: batch,
          sort: ['key:asc'],
          ...(after === '' ? {} : { filter }),
        });
        const documents = results as StoredDocument[];
        if (documents.length > 0) {
          await finished(this.client.index(next).addDocuments(documents.map((each) => toStored(fromStored(each)))));
        }
        return documents;
      });
      after = copied.at(-1)?.key ?? '';
      if (copied.length < batch) break;
    }
    if (this.#closed) return;
    await this.#inTurn(async () => {
      const whole = isMarkedWhole(await this.index.getSettings());
      await finished(this.client.index(next).updateSettings(marks(meilisearchVersion, whole)));
      await finished(this.client.swapIndexes([{ indexes: [this.#uid, next], rename: false }]));
      this.#rebuilding = undefined;
      await finished(this.client.deleteIndex(next));
      this.#knowledge = await CollectionKnowledge.read(this.index);
      this.#lastChange = await this.#updatedAt();
    });
  }

  /** Counts the collection anew when another process has changed the index, and never for more than a small share of the time. */
  #followLater(after: number): void {
    this.#following = global.setTimeout(async () => {
      const start = performance.now();
      // An engine that does not answer is noticed, and told of, by the next query.
      await this.#follow().catch(() => undefined);
      if (!this.#closed) this.#followLater(Math.max(followEvery, (performance.now() - start) * 20));
    }, after);
    this.#following.unref();
  }

  async #follow(): Promise<void> {
    // What is being opened is being counted.
    await this.#opening;
    const now = await this.#updatedAt();
    if (now === this.#lastChange || this.#closed) return;
    const began = this.#changes;
    const counted = await CollectionKnowledge.read(this.index);
    if (began !== this.#changes || this.#closed) return;
    this.#knowledge = counted;
    // What another process has removed is not kept here either.
    this.forget();
    this.#lastChange = now;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#following);
    await this.#rebuilt;
    await this.#turn;
  }
}

/** An empty index with its settings, which have to be there before the first document. */
async function createIndex(client: Meilisearch, uid: string): Promise<void> {
  await finished(client.createIndex(uid, { primaryKey: 'key' }), ['index_already_exists']);
  await finished(client.index(uid).updateSettings(markedSettings(meilisearchVersion)));
}
