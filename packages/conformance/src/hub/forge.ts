import {
  canonicalise,
  commit,
  createSalt,
  encodeBase64url,
  type PublicationItem,
  signDocument,
  syntheticRecords,
} from '@practice-exchange/protocol';
import { realPublication } from './joining.ts';
import { type Subject, sealNext } from './subject.ts';

/** Signs an envelope of which anything may be wrong, with a body that fits it unless told. */
export function forge(
  subject: Subject,
  change: Record<string, unknown>,
  { key = subject.raw.key, typ = 'px-envelope+jws' as const, body = syntheticRecords.published as unknown } = {},
): PublicationItem {
  const { envelope } = sealNext(subject, realPublication(subject));
  const salt = createSalt();
  const bytes = canonicalise(body);
  const document = { ...envelope, commitment: commit(salt, bytes), ...change };
  const jws = signDocument(document, typ, key);
  return { envelope: jws, body: encodeBase64url(bytes), salt: encodeBase64url(salt) };
}
