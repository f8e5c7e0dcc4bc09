import { aliasMarks } from './alias-marks.ts';
import { denyListMarks, prepareDenyList } from './deny-list.ts';
import type { DenyEntry, Field, Finding, GuardProfile } from './finding.ts';
import { findingsOf } from './finding-assembly.ts';
import { nameListMarks } from './name-lists.ts';
import { nameMarks } from './name-marks.ts';
import { normalise } from './normalise.ts';
import { gatherNames, propagatedMarks, withEntities } from './propagation.ts';
import { quasiMarks } from './quasi-identifiers.ts';
import { structuredMarks } from './structured-identifiers.ts';
import { surroundingMarks } from './surroundings.ts';
import { readWords } from './words.ts';

/** Named in every sign-off, so that a later, stricter guard can ask for another look. */
export const guardVersion = '1.0.0';

export type AnonymityCheck = { readonly fields: readonly Field[]; readonly denyList?: readonly DenyEntry[] };
export type AnonymityOptions = {
  /** The check gives up after this many milliseconds. */
  readonly deadlineMs?: number;
  readonly profile?: GuardProfile;
};
export type AnonymityResult = {
  /** In the order of the fields, then of the text; they never overlap. */
  readonly findings: readonly Finding[];
  readonly guardVersion: string;
  readonly wordCount: number;
};

/** The check did not end within its deadline. A caller treats it as it treats any failure: blocked. */
export class GuardTimeout extends Error {
  override readonly name = 'GuardTimeout';
}

/**
 * Runs every layer of the anonymisation guard over all fields of a draft: titles, lists and comments as much as the body. Pure and
 * synchronous; the time it takes grows with the length of the text and no faster.
 *
 * @throws GuardTimeout when `deadlineMs` has passed; any throw means that the draft is blocked
 */
export function checkAnonymity(input: AnonymityCheck, options: AnonymityOptions = {}): AnonymityResult {
  const profile = options.profile ?? 'practice';
  const inTime = deadlineOf(options.deadlineMs);
  const sought = prepareDenyList(
    (input.denyList ?? []).map((entry) => ({ ...entry, value: normalise(entry.value).text })),
  );
  const read = input.fields.map((field) => {
    inTime();
    const normalised = normalise(field.text);
    const reading = readWords(normalised.text);
    const names = [...nameMarks(reading, profile), ...aliasMarks(normalised.text)];
    return {
      path: field.path,
      normalised,
      reading,
      names: [...names, ...nameListMarks(normalised.text, names, profile)],
    };
  });
  const known = gatherNames(read.map(({ reading, names }) => ({ reading, marks: names })));
  const marked = read.map(({ path, normalised, reading, names }) => {
    const { text } = normalised;
    const marks = withEntities(reading, names, known);
    for (const layer of [
      () => structuredMarks(text),
      () => denyListMarks(text, sought),
      () => propagatedMarks(reading, known),
      () => quasiMarks(text, profile),
      () => (profile === 'strict' ? surroundingMarks(text, names) : []),
    ]) {
      inTime();
      marks.push(...layer());
    }
    return { path, reading: normalised, marks };
  });
  inTime();
  const wordCount = read.reduce((sum, { normalised }) => sum + (normalised.text.match(/\S+/g)?.length ?? 0), 0);
  return { findings: findingsOf(marked), guardVersion, wordCount };
}

function deadlineOf(deadlineMs: number | undefined): () => void {
  if (deadlineMs === undefined) {
    return () => {};
  }
  const end = performance.now() + deadlineMs;
  return () => {
    if (performance.now() >= end) {
      throw new GuardTimeout('The anonymisation guard ran out of time');
    }
  };
}
