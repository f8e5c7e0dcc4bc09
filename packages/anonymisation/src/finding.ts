/** A piece of a draft that will be published: where it stands in the record, and its words. */
export type Field = { readonly path: string; readonly text: string };

/**
 * What a finding does to sign-off. `block`: the words must go. `block-unless-reason`: they go, or the second signer
 * writes why they stay. `warn`: the author is shown a more general wording.
 */
export type Severity = 'block' | 'block-unless-reason' | 'warn';

export type FindingKind =
  | 'deny-list'
  | 'nhs-number'
  | 'unique-learner-number'
  | 'unique-pupil-number'
  | 'candidate-identifier'
  | 'national-insurance'
  | 'postcode'
  | 'telephone'
  | 'vehicle-registration'
  | 'driving-licence'
  | 'passport'
  | 'email'
  | 'url'
  | 'handle'
  | 'ip-address'
  | 'pnc-id'
  | 'home-office-reference'
  | 'case-reference'
  | 'account-number'
  | 'number'
  | 'date-of-birth'
  | 'person'
  | 'professional'
  | 'initials'
  | 'school'
  | 'street-address'
  | 'unexplained-name'
  | 'place'
  | 'organisation'
  | 'date'
  | 'age'
  | 'occupation'
  | 'nationality'
  | 'family-composition'
  | 'quantity'
  | 'rare-event';

/** One thing that the guard found. Offsets are UTF-16 code units of the text as the author wrote it. */
export type Finding = {
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Between 0 and 1: how sure the guard is that this is what `kind` says. It never clears a finding. */
  readonly confidence: number;
  /** A sentence for the author. It never repeats the value. */
  readonly why: string;
  /** Words to put instead, or null where only the author can say. */
  readonly suggestion: string | null;
  /** The same for every mention of one thing in one check. Never made from the value itself. */
  readonly entity: string;
};

/** Something the author listed for this case. Kept in the node, never sent, never logged. */
export type DenyEntry = {
  readonly value: string;
  readonly kind: 'person' | 'address' | 'school' | 'other';
};

/**
 * `practice` is the guard that stands before every publication. `strict` also marks what a published learning record
 * may keep: bare years, countries, offices and public bodies, sums of money, spans of time, job titles. It is the
 * level at which court judgments are anonymised.
 */
export type GuardProfile = 'practice' | 'strict';

/** What a detector found in one normalised text, before overlaps are settled. Offsets are of the normalised text. */
export type Mark = {
  readonly start: number;
  readonly end: number;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly confidence: number;
  readonly why: string;
  readonly suggestion: string | null;
  /** Marks with one key are mentions of one thing. Without a key, the folded words decide. */
  readonly entityKey?: string;
};

const rank: Record<Severity, number> = { warn: 1, 'block-unless-reason': 2, block: 3 };

/** Orders severities: positive when `a` weighs more than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return rank[a] - rank[b];
}
