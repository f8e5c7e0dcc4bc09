import { fingerprintOfKid } from '@practice-exchange/protocol';

type Entry = { at: Date; action: string; detail: unknown; person: string | null };

const words: Readonly<Record<string, string>> = {
  enrolled: 'Enrolled with its invitation',
  'recovery-key-replaced': 'Made another recovery key before the fingerprint was confirmed',
  'fingerprint-confirmed': 'Fingerprint confirmed',
  'went-live': 'Went live after the conformance run',
  'switches-turned': 'Switches turned',
  suspended: 'Suspended',
  'suspension-lifted': 'Suspension lifted',
  expelled: 'Expelled',
  'key-retired': 'Retired an older key',
  'keys-recovered': 'Changed its keys with the recovery key',
  'key-not-trusted': 'Key marked as not trusted',
};

/** The audit entries of a member as people read them. An action that has no words yet is shown by its name. */
export function describeHistory(entries: readonly Entry[]) {
  return entries.map(({ at, action, detail, person }) => ({
    at,
    text: words[action] ?? action,
    person: person ?? 'by itself',
    notes: notesOf(detail as Record<string, unknown>),
  }));
}

function notesOf(detail: Record<string, unknown>): string[] {
  const notes: string[] = [];
  if (typeof detail.mayPublish === 'boolean') notes.push(`May publish: ${detail.mayPublish ? 'yes' : 'no'}`);
  if (typeof detail.isServed === 'boolean') notes.push(`Is served: ${detail.isServed ? 'yes' : 'no'}`);
  if (typeof detail.kid === 'string') notes.push(`Key ${fingerprintOfKid(detail.kid)}`);
  if (typeof detail.seq === 'number') notes.push(`Trusted up to epoch ${detail.epoch}, publication ${detail.seq}`);
  if (typeof detail.reason === 'string') {
    notes.push(detail.reason === 'recovery-key' ? 'Said with the recovery key' : `“${detail.reason}”`);
  }
  return notes;
}
