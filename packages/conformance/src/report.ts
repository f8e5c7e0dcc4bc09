/** What became of one rule: by its number in FEDERATION.md. */
export type Outcome = {
  readonly rule: string;
  readonly result: 'pass' | 'fail' | 'not-testable';
  /** What was looked at; for a failure, what was wrong; otherwise why it cannot be seen from outside. */
  readonly detail: string;
};

/** The outcomes of a run in the order in which they were found. */
export type Report = readonly Outcome[];

/** What failed. */
export function failures(report: Report): Report {
  return report.filter(({ result }) => result === 'fail');
}

/** One line of a report as a terminal shows it. */
export function lineOf({ rule, result, detail }: Outcome): string {
  return `${result.padEnd(12)} ${rule.padEnd(7)} ${detail}`;
}

/** Something that a rule does not allow. Its message says what was seen. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
}

/** Throws when a condition of a rule does not hold. */
export function must(holds: boolean, seen: string): asserts holds {
  if (!holds) throw new RuleBroken(seen);
}

/** Collects outcomes. A rule that was looked at more than once has failed if it failed once. */
export class Recorder {
  readonly #outcomes: Outcome[] = [];
  readonly #tell: (outcome: Outcome) => void;

  constructor(tell: (outcome: Outcome) => void = () => undefined) {
    this.#tell = tell;
  }

  record(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    this.#tell(outcome);
  }

  /** Looks at a rule: passes when nothing is thrown. Gives what the check gives, or undefined when it failed. */
  async check<T>(rule: string, what: string, look: () => Promise<T> | T): Promise<T | undefined> {
    try {
      const found = await look();
      this.record({ rule, result: 'pass', detail: what });
      return found;
    } catch (error) {
      const seen = error instanceof Error ? error.message : String(error);
      this.record({ rule, result: 'fail', detail: `${what}: ${seen}` });
      return undefined;
    }
  }

  get report(): Report {
    return this.#outcomes;
  }
}
