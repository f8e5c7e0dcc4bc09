import type { ReceiptReason } from '@practice-exchange/protocol';

const askAdministrator =
  'Ask your node administrator: this service or the hub needs an update. Nothing that you wrote is lost.';
const publishAgain = 'Publish it again. If the same comes back, ask your node administrator.';

/** What the author or the lead can do about a reason of the hub; null where nothing is to be done. */
const advice: Record<ReceiptReason, string | null> = {
  'identifier-suspected':
    'Read these places again. If something there could identify anybody, change the case review and publish it again: the new text takes the place of this one. If not, you need do nothing; a person at the hub decides.',
  'key-not-trusted':
    'Ask your node administrator: the key of this service was reported as no longer safe. A person at the hub decides about what was sent with it.',
  'awaiting-approval': 'You need do nothing. It goes on by itself once somebody has decided.',
  'refused-by-operator': 'Change the case review as they say and publish it again.',
  superseded: null,
  'record-withdrawn': null,
  'body-removed': null,
  'audience-unknown': 'Change who can see it, and publish it again.',
  'record-exists': publishAgain,
  'record-unknown': publishAgain,
  'wrong-revision': publishAgain,
  'audience-changed': publishAgain,
  'not-owner': askAdministrator,
  'body-not-canonical': askAdministrator,
  'body-invalid': askAdministrator,
  'unsupported-schema': askAdministrator,
  'unsupported-vocabulary': 'Wait until the hub knows the code, or choose another, and publish it again.',
  'synthetic-changed': askAdministrator,
  'unknown-critical-field': askAdministrator,
};

/** What to do about a reason; for a code of a newer hub, whom to ask. */
export function adviceFor(reason: string): string | null {
  return Object.hasOwn(advice, reason) ? advice[reason as ReceiptReason] : askAdministrator;
}
