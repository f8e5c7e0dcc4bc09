import {
  type AnonymityCheck,
  type AnonymityResult,
  comfortableClassSize,
  createGuard,
  type Guard,
  guardVersion,
  leastClassSize,
  severityOfClassSize,
} from '@practice-exchange/anonymisation';
import { errorCode, type Logger } from '@practice-exchange/platform';
import type { GuardFailure, GuardFinding, GuardVerdict, Risk } from './guard-finding.ts';

/** How long the guard may take over one text. The longest record that the network takes is read in under three seconds. */
const guardTimeMs = 10_000;
/** With its turn in the queue; a guard that does not even give up in time is given up here. */
const answerTimeMs = 30_000;

/** The node's guard: a thread of its own, replaced when it dies or takes too long. */
export function openGuard(): Guard {
  return createGuard({ timeoutMs: guardTimeMs });
}

/** What the guard says of the words, or why it says nothing. Never throws: a guard that fails is a guard that blocks. */
export async function runGuard(
  { guard, log }: { guard: Guard; log: Logger },
  input: AnonymityCheck,
  limitMs: number = answerTimeMs,
): Promise<{ findings: AnonymityResult['findings']; failure: GuardFailure | null }> {
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<{ blocked: 'timed-out' }>((resolve) => {
    timer = setTimeout(resolve, limitMs, { blocked: 'timed-out' });
  });
  try {
    // `async` also catches a guard that throws before it gives a promise.
    const checked = await Promise.race([(async () => guard.check(input))(), outOfTime]);
    if (!('blocked' in checked)) return { findings: checked.findings, failure: null };
    log.error({ code: `guard-${checked.blocked}` }, 'the anonymisation guard did not finish and blocks');
    return { findings: [], failure: checked.blocked === 'timed-out' ? 'out-of-time' : 'broke-off' };
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

/** The findings that follow from the risk: fewer than 3 blocks, 3 or 4 needs a reason, what news could match is told. */
function riskFindings({ k, concernK, eventLinkable, outcomes, own }: Risk): GuardFinding[] {
  const findings: GuardFinding[] = [];
  const severity = severityOfClassSize(k);
  if (severity) {
    findings.push({
      ...aboutCodes,
      kind: 'small-group',
      severity,
      why: `Together, the coded answers fit about ${k} ${k === 1 ? 'child' : 'children'} in a year: too few to disappear among.`,
      entity: 'small-group',
    });
  } else if (concernK < leastClassSize) {
    findings.push({
      ...aboutCodes,
      kind: 'rare-concern',
      severity: 'block-unless-reason',
      why: `This kind of concern is rare: somebody who knows what the concern was would have fewer than ${leastClassSize} children of this age, sex and region to think of.`,
      entity: 'rare-concern',
    });
  }
  if (eventLinkable) {
    findings.push({
      ...aboutCodes,
      kind: 'linkable-event',
      severity: 'warn',
      why: 'An exact date, a place and an unusual event stand in the same text: together they can be looked up in the news.',
      entity: 'linkable-event',
    });
  }
  if (own > 0 && outcomes < 2) {
    findings.push({
      ...aboutCodes,
      kind: 'same-outcome',
      severity: 'warn',
      why: 'All your own learning with these answers had the same outcome: whoever recognises the answers knows the outcome.',
      entity: 'same-outcome',
    });
  }
  return findings;
}

/** Whether the changes that would make k larger are worth showing. */
export function isTight({ k, concernK }: Pick<Risk, 'k' | 'concernK'>): boolean {
  return k < comfortableClassSize || concernK < leastClassSize;
}
