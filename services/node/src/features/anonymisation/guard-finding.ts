import type { Field, Finding, FindingKind, RiskAttribute, Severity } from '@practice-exchange/anonymisation';
import type { LearningCodes, LearningProse } from '@practice-exchange/protocol';

/**
 * One thing that the guard found in an edition or a draft. Besides what the detectors find in the words, the guard finds
 * that the coded fields together fit too few children: those findings have the field `codes` and no span.
 */
export type GuardFinding = Omit<Finding, 'kind'> & {
  readonly kind: FindingKind | 'small-group' | 'rare-concern' | 'linkable-event' | 'same-outcome';
};

/** A coded field that can be told in a more general way, and what that would do to k. */
export type RiskChange = {
  readonly field: 'ageBand' | 'sex' | 'setting' | 'period' | 'concernCategories';
  /** What happens to the field: "Withhold the sex". */
  readonly change: string;
  /** The value that it would have then; a list for fields that hold several codes. */
  readonly to: string | readonly string[];
  readonly k: number;
};

/**
 * How many children the coded fields may describe. `expected` is the seed from population figures, `network` and `own`
 * are the learning records that share the codes, `concernK` is k among those who know what the concern was.
 * `network` is null when the hub could not be asked; k is then smaller than it need be, never larger.
 */
export type Risk = {
  readonly k: number;
  readonly concernK: number;
  readonly expected: number;
  readonly network: number | null;
  readonly own: number;
  /** The smallest combinations of answers that no, or hardly any, other record of this authority shares. */
  readonly apart: readonly (readonly RiskAttribute[])[];
  /** How many outcomes the authority's own records with the same answers had, this one included. */
  readonly outcomes: number;
  /** Whether an exact date, a place and an unusual event stand together in the words. */
  readonly eventLinkable: boolean;
  readonly changes: readonly RiskChange[];
};

/** Why the guard said nothing: it did not finish in its time, or it threw or its thread ended. Either blocks. */
export type GuardFailure = 'out-of-time' | 'broke-off';

/** What the guard says of a text as a whole. */
export type GuardVerdict = {
  readonly version: string;
  readonly findings: readonly GuardFinding[];
  readonly risk: Risk | null;
  readonly failure: GuardFailure | null;
  readonly failed: boolean;
  readonly blocked: boolean;
};

/** Mentions of one thing: what is decided about one is decided about all. */
export type FindingGroup = {
  readonly entity: string;
  readonly severity: Severity;
  readonly mentions: readonly [GuardFinding, ...GuardFinding[]];
};

/** The prose fields in the order in which a record is read, with the words by which pages call them. */
export const proseHeadings = [
  { field: 'title', label: 'Title' },
  { field: 'summary', label: 'Summary' },
  { field: 'situation', label: 'Situation' },
  { field: 'response', label: 'What was done' },
  { field: 'whatHappened', label: 'What happened' },
  { field: 'whatWorked', label: 'What worked' },
  { field: 'whatDidNot', label: 'What did not work' },
  { field: 'learningPoints', label: 'Learning points' },
  { field: 'nextTime', label: 'What we would do next time' },
] as const satisfies readonly { field: keyof LearningProse; label: string }[];

/** Every text of a record or draft whose words will be read, named as findings name them: `learningPoints.2`. */
export function fieldsOf(prose: Partial<LearningProse>): Field[] {
  return proseHeadings.flatMap(({ field }) => {
    const text = prose[field];
    if (text === undefined) return [];
    return typeof text === 'string'
      ? [{ path: field, text }]
      : text.map((item, index) => ({ path: `${field}.${index}`, text: item }));
  });
}

/** The codes that k is about. */
export type RiskCodes = Partial<
  Pick<LearningCodes, 'ageBand' | 'sex' | 'region' | 'period' | 'concernCategories' | 'setting' | 'outcome'>
>;

/** Findings by what they are mentions of, the weightiest first, then as they are read. */
export function groupsOf(findings: readonly GuardFinding[]): FindingGroup[] {
  const groups = new Map<string, [GuardFinding, ...GuardFinding[]]>();
  for (const finding of findings) {
    const mentions = groups.get(finding.entity);
    if (mentions) mentions.push(finding);
    else groups.set(finding.entity, [finding]);
  }
  return [...groups].map(([entity, mentions]) => ({ entity, severity: heaviest(mentions), mentions }));
}

function heaviest(findings: readonly GuardFinding[]): Severity {
  if (findings.some(({ severity }) => severity === 'block')) return 'block';
  return findings.some(({ severity }) => severity === 'block-unless-reason') ? 'block-unless-reason' : 'warn';
}

/** What the second signer must give a reason for. */
export function groupsNeedingReason(findings: readonly GuardFinding[]): FindingGroup[] {
  return groupsOf(findings).filter(({ severity }) => severity === 'block-unless-reason');
}
