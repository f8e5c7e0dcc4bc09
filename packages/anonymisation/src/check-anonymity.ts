import { denyListMarks, prepareDenyList } from './deny-list.ts';
import type { DenyEntry, Field, Finding, GuardProfile, Mark } from './finding.ts';
import { findingsOf } from './finding-assembly.ts';
import { nameMarks } from './name-marks.ts';
import { normalise } from './normalise.ts';
import { quasiMarks } from './quasi-identifiers.ts';
import { structuredMarks } from './structured-identifiers.ts';
import { readWords } from './words.ts';

/** Named in every sign-off, so that a later, stricter guard can ask for another look. */
export const guardVersion = '1.0.0';

export type AnonymityCheck = { readonly fields: readonly Field[]; readonly denyList?: readonly DenyEntry[] };
export type AnonymityOptions = { readonly deadlineMs?: number; readonly profile?: GuardProfile };
export type AnonymityResult = {
  readonly findings: readonly Finding[];
  readonly guardVersion: string;
  readonly wordCount: number;
};

export function checkAnonymity(input: AnonymityCheck, options: AnonymityOptions = {}): AnonymityResult {
  const deadline = options.deadlineMs === undefined ? undefined : performance.now() + options.deadlineMs;
  const sought = prepareDenyList(
    (input.denyList ?? []).map((entry) => ({ ...entry, value: normalise(entry.value).text })),
  );
  const fields = input.fields.map((field) => {
    const reading = normalise(field.text);
    const profile = options.profile ?? 'practice';
    const marks: Mark[] = [
      ...structuredMarks(reading.text),
      ...denyListMarks(reading.text, sought),
      ...nameMarks(readWords(reading.text), profile),
      ...quasiMarks(reading.text, profile),
    ];
    if (deadline !== undefined && performance.now() > deadline) {
      throw new Error('The anonymisation guard ran out of time');
    }
    return { path: field.path, reading, marks };
  });
  let wordCount = 0;
  for (const field of fields) {
    wordCount += field.reading.text.match(/\S+/g)?.length ?? 0;
  }
  return { findings: findingsOf(fields), guardVersion, wordCount };
}
