import { countOf, inWords } from '@practice-exchange/web';
import { findSection } from '../reviews/sections.ts';
import type { TrailEntry } from './store.ts';

/** One step as people read it: who, what, when. */
export type Step = { readonly at: Date; readonly who: string; readonly did: string };

const words: Readonly<Record<string, (detail: TrailEntry['detail']) => string>> = {
  'review-begun': () => 'began this case review',
  'review-edited': ({ section }) => `changed ${headingOf(section)}`,
  'document-imported': ({ parts }) => `imported ${countOf(Number(parts ?? 1), 'part')} of a document`,
  'suggestion-refused': () => 'refused a suggested answer',
  'suggestion-reconsidered': () => 'asked for a refused suggestion again',
  'deny-list-added': () => 'added to the deny-list',
  'deny-list-removed': () => 'took something off the deny-list',
  'sent-for-second-reading': ({ edition }) => `sent edition ${edition} for second reading`,
  'second-reading-answered': ({ edition, answer }) =>
    `read edition ${edition} and answered that ${answers[String(answer)] ?? 'somebody might tell who it is'}`,
  approved: ({ edition }) => `approved edition ${edition}`,
  returned: ({ edition }) => `returned edition ${edition} to its author`,
  published: ({ edition }) => `published edition ${edition}`,
};

const answers: Readonly<Record<string, string>> = {
  nobody: 'nobody could tell who it is',
  perhaps: 'somebody could perhaps tell who it is',
  somebody: 'somebody could tell who it is',
};

/** The trail in words, the newest first. Edits that follow one another, by one person on one day, are one step. */
export function stepsOf(trail: readonly TrailEntry[]): Step[] {
  const steps: Step[] = [];
  for (let index = 0; index < trail.length; ) {
    const entry = trail[index] as TrailEntry;
    let run = 1;
    while (isOneWith(entry, trail[index + run])) run += 1;
    steps.push({ at: entry.at, who: entry.person ?? 'This service', did: toldOf(trail.slice(index, index + run)) });
    index += run;
  }
  return steps;
}

function isOneWith(entry: TrailEntry, next: TrailEntry | undefined): boolean {
  return (
    entry.action === 'review-edited' &&
    next?.action === 'review-edited' &&
    next.person === entry.person &&
    next.at.toDateString() === entry.at.toDateString()
  );
}

function toldOf(run: readonly TrailEntry[]): string {
  const [entry] = run;
  if (!entry) return '';
  if (run.length > 1) {
    const parts = [...new Set(run.map(({ detail }) => headingOf(detail.section)))];
    return `changed ${inWords(parts.reverse())}, saved ${run.length} times`;
  }
  return words[entry.action]?.(entry.detail) ?? entry.action.replaceAll('-', ' ');
}

function headingOf(section: unknown): string {
  const heading = findSection(String(section))?.heading;
  return heading ? `“${heading}”` : 'the text';
}
