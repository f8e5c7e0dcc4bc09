import type { IdentifierType } from './annotated-set.ts';

/** One text of the project's own set in the benchmark's format, with the origin of names and the ranges to keep. */
export type MarkedUpDocument = {
  readonly text: string;
  readonly voice: string;
  readonly entities: readonly {
    readonly span_text: string;
    readonly entity_type: string;
    readonly start_offset: number;
    readonly end_offset: number;
    readonly entity_id: string;
    readonly identifier_type: IdentifierType;
    readonly origin?: string;
  }[];
  readonly mustKeep: readonly {
    readonly start_offset: number;
    readonly end_offset: number;
    readonly span_text: string;
  }[];
};

const kinds: Readonly<Record<string, readonly [type: string, identifier: IdentifierType]>> = {
  P: ['PERSON', 'DIRECT'],
  A: ['LOC', 'DIRECT'],
  C: ['CODE', 'DIRECT'],
  B: ['DATETIME', 'DIRECT'],
  S: ['ORG', 'QUASI'],
  D: ['DATETIME', 'QUASI'],
  L: ['LOC', 'QUASI'],
  G: ['DEM', 'QUASI'],
  O: ['DEM', 'QUASI'],
  N: ['DEM', 'QUASI'],
  F: ['DEM', 'QUASI'],
  R: ['ORG', 'QUASI'],
};

const markup = /\[\[([A-Z]):(\d+)(?::([A-Za-z]+))?\|([^[\]]+)\]\]|<<([^<>]+)>>/g;

/**
 * Reads the readable source of the project's own set. Offsets come from the markup, so they are right by construction.
 *
 * @throws Error when a mark is malformed, so that a slip of the pen never becomes a silent gap
 */
export function readMarkedUpSet(source: string): MarkedUpDocument[] {
  const [, ...parts] = source.split(/^=== /m);
  return parts.map((part) => {
    const [voice = '', ...lines] = part.split('\n');
    const marked = lines.join('\n').trim();
    const entities: MarkedUpDocument['entities'][number][] = [];
    const mustKeep: MarkedUpDocument['mustKeep'][number][] = [];
    let text = '';
    let from = 0;
    for (const match of marked.matchAll(markup)) {
      text += marked.slice(from, match.index);
      from = match.index + match[0].length;
      const [, kind, number, origin, words = '', kept] = match;
      const start_offset = text.length;
      text += kept ?? words;
      if (kept !== undefined) {
        mustKeep.push({ start_offset, end_offset: text.length, span_text: kept });
        continue;
      }
      const meaning = kinds[kind ?? ''];
      if (!meaning) {
        throw new Error(`Unknown kind of mark: ${kind}`);
      }
      entities.push({
        span_text: words,
        entity_type: meaning[0],
        start_offset,
        end_offset: text.length,
        entity_id: `${kind}${number}`,
        identifier_type: meaning[1],
        ...(origin === undefined ? {} : { origin }),
      });
    }
    text += marked.slice(from);
    if (/\[\[|\]\]|<<|>>/.test(text)) {
      throw new Error(`A mark is malformed near: ${text.slice(0, 40)}`);
    }
    return { text, voice: voice.trim(), entities, mustKeep };
  });
}
