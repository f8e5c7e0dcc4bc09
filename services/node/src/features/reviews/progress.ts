import { type Missing, recordFrom, type WorkingReview } from './case-review.ts';
import { answersIn, mistakesIn } from './section-answers.ts';
import { type Section, sections, type Task } from './sections.ts';

export type Progress = 'not-started' | 'incomplete' | 'completed';

export function progressOf(section: Section, working: WorkingReview): Progress {
  const answers = answersIn(section, working);
  if (Object.keys(answers).length === 0) return 'not-started';
  return mistakesIn(section, answers).length === 0 ? 'completed' : 'incomplete';
}

/** How far a task is, and the page on which to go on with it. */
export function taskProgress(task: Task, working: WorkingReview): { progress: Progress; start: Section } {
  const all = task.sections.map((section) => progressOf(section, working));
  const start = task.sections[all.findIndex((progress) => progress !== 'completed')] ?? task.sections[0];
  if (all.every((progress) => progress === 'completed')) return { progress: 'completed', start };
  return { progress: all.every((progress) => progress === 'not-started') ? 'not-started' : 'incomplete', start };
}

/** Everything that keeps a review from being sent, in the order of the journey. */
export function missingFromReview(working: WorkingReview): Missing[] {
  const found = sections.flatMap((section) =>
    mistakesIn(section, answersIn(section, working)).map(({ field, message }) => ({ field, message })),
  );
  if (found.length > 0) return found;
  const complete = recordFrom(working);
  return complete.ok ? [] : complete.missing;
}
