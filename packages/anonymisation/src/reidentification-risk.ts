import type { Severity } from './finding.ts';

/** The codes of a learning record that could single someone out. Any learning record's codes fit. */
export type RiskCodes = {
  readonly ageBand: string;
  readonly sex: string;
  readonly region: string;
  readonly period: string;
  readonly concernCategories: readonly string[];
  readonly setting: string;
  readonly outcome: string;
  /** Present only where an authority records it. */
  readonly ethnicGroup?: string;
};

export type RiskAttribute = 'ageBand' | 'sex' | 'ethnicGroup' | 'region' | 'year' | 'concernCategory' | 'setting';

/** A combination of attributes that few records share, the candidate included. */
export type UniqueCombination = { readonly attributes: readonly RiskAttribute[]; readonly count: number };

export type ReidentificationRisk = {
  /** How many records, the candidate included, share every attribute that could single someone out. */
  readonly k: number;
  /** Combinations of at most three attributes that hold fewer than three records and contain no smaller such one. */
  readonly smallestUniqueCombinations: readonly UniqueCombination[];
  /** The attribute whose generalisation would help most, or null when nothing stands out. */
  readonly generaliseNext: RiskAttribute | null;
  /** How many different outcomes the records of the same class have: below 2, knowing the class tells the outcome. */
  readonly outcomeDiversity: number;
  /** Whether an exact date, a place and an unusual event stand together, so that the news can be matched. */
  readonly eventLinkability: boolean;
};

/** The fewest records that must share a class for it to be published: below it no one may override. */
export const leastClassSize = 3;
/** Below this a second signer must give a reason. */
export const comfortableClassSize = 5;

const withheld = new Set(['withheld', 'unknown']);

/**
 * k-anonymity of one learning record against records already published (and an authority's own), with the smallest unique
 * combinations of up to three attributes, after the special uniques detection algorithm (Elliot, Manning and Ford 2002), and
 * distinct l-diversity on the outcome. A withheld or unknown value tells nothing and matches every record.
 *
 * `corpus` must not hold the candidate itself. `signals` come from the guard's findings on the prose.
 */
export function reidentificationRisk(input: {
  readonly candidate: RiskCodes;
  readonly corpus: readonly RiskCodes[];
  readonly signals?: { readonly exactDate: boolean; readonly place: boolean; readonly rareEvent: boolean };
}): ReidentificationRisk {
  const { candidate, corpus } = input;
  const attributes = stated(candidate);
  // One bit for each attribute on which a record agrees: every combination is then one comparison of numbers.
  const agreements = corpus.map((codes) =>
    attributes.reduce((bits, attribute, i) => (agrees(candidate, codes, attribute) ? bits | (1 << i) : bits), 0),
  );
  const tally = new Map<number, number>();
  for (const bits of agreements) {
    tally.set(bits, (tally.get(bits) ?? 0) + 1);
  }
  const countOf = (mask: number) => {
    let count = 1;
    for (const [bits, records] of tally) {
      count += (bits & mask) === mask ? records : 0;
    }
    return count;
  };
  const all = (1 << attributes.length) - 1;
  const smallest: { mask: number; count: number }[] = [];
  for (const mask of masksOfUpToThree(attributes.length)) {
    if (smallest.some((found) => (found.mask & mask) === found.mask)) {
      continue;
    }
    const count = countOf(mask);
    if (count < leastClassSize) {
      smallest.push({ mask, count });
    }
  }
  const inClass = corpus.filter((_, i) => ((agreements[i] ?? 0) & all) === all);
  const outcomes = new Set([candidate.outcome, ...inClass.map((codes) => codes.outcome)]);
  const { signals } = input;
  const k = countOf(all);
  return {
    k,
    smallestUniqueCombinations: smallest.map(({ mask, count }) => ({
      attributes: attributes.filter((_, i) => (mask & (1 << i)) !== 0),
      count,
    })),
    generaliseNext: k >= comfortableClassSize ? null : mostHelpful(attributes, all, countOf, smallest),
    outcomeDiversity: [...outcomes].filter((outcome) => !withheld.has(outcome)).length,
    eventLinkability: signals ? signals.exactDate && signals.place && signals.rareEvent : false,
  };
}

/** What a class of k records does to sign-off, or null when nothing. */
export function severityOfClassSize(k: number): Severity | null {
  if (k < leastClassSize) {
    return 'block';
  }
  return k < comfortableClassSize ? 'block-unless-reason' : null;
}

const everyAttribute: readonly RiskAttribute[] = [
  'ageBand',
  'sex',
  'ethnicGroup',
  'region',
  'year',
  'concernCategory',
  'setting',
];

function stated(codes: RiskCodes): RiskAttribute[] {
  return everyAttribute.filter((attribute) => valuesOf(codes, attribute).length > 0);
}

function valuesOf(codes: RiskCodes, attribute: RiskAttribute): readonly string[] {
  if (attribute === 'concernCategory') {
    return codes.concernCategories.filter((code) => !withheld.has(code));
  }
  const value = attribute === 'year' ? codes.period.slice(0, 4) : codes[attribute];
  return value === undefined || withheld.has(value) ? [] : [value];
}

function agrees(candidate: RiskCodes, codes: RiskCodes, attribute: RiskAttribute): boolean {
  const values = valuesOf(codes, attribute);
  // Several categories single out more than one: a record must hold them all to hide this one.
  return values.length === 0 || valuesOf(candidate, attribute).every((value) => values.includes(value));
}

function* masksOfUpToThree(attributes: number): Generator<number> {
  for (let size = 1; size <= 3; size++) {
    for (let mask = 1; mask < 1 << attributes; mask++) {
      if (bitsOf(mask) === size) {
        yield mask;
      }
    }
  }
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) {
    bits++;
  }
  return bits;
}

function mostHelpful(
  attributes: readonly RiskAttribute[],
  all: number,
  countOf: (mask: number) => number,
  smallest: readonly { mask: number }[],
): RiskAttribute | null {
  const ranked = attributes.map((attribute, i) => ({
    attribute,
    without: countOf(all & ~(1 << i)),
    blamed: smallest.filter(({ mask }) => (mask & (1 << i)) !== 0).length,
  }));
  ranked.sort((a, b) => b.without - a.without || b.blamed - a.blamed);
  return ranked[0]?.attribute ?? null;
}
