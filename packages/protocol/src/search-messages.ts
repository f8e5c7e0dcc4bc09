import { codesOf, prevalenceBands } from '@practice-exchange/vocabulary';
import { z } from 'zod';
import { idSchema, ordinalSchema } from './identifiers.ts';
import { learningProseSchema, periodSchema } from './learning-record.ts';

// Codes are open on the wire: a hub with a newer vocabulary must not break a node that has not heard of a code yet.
const codeSchema = z
  .string()
  .regex(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/, 'is a code')
  .max(64);
const codesSchema = z.array(codeSchema).max(40);
const bandSchema = z.enum(codesOf(prevalenceBands));

/** The coded fields by which learning can be filtered and counted. */
export const filterFields = [
  'themes',
  'concernCategories',
  'referralSource',
  'agencies',
  'thresholdDecision',
  'interventions',
  'familyEngagementStart',
  'familyEngagementEnd',
  'legitimacyChallenges',
  'outcome',
  'ageBand',
  'sex',
  'setting',
  'region',
  'period',
  'prevalenceBand',
] as const;

export type FilterField = (typeof filterFields)[number];

const filterShape = {
  themes: codesSchema.optional(),
  concernCategories: codesSchema.optional(),
  referralSource: codesSchema.optional(),
  agencies: codesSchema.optional(),
  thresholdDecision: codesSchema.optional(),
  interventions: codesSchema.optional(),
  familyEngagementStart: codesSchema.optional(),
  familyEngagementEnd: codesSchema.optional(),
  legitimacyChallenges: codesSchema.optional(),
  outcome: codesSchema.optional(),
  ageBand: codesSchema.optional(),
  sex: codesSchema.optional(),
  setting: codesSchema.optional(),
  region: codesSchema.optional(),
  period: codesSchema.optional(),
  prevalenceBand: codesSchema.optional(),
} satisfies Record<FilterField, z.ZodOptional<typeof codesSchema>>;

/**
 * Filters: for each field the codes of which one must hold; all fields together. `likeMine` keeps to authorities of the
 * asking authority's prevalence band.
 */
export const searchFiltersSchema = z.strictObject({ ...filterShape, likeMine: z.boolean().optional() });

export const searchSorts = ['relevance', 'newest'] as const;

/** Whose learning comes first among what fits: that of authorities like the asker's (the same band, then the same region), or of a band. */
export const searchFavours = ['like-mine', 'low', 'medium', 'high'] as const;

const searchWordsSchema = z.string().max(1000);

/** A practitioner's search. `q` may be empty, for browsing. Search words travel in a body only, never in a URL. */
export const searchRequestSchema = z.strictObject({
  q: searchWordsSchema,
  filters: searchFiltersSchema.optional(),
  favour: z.enum(searchFavours).optional(),
  page: ordinalSchema.max(500).optional(),
  sort: z.enum(searchSorts).optional(),
});

/** A piece of a highlighted passage: plain text, never HTML, with whether to mark it. */
export const segmentSchema = z.object({ text: z.string(), mark: z.boolean() });

/** A passage of one field that shows why a record was found. */
export const highlightSchema = z.object({ field: z.string(), segments: z.array(segmentSchema) });

/** The coded fields as they are read: one code, or a list of codes. */
export const readCodesSchema = z.object({
  themes: z.array(codeSchema),
  concernCategories: z.array(codeSchema),
  referralSource: codeSchema,
  agencies: z.array(codeSchema),
  thresholdDecision: codeSchema,
  interventions: z.array(codeSchema),
  familyEngagementStart: codeSchema,
  familyEngagementEnd: codeSchema,
  legitimacyChallenges: z.array(codeSchema),
  outcome: codeSchema,
  ageBand: codeSchema,
  sex: codeSchema,
  setting: codeSchema,
});

/** How to cite a learning record: a short reference, and the whole citation. */
export const citationSchema = z.object({ reference: z.string(), text: z.string() });

