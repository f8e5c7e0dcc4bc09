import type { Viewer } from '../audience.ts';
import { type FacetField, facetFields } from '../index-document.ts';
import type { SimilarDocument } from '../learning-index.ts';
import {
  type Codes,
  codeLikeness,
  combinedLikeness,
  comparedDocuments,
  explainLikeness,
  tellingTerms,
} from '../likeness.ts';
import { holdsTerm } from '../ranking/term-frequencies.ts';
import { keyOf } from './edition.ts';
import { type Asked, fetchCandidates } from './fetch-documents.ts';
import { audienceExpression, quoted } from './filter-expression.ts';
import { scoreFound } from './rank-found.ts';
import { decodeRanking } from './ranking-code.ts';
import type { StoredDocument } from './stored-document.ts';
import { documentKey, termKey, termOfValue } from './term-key.ts';

const codesOf = (stored: StoredDocument): Codes =>
  Object.fromEntries(facetFields.map((field: FacetField) => [field, stored[field] ?? []]));

/** Documents like one that a viewer may see. */
export async function findSimilar(asked: Asked, id: string, viewer: Viewer, limit: number): Promise<SimilarDocument[]> {
  const { index, knowledge } = asked;
  const audience = audienceExpression(viewer);
  const key = documentKey(id);
  const { results } = await index.getDocuments({ ids: [key], filter: audience, limit: 1 });
  const source = results[0] as StoredDocument | undefined;
  if (source === undefined) return [];
  const { terms: keys, packed } = decodeRanking(source.ranking).frequencies;
  const frequencies = new Map(Array.from(keys, (each, place) => [each, packed[place] ?? 0]));
  const words = new Map(source.terms.map(termOfValue).map((term) => [termKey(term), term]));
  const telling = tellingTerms(frequencies, knowledge.documents, (number) => knowledge.frequencyOf(number));
  const terms = telling.map(({ number, impact }) => ({
    term: words.get(number) ?? '',
    key: number,
    impact,
    anchor: true,
  }));
  if (terms.length === 0) return [];
  const { hits } = await fetchCandidates(asked, terms, [audience, `key != ${quoted(key)}`]);
  const candidates = scoreFound(hits, terms, knowledge)
    .sort((a, b) => b.score - a.score || (a.found.id < b.found.id ? -1 : 1))
    .slice(0, comparedDocuments);
  const compared = candidates.map(({ found }) => keyOf(found.edition));
  const coded = await index.getDocuments({
    ids: compared,
    filter: audience,
    fields: ['id', ...facetFields],
    limit: compared.length,
  });
  const highest = Math.max(candidates[0]?.score ?? 0, Number.MIN_VALUE);
  const codes = codesOf(source);
  const passages = source.passages.map(([field, text]) => ({ field, text }));
  const codesById = new Map((coded.results as StoredDocument[]).map((each) => [each.id, codesOf(each)]));
  return candidates
    .map(({ found, score }) => {
      const otherCodes = codesById.get(found.id) ?? {};
      return { found, otherCodes, score: combinedLikeness(score / highest, codeLikeness(codes, otherCodes)) };
    })
    .sort((a, b) => b.score - a.score || (a.found.id < b.found.id ? -1 : 1))
    .slice(0, limit)
    .map(({ found, otherCodes, score }) => {
      const shared = terms.filter((term) => holdsTerm(found.frequencies, term.key)).map(({ term }) => term);
      return { id: found.id, score, reasons: explainLikeness(codes, otherCodes, shared, passages) };
    });
}
