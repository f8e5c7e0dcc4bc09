import { compareSeverity, type Finding, type Mark } from './finding.ts';
import { fold, type NormalisedText } from './normalise.ts';

/** One field with what the detectors marked in it. */
export type MarkedField = { readonly path: string; readonly reading: NormalisedText; readonly marks: readonly Mark[] };

/**
 * Settles overlaps and turns marks into findings on the original text. The weightier mark keeps its words; what another
 * mark covers beyond them stays a finding of its own, so no marked letter is ever lost.
 */
export function findingsOf(fields: readonly MarkedField[]): Finding[] {
  const entities = new Map<string, string>();
  const people = new Map<string, string>();
  const findings: Finding[] = [];
  for (const field of fields) {
    for (const mark of settleOverlaps(field.marks, field.reading.text)) {
      const start = field.reading.originalStart(mark.start);
      const end = field.reading.originalEnd(mark.end);
      if (end <= start) {
        continue;
      }
      const key = mark.entityKey ?? `${mark.kind}:${sameness(field.reading.text.slice(mark.start, mark.end))}`;
      const entity = entities.get(key) ?? `e${entities.size + 1}`;
      entities.set(key, entity);
      findings.push({
        field: field.path,
        start,
        end,
        text: field.reading.original.slice(start, end),
        kind: mark.kind,
        severity: mark.severity,
        confidence: mark.confidence,
        why: mark.why,
        suggestion: mark.suggestion ?? (isPerson(mark) ? standIn(entity, people) : null),
        entity,
      });
    }
  }
  return findings;
}

function isPerson(mark: Mark): boolean {
  return mark.kind === 'person' || mark.kind === 'initials';
}

/** A letter for each person, so that a text with several people stays readable: "Person A", "Person B". */
function standIn(entity: string, people: Map<string, string>): string {
  let letters = people.get(entity);
  if (letters === undefined) {
    letters = '';
    for (let n = people.size + 1; n > 0; n = Math.floor((n - 1) / 26)) {
      letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
    }
    people.set(entity, letters);
  }
  return `Person ${letters}`;
}

function sameness(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]/gu, '');
}

const letterOrDigit = /[\p{L}\p{N}]/u;

/** Marks without overlap, in reading order. */
export function settleOverlaps(marks: readonly Mark[], text: string): Mark[] {
  if (marks.length === 0) return [];
  const order = [...marks].sort(
    (a, b) =>
      compareSeverity(b.severity, a.severity) ||
      b.confidence - a.confidence ||
      b.end - b.start - (a.end - a.start) ||
      a.start - b.start,
  );
  const owner = new Int32Array(text.length).fill(-1);
  const kept: Mark[] = [];
  order.forEach((mark, rank) => {
    let start = -1;
    for (let i = mark.start; i <= mark.end; i++) {
      const free = i < mark.end && owner[i] === -1;
      if (free) {
        owner[i] = rank;
        start = start < 0 ? i : start;
      } else if (start >= 0) {
        const piece = trimmed(text, start, i, start === mark.start, i === mark.end);
        if (piece) {
          kept.push({
            ...mark,
            ...piece,
            suggestion: piece.end - piece.start === mark.end - mark.start ? mark.suggestion : null,
          });
        }
        start = -1;
      }
    }
  });
  return kept.sort((a, b) => a.start - b.start);
}

/** A left-over piece without the spaces and punctuation at its cut edges, or nothing when only those are left. */
function trimmed(text: string, from: number, to: number, startsWhole: boolean, endsWhole: boolean) {
  let start = from;
  let end = to;
  while (!startsWhole && start < end && !letterOrDigit.test(text.charAt(start))) {
    start++;
  }
  while (!endsWhole && end > start && !letterOrDigit.test(text.charAt(end - 1))) {
    end--;
  }
  return start < end ? { start, end } : undefined;
}