/** The short reference of a learning record: the end of its id, which is random; its beginning is a time. */
export function referenceOf(record: string): string {
  const tail = record.replaceAll('-', '').slice(-8).toUpperCase();
  return `PX-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

const learningCard = {
  id: idSchema,
  title: z.string(),
  summary: z.string(),
  codes: readCodesSchema,
  region: codeSchema,
  /** Null while the authority has no caseload return to tell it from. */
  prevalenceBand: bandSchema.nullable(),
  period: periodSchema,
  citation: citationSchema,
  revision: ordinalSchema,
};

export const searchResultSchema = z.looseObject({ ...learningCard, highlights: z.array(highlightSchema) });

const facetsSchema = z.partialRecord(
  z.enum(filterFields),
  z.array(z.object({ code: codeSchema, count: z.int().min(0) })),
);

/** A change to a search that found little or nothing, with how many records it would find. Only changes that find something. */
export const searchAdviceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('without-filter'), field: z.enum([...filterFields, 'likeMine']), total: ordinalSchema }),
  z.object({ kind: z.literal('without-filters'), total: ordinalSchema }),
  z.object({
    kind: z.literal('concept'),
    /** Words to search for instead: a concept of the vocabulary that the query names or comes near to. */
    words: z.string(),
    relation: z.enum(['named', 'broader', 'related']),
    total: ordinalSchema,
  }),
]);

/** What "authorities like yours" is measured against: the asking authority's own region and band. */
export const askerSchema = z.object({ region: codeSchema, prevalenceBand: bandSchema.nullable() });

/** Why the database answered and not the search engine: it is away, or slow (`database`), or it is being filled (`filling`). */
export const degradedSchema = z.enum(['database', 'filling']);

/** `degraded` is there when the database answered instead of the search engine. */
export const searchResponseSchema = z.looseObject({
  total: z.int().min(0),
  page: ordinalSchema,
  pages: z.int().min(0),
  results: z.array(searchResultSchema),
  facets: facetsSchema,
  didYouMean: z.string().optional(),
  degraded: degradedSchema.optional(),
  asker: askerSchema.optional(),
  advice: z.array(searchAdviceSchema).optional(),
});

/** The coded fields by which "What did they do?" groups learning: response, threshold, referral route, outcome. */
export const groupingFields = ['interventions', 'thresholdDecision', 'referralSource', 'outcome'] as const;

/** Asks what was done in the learning that answers a search best. */
export const whatWasDoneRequestSchema = z.strictObject({
  q: searchWordsSchema,
  filters: searchFiltersSchema.optional(),
  favour: z.enum(searchFavours).optional(),
});

/** A passage quoted from a learning record, word for word, with the record to cite. */
export const quotedPassageSchema = z.object({
  id: idSchema,
  title: z.string(),
  region: codeSchema,
  prevalenceBand: bandSchema.nullable(),
  period: periodSchema,
  citation: citationSchema,
  revision: ordinalSchema,
  /** The part of the record that it is from: `response`, `whatHappened`, … */
  field: z.string(),
  segments: z.array(segmentSchema),
});

/**
 * The learning that answers a search best, grouped by code. `considered` records out of `total` were read; a group counts
 * those of them that hold its code and quotes its best passages. A record with several codes is in several groups.
 */
export const whatWasDoneResponseSchema = z.looseObject({
  total: z.int().min(0),
  considered: z.int().min(0),
  groupings: z.array(
    z.object({
      field: z.enum(groupingFields),
      groups: z.array(z.object({ code: codeSchema, count: ordinalSchema, passages: z.array(quotedPassageSchema) })),
    }),
  ),
  didYouMean: z.string().optional(),
  degraded: degradedSchema.optional(),
  asker: askerSchema.optional(),
});

/** Why another record is like this one: codes that they share, or their words. */
export const similarityReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('same-code'), field: z.enum(filterFields), code: codeSchema }),
  z.object({ kind: z.literal('similar-words'), words: z.array(z.string()) }),
]);

export const similarLearningSchema = z.looseObject({ ...learningCard, reasons: z.array(similarityReasonSchema) });

/** One learning record as the hub shows it: prose, codes, citation, and learning that is like it. */
export const learningResponseSchema = z.looseObject({
  id: idSchema,
  record: learningProseSchema,
  codes: readCodesSchema,
  region: codeSchema,
  prevalenceBand: bandSchema.nullable(),
  period: periodSchema,
  citation: citationSchema,
  revision: ordinalSchema,
  similar: z.array(similarLearningSchema),
});

/** The authorities of the network, with what everyone may know of them. */
export const directoryResponseSchema = z.looseObject({
  authorities: z.array(
    z.looseObject({
      id: idSchema,
      name: z.string(),
      onsCode: z.string(),
      region: codeSchema,
      type: codeSchema,
      prevalenceBand: bandSchema.nullable(),
    }),
  ),
});

/**
 * Asks how many learning records of the network share generalised codes, before one more is published. Within a field
 * one code must hold; fields together. At least one field.
 */
export const anonymityCountRequestSchema = z.strictObject({
  codes: z.strictObject(filterShape).refine((codes) => Object.keys(codes).length > 0, 'names no field'),
});

export const anonymityCountResponseSchema = z.looseObject({ count: z.int().min(0) });

export type SearchFilters = z.infer<typeof searchFiltersSchema>;
export type SearchRequest = z.infer<typeof searchRequestSchema>;
export type SearchSort = (typeof searchSorts)[number];
export type SearchFavour = (typeof searchFavours)[number];
export type SearchAdvice = z.infer<typeof searchAdviceSchema>;
export type GroupingField = (typeof groupingFields)[number];
export type WhatWasDoneRequest = z.infer<typeof whatWasDoneRequestSchema>;
export type WhatWasDoneResponse = z.infer<typeof whatWasDoneResponseSchema>;
export type QuotedPassage = z.infer<typeof quotedPassageSchema>;
export type Segment = z.infer<typeof segmentSchema>;
export type Highlight = z.infer<typeof highlightSchema>;
export type ReadCodes = z.infer<typeof readCodesSchema>;
export type Citation = z.infer<typeof citationSchema>;
export type SearchResult = z.infer<typeof searchResultSchema>;
export type SearchResponse = z.infer<typeof searchResponseSchema>;
export type SimilarityReason = z.infer<typeof similarityReasonSchema>;
export type SimilarLearning = z.infer<typeof similarLearningSchema>;
export type LearningResponse = z.infer<typeof learningResponseSchema>;
export type DirectoryResponse = z.infer<typeof directoryResponseSchema>;
export type AnonymityCountRequest = z.infer<typeof anonymityCountRequestSchema>;
export type AnonymityCountResponse = z.infer<typeof anonymityCountResponseSchema>;
export type Degraded = z.infer<typeof degradedSchema>;
