import type { Index } from 'meilisearch';
import { vocabularyWords } from '../analysis/vocabulary-words.ts';
import { networkToken } from '../audience.ts';
import { SpellingIndex } from '../ranking/spelling-index.ts';
import type { CollectionStatistics } from '../ranking/statistics.ts';
import { TermSums } from '../ranking/term-numbers.ts';
import { fieldCount } from '../ranking/weights.ts';
import { quoted } from './filter-expression.ts';
import { fieldLengths } from './ranking-code.ts';
import type { StoredDocument } from './stored-document.ts';
import { termKey, termOfValue } from './term-key.ts';

const page = 1000;
/** Beyond this many documents a sample, evenly spread, says enough. */
const mostRead = 100_000;

type Counted = Pick<StoredDocument, 'terms' | 'words' | 'ranking' | 'audience'>;
export const countedFields: readonly (keyof Counted)[] = ['terms', 'words', 'ranking', 'audience'];

function newSpelling(): SpellingIndex {
  const spelling = new SpellingIndex();
  for (const word of vocabularyWords) spelling.add(word);
  return spelling;
}

/**
 * What the ranker must know of the collection, in this process's memory: document frequencies, average lengths and the
 * spelling dictionary of the documents that the whole network may see. It is counted from the engine's own index, kept right
 * by this process's changes, and counted anew when another process has changed the index.
 */
export class CollectionKnowledge implements CollectionStatistics {
  #frequencies = new TermSums();
  readonly #lengths = new Float64Array(fieldCount);
  #documents = 0;
  spelling = newSpelling();
  /** How many documents each one that was read stands for. */
  #each: number;

  constructor(each = 1) {
    this.#each = each;
  }

  /** Forgets everything, as when the index was emptied. */
  clear(): void {
    this.#frequencies = new TermSums();
    this.#lengths.fill(0);
    this.#documents = 0;
    this.spelling = newSpelling();
    this.#each = 1;
  }

  get documents(): number {
    return Math.round(this.#documents);
  }

  get averageLengths(): readonly number[] {
    return Array.from(this.#lengths, (total) => total / Math.max(this.#documents, 1));
  }

  frequency(term: string): number {
    return this.frequencyOf(termKey(term));
  }

  /** The frequency of a term known by its key only. */
  frequencyOf(key: number): number {
    return Math.round(this.#frequencies.sumOf(key));
  }

  /** Counts a document in, or out again. */
  count(document: Counted, direction: 1 | -1): void {
    if (!document.audience.includes(networkToken)) return;
    const step = this.#each * direction;
    this.#documents += step;
    fieldLengths(document.ranking).forEach((length, field) => {
      this.#lengths[field] = (this.#lengths[field] ?? 0) + step * length;
    });
    for (const value of document.terms) this.#frequencies.add(termKey(termOfValue(value)), step);
    for (const word of document.words.split(' ')) {
      if (direction === 1) this.spelling.add(word);
      else this.spelling.remove(word);
    }
  }

  /** Counts what an index holds. `index` undefined: nothing. */
  static async read(index: Index<StoredDocument> | undefined): Promise<CollectionKnowledge> {
    if (index === undefined) return new CollectionKnowledge();
    const query = { filter: `audience IN [${quoted(networkToken)}]`, fields: [...countedFields] };
    const { total } = await index.getDocuments({ ...query, limit: 0 });
    const pages = Math.ceil(total / page);
    const read = Math.min(pages, mostRead / page);
    const knowledge = new CollectionKnowledge(read === 0 ? 1 : pages / read);
    for (let i = 0; i < read; i += 1) {
      const offset = Math.floor((i * pages) / read) * page;
      const { results } = await index.getDocuments({ ...query, offset, limit: page });
      for (const document of results) knowledge.count(document as Counted, 1);
    }
    return knowledge;
  }
}
