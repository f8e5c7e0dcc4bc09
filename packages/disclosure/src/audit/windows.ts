import type { DisclosureRules, Statement } from '../model.ts';
import { roundingSlack } from '../rounding.ts';

/** The smallest and largest count that something said of a cell allows. */
export type Window = { readonly lower: number; readonly upper: number };

const anything: Window = { lower: 0, upper: Number.POSITIVE_INFINITY };

/**
 * What all statements about a cell say together of its present count, to somebody who knows every change made between the
 * releases. `told`: they also know of each hidden cell whether a small count was the reason, and hence that it is at most 7.
 */
export function windowOf(
  statements: readonly Statement[],
  count: number,
  told: boolean,
  rules: DisclosureRules,
): Window {
  return statements
    .map((statement) => shift(saidBy(statement, told, rules), count - statement.count))
    .reduce(intersect, anything);
}

/** The same for a stock, whose changes are unknown: a number kept from an earlier release tells nothing of the present. */
export function stockWindowOf(
  statement: Statement | undefined,
  release: string,
  told: boolean,
  rules: DisclosureRules,
): Window {
  return statement?.release === release ? intersect(anything, saidBy(statement, told, rules)) : anything;
}

function saidBy(statement: Statement, told: boolean, rules: DisclosureRules): Window {
  if ('value' in statement) {
    if (statement.value === 0) return { lower: 0, upper: 0 };
    const slack = roundingSlack(rules.base);
    return { lower: statement.value - slack.below, upper: statement.value + slack.above };
  }
  if (!told || statement.hidden === 'other')
    return { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
  // A zero is hidden alike, so that a hidden cell never says that there is anybody.
  return { lower: 0, upper: rules.smallest };
}

function shift({ lower, upper }: Window, by: number): Window {
  return { lower: lower + by, upper: upper + by };
}

function intersect(a: Window, b: Window): Window {
  return { lower: Math.max(a.lower, b.lower), upper: Math.min(a.upper, b.upper) };
}
