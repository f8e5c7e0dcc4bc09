import type { GuardProfile, Severity } from '../finding.ts';

export type IdentifierType = 'DIRECT' | 'QUASI' | 'NO_MASK';

/** One mention that an annotator judged. Offsets are UTF-16 code units. */
export type Annotation = {
  readonly start: number;
  readonly end: number;
  readonly entity: string;
  readonly type: IdentifierType;
  /** Where a name comes from, when the set says it. */
  readonly origin?: string;
};

export type AnnotatedDocument = {
  readonly text: string;
  readonly annotations: readonly Annotation[];
  /** Ranges that a publication needs and the guard must leave alone. */
  readonly mustKeep: readonly { readonly start: number; readonly end: number }[];
};

/** A set to score, with how the guard is run on it and which findings count as masked. */
export type AnnotatedSet = {
  readonly documents: readonly AnnotatedDocument[];
  readonly profile: GuardProfile;
  readonly masked: readonly Severity[];
  readonly gives: { readonly quasi: boolean; readonly mustKeep: boolean };
};

type Row = Record<string, unknown>;

const everySeverity: readonly Severity[] = ['block', 'block-unless-reason', 'warn'];

/**
 * Reads a JSON-lines file of one of the formats that are scored, recognised by what its first line holds.
 *
 * - `text` and `entities`: the Text Anonymization Benchmark's format. A set that lists `mustKeep` ranges is scored at
 *   the guard's own level; one that does not asks for every coarse quasi-identifier and is scored at `strict`.
 * - `text`, `gold` and `preserve`: values to find and values to leave. What to leave here includes appointment dates and
 *   clinicians, which the guard only warns of, so what blocks counts as masked.
 * - `full_text` and `spans`: typed spans, scored at `strict`.
 *
 * Gives nothing for a file of any other kind.
 */
export function readAnnotatedSet(content: string): AnnotatedSet | undefined {
  const rows = rowsOf(content);
  const first = rows?.[0];
  if (!rows || !first) {
    return undefined;
  }
  if (typeof first.text === 'string' && Array.isArray(first.entities)) {
    const ownLevel = rows.some((row) => Array.isArray(row.mustKeep));
    return {
      documents: rows.map(fromBenchmark),
      profile: ownLevel ? 'practice' : 'strict',
      masked: everySeverity,
      gives: { quasi: true, mustKeep: ownLevel },
    };
  }
  if (typeof first.text === 'string' && Array.isArray(first.gold)) {
    return {
      documents: rows.map(fromValues),
      profile: 'practice',
      masked: ['block', 'block-unless-reason'],
      gives: { quasi: false, mustKeep: true },
    };
  }
  if (typeof first.full_text === 'string' && Array.isArray(first.spans)) {
    return {
      documents: rows.map(fromSpans),
      profile: 'strict',
      masked: everySeverity,
      gives: { quasi: true, mustKeep: false },
    };
  }
  return undefined;
}

function rowsOf(content: string): Row[] | undefined {
  try {
    const rows = content
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown);
    return rows.every((row): row is Row => typeof row === 'object' && row !== null) ? rows : undefined;
  } catch {
    return undefined;
  }
}

const listOf = (value: unknown): Row[] => (Array.isArray(value) ? (value as Row[]) : []);

function fromBenchmark(row: Row): AnnotatedDocument {
  const annotations = listOf(row.entities).map((entity): Annotation => {
    const type = entity.identifier_type;
    return {
      start: Number(entity.start_offset),
      end: Number(entity.end_offset),
      entity: String(entity.entity_id),
      type: type === 'DIRECT' || type === 'QUASI' ? type : 'NO_MASK',
      ...(typeof entity.origin === 'string' ? { origin: entity.origin } : {}),
    };
  });
  const mustKeep = listOf(row.mustKeep).map((kept) => ({
    start: Number(kept.start_offset),
    end: Number(kept.end_offset),
  }));
  return { text: String(row.text), annotations, mustKeep };
}

function fromValues(row: Row): AnnotatedDocument {
  const text = String(row.text);
  const annotations = listOf(row.gold).flatMap((gold, index) =>
    occurrencesOf(text, String(gold.value)).map(
      (range): Annotation => ({ ...range, entity: String(index), type: 'DIRECT' }),
    ),
  );
  const mustKeep = listOf(row.preserve).flatMap((kept) => occurrencesOf(text, String(kept.value)).slice(0, 1));
  return { text, annotations, mustKeep };
}

const quasiTypes = new Set(['GPE', 'LOCATION', 'ORGANIZATION', 'DATE_TIME', 'TITLE', 'AGE', 'NRP', 'ZIP_CODE']);

function fromSpans(row: Row): AnnotatedDocument {
  const annotations = listOf(row.spans).map(
    (span, index): Annotation => ({
      start: Number(span.start_position),
      end: Number(span.end_position),
      entity: String(index),
      type: quasiTypes.has(String(span.entity_type)) ? 'QUASI' : 'DIRECT',
    }),
  );
  return { text: String(row.full_text), annotations, mustKeep: [] };
}

/** Where a value stands in a text when only letters and digits are compared. */
function occurrencesOf(text: string, value: string): { start: number; end: number }[] {
  const at: number[] = [];
  let letters = '';
  for (let i = 0; i < text.length; i++) {
    if (/[\p{L}\p{N}]/u.test(text.charAt(i))) {
      letters += text.charAt(i).toLowerCase();
      at.push(i);
    }
  }
  const sought = value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const found: { start: number; end: number }[] = [];
  for (let from = letters.indexOf(sought); sought !== '' && from >= 0; from = letters.indexOf(sought, from + 1)) {
    found.push({ start: at[from] ?? 0, end: (at[from + sought.length - 1] ?? 0) + 1 });
  }
  return found;
}
