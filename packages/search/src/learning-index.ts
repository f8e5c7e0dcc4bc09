import type { SimilarityReason } from '@practice-exchange/protocol';
import type { Viewer } from './audience.ts';
import type { Filter } from './filter.ts';
import type { FacetField, IndexDocument, PassageField } from './index-document.ts';
import type { LearningDocument } from './learning-document.ts';

/** A piece of a passage; `mark` is true where it answers the query. */
export type Segment = { readonly text: string; readonly mark: boolean };

/** A fragment of a passage around what matched; `field` says which passage it is from. */
export type Highlight = { readonly field: PassageField; readonly segments: readonly Segment[] };

/** One result. `score` orders results of one query; it means nothing between queries. */
export type Hit = { readonly id: string; readonly score: number; readonly highlights: readonly Highlight[] };

/** How many of the matching documents hold a code. */
export type FacetCount = { readonly code: string; readonly count: number };

/**
 * A question to the index.
 *
 * - `words`: what the person typed, as typed. Empty or only stop words: every document that the filter allows, newest first.
 * - `viewer`: whose audience is enforced. There is no way to ask without one.
 * - `except`: ids of documents that are left out of results, totals and counts: what the index may still hold though nobody may find it.
 * - `facets`: the fields to count, over every match and not only over this page.
 * - `offset`, `limit`: 0-based; `offset + limit` may not pass `deepestResult`.
 */
export type SearchQuery = {
  readonly words: string;
  readonly viewer: Viewer;
  readonly filter?: Filter;
  readonly except?: readonly string[];
  readonly facets?: readonly FacetField[];
  readonly sort: 'relevance' | 'newest';
  readonly offset: number;
  readonly limit: number;
};

/** How deep a result list can be paged. Beyond it people narrow the search instead. */
export const deepestResult = 1000;

/**
 * The answer. `total` counts every match. `whole` is false while the index lacks documents that it should hold, so that the answer lacks
 * them too (see `isWhole`). `didYouMean` is the query with misspelt words put right, given only when
 * the new words are found in documents that the viewer may see or in the vocabulary.
 */
export type SearchAnswer = {
  readonly whole: boolean;
  readonly total: number;
  readonly hits: readonly Hit[];
  readonly facets: Readonly<Partial<Record<FacetField, readonly FacetCount[]>>>;
  readonly didYouMean?: string;
};

/** A document like another, with why: codes that both hold, strongest first, and words that weigh in both. */
export type SimilarDocument = {
  readonly id: string;
  readonly score: number;
  readonly reasons: readonly SimilarityReason[];
};

/** An entry of the index, for comparing it with the database. */
export type IndexEntry = { readonly id: string; readonly revision: number };

/**
 * The port through which learning is found. Both adapters share the analyser and the ranker, so they order results alike.
 *
 * What a viewer is given (results, totals, counts, highlights, similar documents, spelling advice, scores) is a function of
 * the documents that viewer may see: collection statistics and the spelling dictionary are taken from documents that the
 * whole network may see, so a document outside the audience cannot be noticed even by its effect on an order.
 *
 * Every method rejects with `SearchUnavailable` when the engine cannot answer.
 */
export interface LearningIndex {
  /** Adds or replaces documents by id. Resolves once they can be found. */
  index(documents: readonly LearningDocument[]): Promise<void>;
  /** The same, for documents already in the engine's own shape. `index` is this after `toIndexDocument`. */
  indexDocuments(documents: readonly IndexDocument[]): Promise<void>;
  /** Removes documents, with every copy of their words that the engine holds. Resolves once they are gone. Unknown ids are no error. */
  remove(ids: readonly string[]): Promise<void>;
  /** Answers a query. An aborted signal rejects with the signal's reason. */
  search(query: SearchQuery, options?: { readonly signal?: AbortSignal }): Promise<SearchAnswer>;
  /** Documents like one that the viewer may see, likest first; none when there is no such document. */
  similar(
    id: string,
    viewer: Viewer,
    limit: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly SimilarDocument[]>;
  /** Whether the engine holds the document, whoever may see it: the probe behind an `indexed` or `purged` receipt. */
  has(id: string): Promise<boolean>;
  /** The revisions under which the engine holds some documents, by id: `has` for many at once. */
  revisions(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Ids of all documents whose passages hold the phrase, ignoring case: the canary probe of a purge certificate. Sees every audience. */
  containsPhrase(phrase: string): Promise<readonly string[]>;
  /** Entries in order of id, after the one named: what the hub compares with its database to heal a stale or half-built index. */
  entries(page: { readonly after: string | null; readonly limit: number }): Promise<readonly IndexEntry[]>;
  count(): Promise<number>;
  /**
   * Whether somebody said, since what the index holds was last lost or emptied, that it holds everything it should. An index that is new,
   * restarted from a snapshot, wiped or cleared is not whole until `setWhole` says so.
   */
  isWhole(): Promise<boolean>;
  setWhole(whole: boolean): Promise<void>;
  /** Removes everything; the index is no longer whole. */
  clear(): Promise<void>;
  health(): Promise<{ readonly ok: boolean; readonly detail: string }>;
  /** Saves what is to be saved and releases threads and connections. */
  close(): Promise<void>;
  /** Changes whenever analysis, fields or engine settings change so that the index has to be built anew. */
  readonly settingsVersion: string;
}

/** The engine did not answer, or answered that it could not. Its message holds no search words. */
export class SearchUnavailable extends Error {
  override readonly name = 'SearchUnavailable';
  readonly code = 'search-unavailable';
}
