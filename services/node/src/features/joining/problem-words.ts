import { isProtocolErrorCode, protocolErrors } from '@practice-exchange/protocol';

const words: Readonly<Record<string, string>> = {
  unreachable: 'The hub did not answer. The node goes on trying by itself.',
  'unexpected-answer':
    'Something answered in the place of the hub that is not a hub. Check the address with the operator.',
  'another-hub': 'Another hub answers at this address than the one that this node joined. Nothing is sent to it.',
  'token-unknown-issuer':
    'The hub does not know this node or its key. If the key was changed elsewhere, use the recovery key; otherwise ring the network operator.',
};

/** What kept the hub from answering, for an administrator. */
export function problemText(code: string): string {
  if (words[code]) return words[code];
  return isProtocolErrorCode(code)
    ? protocolErrors[code].sentence
    : `The hub answered “${code}”. Ring the network operator.`;
}
