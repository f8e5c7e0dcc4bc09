import { must, type Outcome, type Report } from '../report.ts';

/** Watches rules over many requests: a rule has failed once it was broken once, and passed when it was kept each time. */
export class Observer {
  readonly #seen = new Map<string, Outcome>();

  /** Notes whether a rule was kept this time. */
  see(rule: string, what: string, kept: () => void): boolean {
    try {
      kept();
      if (!this.#seen.has(rule)) this.#seen.set(rule, { rule, result: 'pass', detail: what });
      return true;
    } catch (error) {
      const seen = error instanceof Error ? error.message : String(error);
      if (this.#seen.get(rule)?.result !== 'fail') {
        this.#seen.set(rule, { rule, result: 'fail', detail: `${what}: ${seen}` });
      }
      return false;
    }
  }

  /** Notes a plain condition. */
  holds(rule: string, what: string, kept: boolean, seen = 'it does not'): boolean {
    return this.see(rule, what, () => must(kept, seen));
  }

  report(notSeen: Readonly<Record<string, string>>): Report {
    const missed = Object.entries(notSeen).filter(([rule]) => !this.#seen.has(rule));
    return [
      ...this.#seen.values(),
      ...missed.map(([rule, detail]): Outcome => ({ rule, result: 'not-testable', detail })),
    ];
  }
}
