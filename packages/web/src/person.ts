import type { Code } from '@practice-exchange/vocabulary';

/** What a person may be. A person may hold several roles; `describe` gives the words that people read. */
export const roles = [
  { code: 'practitioner', label: 'Practitioner', hint: 'Searches, reads, saves and says what helped' },
  { code: 'author', label: 'Author', hint: 'Writes case reviews and sends them for second reading' },
  { code: 'reviewer', label: 'Second reader', hint: "Reads and signs off other people's case reviews" },
  { code: 'publisher', label: 'Publisher', hint: 'Publishes signed-off editions and withdraws learning' },
  { code: 'lead', label: 'Authority lead', hint: 'Keeps the practice statement and the caseload return' },
  { code: 'administrator', label: 'Node administrator', hint: 'Looks after people, keys and the link to the hub' },
  { code: 'analyst', label: 'Analyst', hint: 'Prepares national releases and reads the trends' },
  { code: 'operator', label: 'Network operator', hint: 'Admits authorities and watches over the hub' },
] as const satisfies readonly Code[];

export type Role = (typeof roles)[number]['code'];

/** Someone who is signed in: an opaque id, the name shown on pages, and the roles held now. */
export type Person = { readonly id: string; readonly name: string; readonly roles: readonly Role[] };

/** Whether the person holds at least one of the roles. Nobody holds none. */
export function holdsAny(person: Person | null, wanted: readonly Role[]): boolean {
  return person?.roles.some((role) => wanted.includes(role)) ?? false;
}
