import { problemMediaType } from '@practice-exchange/platform';
import { z } from 'zod';

/** What the statistics API answers. Fields are added, never renamed or removed, within `/api/v1`. */
const releaseSchema = z.object({
  name: z.string().describe('Stable for ever: 2026-Q2-v1'),
  quarter: z.string(),
  version: z.int(),
  note: z.string().nullable().describe('What a correction corrects, and why'),
  dataAsAt: z.string(),
  releasedAt: z.string(),
  contentHash: z.string().describe('SHA-256 of the tables as they were approved'),
  quarters: z.array(z.string()),
  authoritiesReturned: z.array(z.string()),
  authoritiesMissing: z.array(z.string()),
});

const listedTableSchema = z.object({
  id: z.string().describe('Stable from release to release'),
  title: z.string(),
  measure: z.string(),
  period: z.enum(['quarter', 'financial-year', 'as-at']),
  dimensions: z.array(z.string()),
  permalink: z.string().describe('Names this table at this release for ever'),
  links: z.object({ json: z.string(), csv: z.string(), metadata: z.string(), ods: z.string(), page: z.string() }),
});

export const releasesSchema = z.object({ releases: z.array(releaseSchema) });
export const releaseWithTablesSchema = releaseSchema.extend({ tables: z.array(listedTableSchema) });
export const catalogueSchema = z.object({ release: z.string().nullable(), tables: z.array(listedTableSchema) });

export const changesSchema = z.object({
  changes: z.array(
    z.object({
      at: z.string(),
      release: z.string(),
      quarter: z.string(),
      kind: z.enum(['new-quarter', 'correction']),
      note: z.string().nullable(),
    }),
  ),
});

const atSchema = z.record(z.string(), z.string()).describe('A code or Total for each dimension, and the period');

export const tableSchema = z.object({
  id: z.string(),
  permalink: z.string(),
  release: z.string(),
  quarter: z.string(),
  title: z.string(),
  measure: z.string(),
  unit: z.string(),
  source: z.string(),
  period: z.enum(['quarter', 'financial-year', 'as-at']),
  notes: z.array(z.string()),
  dimensions: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      codes: z.array(z.object({ code: z.string(), label: z.string() })),
    }),
  ),
  cells: z
    .array(
      z.union([
        z.object({ at: atSchema, value: z.int() }),
        z.object({ at: atSchema, symbol: z.enum(['c', 'z', 'x', 'k']) }),
      ]),
    )
    .describe('A complete matrix: every combination of codes, with totals'),
});

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.string().describe('Stable: what a program decides by'),
  instance: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

const problem = (description: string) => ({ description, content: { [problemMediaType]: { schema: problemSchema } } });

/** The answers that every address of the statistics may give instead of its own: problem documents (RFC 9457). */
export const problems = {
  '4xx': problem('There is no such thing, it may not be read, or it was not asked for properly'),
  '5xx': problem('The fault is on our side'),
};

/** A download of a media type, as a response that OpenAPI describes. */
export function downloadAs(mediaType: string, description: string, bytes = false) {
  const schema = bytes ? z.string().meta({ format: 'binary' }) : z.string();
  return { description, content: { [mediaType]: { schema } } };
}
