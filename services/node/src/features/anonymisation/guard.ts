import {
  type AnonymityCheck,
  type AnonymityResult,
  checkAnonymity,
  guardVersion,
} from '@practice-exchange/anonymisation';
import { errorCode, type Logger } from '@practice-exchange/platform';
import type { GuardFailure, GuardFinding, GuardVerdict, Risk } from './guard-finding.ts';

/** The anonymisation guard as the node uses it: off the event loop, within a limited time. */
export type Guard = {
  check(input: AnonymityCheck): Promise<AnonymityResult>;
  close(): Promise<void>;
};

/** How long the guard may take over one text. The longest record that the network takes is read in under three seconds. */
const guardTimeMs = 10_000;

/** The guard of a node. */
export function openGuard(): Guard {
  return {
    check: async (input) => checkAnonymity(input, { deadlineMs: guardTimeMs }),
    close: async () => undefined,
  };
}

/** What the guard says of the words, or why it says nothing. Never throws: a guard that fails is a guard that blocks. */
export async function runGuard(
  { guard, log }: { guard: Guard; log: Logger },
  input: AnonymityCheck,
  limitMs: number = guardTimeMs,
): Promise<{ findings: AnonymityResult['findings']; failure: GuardFailure | null }> {
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<'out-of-time'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'out-of-time');
  });
  try {
    // `async` also catches a guard that throws before it gives a promise.
    const checked = await Promise.race([(async () => guard.check(input))(), outOfTime]);
    if (checked !== 'out-of-time') return { findings: checked.findings, failure: null };
    log.error({ code: 'guard-out-of-time' }, 'the anonymisation guard ran out of time and blocks');
    return { findings: [], failure: 'out-of-time' };
  } catch (error) {
    log.error({ code: errorCode(error) }, 'the anonymisation guard failed and blocks');
    return { findings: [], failure: 'broke-off' };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Puts together what the words and the coded fields give away. Blocked: a finding that nobody may override, a risk that
 * could not be told, or a guard that failed.
 */
export function verdictFrom(
  { findings, failure }: { findings: AnonymityResult['findings']; failure: GuardFailure | null },
  risk: Risk | null,
): GuardVerdict {
  const all: GuardFinding[] = [...findings, ...(risk ? riskFindings(risk) : [])];
  return {
    version: guardVersion,
    findings: failure === null ? all : [],
    risk,
    failure,
    failed: failure !== null,
    blocked: failure !== null || risk === null || all.some(({ severity }) => severity === 'block'),
  };
}

const aboutCodes = { field: 'codes', start: 0, end: 0, text: '', confidence: 1, suggestion: null } as const;

/** The findings that follow from k: fewer than 3 blocks, 3 or 4 needs a reason. */
function riskFindings({ k, concernK }: Risk): GuardFinding[] {
  if (k < 5) {
    return [
      {
        ...aboutCodes,
        kind: 'small-group',
        severity: k < 3 ? 'block' : 'block-unless-reason',
        why: `Together, the coded answers fit about ${k} ${k === 1 ? 'child' : 'children'} in a year: too few to disappear among.`,
        entity: 'small-group',
      },
    ];
  }
  if (concernK >= 3) return [];
  return [
    {
      ...aboutCodes,
      kind: 'rare-concern',
      severity: 'block-unless-reason',
      why: 'This kind of concern is rare: somebody who knows what the concern was would have fewer than 3 children of this age, sex and region to think of.',
      entity: 'rare-concern',
    },
  ];
}
