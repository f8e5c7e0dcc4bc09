import { errorCode } from '@practice-exchange/platform';
import { ProtocolError } from '@practice-exchange/protocol';

/** The hub cannot answer now, or was asked too much: the answer says how long to wait. */
export class TryLater extends ProtocolError {
  readonly retryAfterSeconds: number;

  constructor(code: 'too-many-requests' | 'unavailable', retryAfterSeconds: number) {
    super(code);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What PostgreSQL and the way to it answer while it is away, starting, stopping or full. */
const awayCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
]);

/** What a node is told of an error: that the database is away is a reason to come back, not a fault of its own. */
export function withPatience(error: unknown): unknown {
  return awayCodes.has(errorCode(error)) ? new TryLater('unavailable', 5) : error;
}
