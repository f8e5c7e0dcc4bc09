import { randomUUID } from 'node:crypto';
import {
  type LearningResponse,
  learningProseSchema,
  type Problem,
  problemFor,
  type RiskReport,
  type RiskReportRequest,
  type RiskReportsResponse,
  readCodesSchema,
  riskReportRequestSchema,
  syntheticRecords,
} from '@practice-exchange/protocol';
import type { Observer } from './observer.ts';

/**
 * The reports that a node makes, as a hub takes them that stumbles on purpose: it cannot take the first one at once, and then
 * loses it.
 */
export class ReportsOfNode {
  /** A record that people at the node can read, and report. */
  readonly record: string = randomUUID();
  readonly #observer: Observer;
  readonly #made: () => void;
  #sent: RiskReportRequest | null = null;
  #turn: 'never-sent' | 'put-off' | 'taken' | 'lost' | 'kept' = 'never-sent';

  /** `made` is called once there is nothing more to see of a report. */
  constructor(observer: Observer, made: () => void) {
    this.#observer = observer;
    this.#made = made;
  }

  /** Takes a report, or gives why not and in how many seconds to come again. */
  take(body: unknown, isForPerson: boolean): { report: RiskReport } | { problem: Problem; afterSeconds?: number } {
    const request = riskReportRequestSchema.safeParse(body);
    this.#observer.holds(
      'RSK-1',
      'reports in the shape of the protocol',
      request.success,
      'it does not fit the schema',
    );
    this.#observer.holds('RSK-1', 'says of no person that they report', !isForPerson, 'a token names one');
    if (!request.success) return { problem: problemFor('request-invalid') };
    if (request.data.record !== this.record) return { problem: problemFor('not-found') };
    const again = JSON.stringify(this.#sent) === JSON.stringify(request.data);
    if (this.#turn === 'never-sent') {
      this.#sent = request.data;
      this.#turn = 'put-off';
      return { problem: problemFor('unavailable'), afterSeconds: 1 };
    }
    if (this.#turn === 'put-off') {
      this.#observer.holds(
        'RSK-15',
        'keeps a report that it cannot send',
        again,
        'it came changed, or under another id',
      );
      this.#turn = 'taken';
    } else if (this.#turn === 'lost') {
      this.#observer.holds(
        'RSK-14',
        'sends again a report that the hub lost',
        again,
        'it came changed, or under another id',
      );
      this.#turn = 'kept';
    }
    return { report: told(request.data) };
  }

  /** What is told of reports. What was taken first is lost once. */
  list(): RiskReportsResponse {
    this.#observer.holds('RSK-6', 'asks for reports, and what became of them', true);
    if (this.#turn === 'kept') this.#made();
    if (this.#turn === 'taken') this.#turn = 'lost';
    return { reports: this.#turn === 'kept' && this.#sent ? [told(this.#sent)] : [], next: null };
  }

  /** The record as the hub shows it: nobody's case. */
  learning(): LearningResponse {
    const { published } = syntheticRecords;
    return {
      id: this.record,
      record: learningProseSchema.parse(published),
      codes: readCodesSchema.parse(published),
      region: published.region,
      prevalenceBand: null,
      period: published.period,
      citation: { reference: 'PX-CONFORMANCE', text: 'A record of the conformance suite.' },
      revision: 1,
      similar: [],
    };
  }
}

function told({ id, record, how, says }: RiskReportRequest): RiskReport {
  const at = new Date().toISOString();
  return {
    id,
    record,
    how,
    says,
    side: 'made',
    state: 'open',
    revision: 1,
    by: null,
    at,
    settledAt: null,
    answer: null,
  };
}
