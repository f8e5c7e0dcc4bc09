import type { Audience, LearningCodes, LearningProse } from '@practice-exchange/protocol';
import { diffWordsWithSpace } from 'diff';
import { answersInWords } from '../reviews/answers-in-words.ts';
import { answersIn } from '../reviews/section-answers.ts';
import { sections } from '../reviews/sections.ts';

/** A piece of a text: in both versions, only in the newer or only in the older. */
export type Piece = { readonly kind: 'same' | 'added' | 'removed'; readonly text: string };

/** One answer in two versions. */
export type Difference = { readonly label: string; readonly pieces: readonly Piece[] };

/** A text to compare: an edition, or the working text as it is. */
export type Compared = { prose: Partial<LearningProse>; codes: Partial<LearningCodes>; audience: Audience };

/** More differences than this and the texts are no longer two versions of one: the old is shown, then the new. */
const mostEdits = 3000;

/** What differs between two versions, answer by answer in reading order, word by word; and the answers that are the same. */
export function compare(
  older: Compared,
  newer: Compared,
  names: ReadonlyMap<string, string>,
): { differences: Difference[]; same: string[] } {
  const differences: Difference[] = [];
  const same: string[] = [];
  for (const section of sections) {
    const before = answersInWords(section, answersIn(section, older), names);
    const after = answersInWords(section, answersIn(section, newer), names);
    for (const [index, answer] of after.entries()) {
      const [one, other] = [textOf(before[index]), textOf(answer)];
      if (one === other) same.push(answer.name);
      else differences.push({ label: answer.name, pieces: piecesBetween(one, other) });
    }
  }
  return { differences, same };
}

function textOf(answer: { paragraphs: readonly string[]; items: readonly string[] } | undefined): string {
  return [...(answer?.paragraphs ?? []), ...(answer?.items ?? []).map((item) => `• ${item}`)].join('\n');
}

function piecesBetween(older: string, newer: string): Piece[] {
  const changes = diffWordsWithSpace(older, newer, { maxEditLength: mostEdits });
  if (!changes) {
    return [
      { kind: 'removed', text: older },
      { kind: 'added', text: newer },
    ];
  }
  return changes.map(({ value, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}
