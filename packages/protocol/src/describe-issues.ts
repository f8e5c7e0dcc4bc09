import type { z } from 'zod';

const shownAtMost = 5;

/** Says which fields broke which rule, without anything of what they held: names and messages only. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.slice(0, shownAtMost).map(describeIssue).join('; ');
}

function describeIssue(issue: z.core.$ZodIssue): string {
  // A key that nobody declared may itself be a name of a person.
  if (issue.code === 'unrecognized_keys') return `${pathOf(issue.path)}: holds a field that does not belong here`;
  return `${pathOf(issue.path)}: ${issue.message}`;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'document' : path.map(String).join('.');
}
