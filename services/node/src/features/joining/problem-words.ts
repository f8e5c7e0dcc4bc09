import { isProtocolErrorCode, protocolErrors } from '@practice-exchange/protocol';

const words: Readonly<Record<string, string>> = {
  unreachable: 'The hub did not answer. The node goes on trying by itself.',
  'unexpected-answer':
    'Something answered in the place of the hub that is not a hub. Check the address with the operator.',
  'another-hub': 'Another hub answers at this address than the one that this node joined. Nothing is sent to it.',
  'token-unknown-issuer':
    'The hub does not know this node or its key. If this server was put back to a backup from before a change of keys, change them again with the newest words of the recovery key. Otherwise ring the network operator.',
  'key-not-trusted':
    'The hub no longer trusts the signing key that is here, so nothing more is sent. Change the keys with the newest words of the recovery key.',
  'recovery-not-proven':
    'The hub names a recovery key that nothing signed by this node’s own leads to. Ring the network operator, and use no words until you both know why.',
};

/** What kept the hub from answering, for an administrator. */
export function problemText(code: string): string {
  if (words[code]) return words[code];
  return isProtocolErrorCode(code)
    ? protocolErrors[code].sentence
    : `The hub answered “${code}”. Ring the network operator.`;
}
