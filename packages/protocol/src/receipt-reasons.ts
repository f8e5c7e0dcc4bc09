/**
 * Why the hub rejected or quarantined a publication: a closed list, one plain sentence each, for the author as much as
 * for the administrator.
 */
export const receiptReasons = {
  'body-not-canonical': 'The text was not written in the network’s standard form, so it could not be checked.',
  'body-invalid': 'A field is missing, too long, or holds a value that the network does not use.',
  'unsupported-schema': 'The hub does not know this kind of document.',
  'unsupported-vocabulary':
    'It uses a code that the hub does not know yet; it can be sent again once the hub is updated.',
  'body-removed': 'The text and its key were destroyed before the hub received it, because it was withdrawn.',
  'record-exists': 'A learning record with this id has been published already.',
  'record-unknown': 'The hub holds no learning record with this id, so there is nothing to change.',
  'record-withdrawn':
    'The learning record was withdrawn; what is withdrawn stays withdrawn and cannot be published again.',
  'not-owner': 'The learning record belongs to another authority.',
  'wrong-revision': 'It does not follow the revision that the hub holds.',
  'audience-changed': 'A revision may not change who can see a learning record; that is done on its own.',
  'audience-unknown': 'It names an authority that is not in the network.',
  'synthetic-changed':
    'A synthetic record stays synthetic, and a real one real; this would have turned one into the other.',
  'identifier-suspected':
    'The hub’s own check found something that may identify a person; a person at the hub will look at it.',
  'key-not-trusted': 'It was signed with a key that is no longer trusted from this point on.',
  'awaiting-approval': 'A person at the hub must approve it first.',
  superseded: 'It waited for a person at the hub, and a later publication took its place before anybody decided.',
  'unknown-critical-field': 'It asks for something that the hub does not know yet, and must not be read without it.',
  'refused-by-operator': 'A person at the hub looked at it and refused it; they will say why.',
} as const satisfies Record<string, string>;

export type ReceiptReason = keyof typeof receiptReasons;

/** Whether a code is one that this version of the protocol knows. */
export function isReceiptReason(code: string): code is ReceiptReason {
  return Object.hasOwn(receiptReasons, code);
}

/** One plain-English sentence for a reason code; a code of a newer hub is shown as it is, with whom to ask. */
export function reasonText(code: string): string {
  return isReceiptReason(code)
    ? receiptReasons[code]
    : `The hub gave the reason “${code}”, which this node does not know yet; ask the network operator.`;
}
