export { type AnalysedToken, analyse, conceptPrefix, termsOf } from './analysis/analyse.ts';
export { stem } from './analysis/stem.ts';
export { stopWords } from './analysis/stop-words.ts';
export { type Token, tokenise } from './analysis/tokenise.ts';
export { audienceTokens, type Viewer, viewerTokens } from './audience.ts';
export { embeddedIndex } from './embedded/embedded-index.ts';
export { allOf, anyOf, type Filter, not, oneOf, published } from './filter.ts';
export {
  type FacetField,
  facetFields,
  type IndexDocument,
  type Passage,
  type PassageField,
  passageFields,
  rankedFields,
} from './index-document.ts';
export { type LearningDocument, passagesOf, toIndexDocument } from './learning-document.ts';
export {
  deepestResult,
  type FacetCount,
  type Highlight,
  type Hit,
  type IndexEntry,
  type LearningIndex,
  type SearchAnswer,
  type SearchQuery,
  SearchUnavailable,
  type Segment,
  type SimilarDocument,
} from './learning-index.ts';
export { meilisearchIndex } from './meilisearch/meilisearch-index.ts';
export { type NearConcept, nearConcepts } from './near-concepts.ts';
export { PassageQuoter, type Quotable, type Quotation } from './quote-passages.ts';
export { type Gains, ndcg } from './scoring/measures.ts';
