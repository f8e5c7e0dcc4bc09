import { expect, it } from 'vitest';
import { protocolErrors } from './protocol-errors.ts';
import { receiptReasons } from './receipt-reasons.ts';

// What software of others reads by. A line here is added to and never taken from.
const errors: Record<number, string> = {
  400: 'request-invalid malformed-jws header-not-allowed algorithm-not-allowed',
  401: 'token-missing token-invalid token-unknown-issuer token-wrong-audience token-expired token-not-yet-valid token-too-long token-wrong-request token-wrong-body token-replayed',
  403: 'wrong-node node-frozen may-not-publish not-served not-live member-suspended member-expelled key-not-trusted person-required invitation-unknown',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'sequence-gap broken-chain equivocation epoch-not-approved not-reconciled feed-changed key-in-use invitation-used node-exists own-record report-changed report-settled',
  410: 'invitation-expired gone',
  413: 'too-large',
  415: 'unsupported-media-type',
  422: 'key-invalid unknown-key bad-signature not-canonical unsupported-version unknown-critical-field envelope-invalid receipt-invalid certificate-invalid body-missing body-unexpected body-malformed commitment-mismatch body-not-canonical body-invalid unsupported-schema unsupported-vocabulary manifest-invalid proof-invalid recovery-invalid report-identifies',
  429: 'too-many-requests',
  500: 'internal-error',
  503: 'unavailable',
};
const reasons =
  'body-not-canonical body-invalid unsupported-schema unsupported-vocabulary body-removed record-exists record-unknown record-withdrawn not-owner wrong-revision audience-changed audience-unknown synthetic-changed identifier-suspected key-not-trusted awaiting-approval superseded unknown-critical-field refused-by-operator';

it('ERR-2: no error code that was published is gone or has another status, and none is missing here', () => {
  const published = Object.entries(errors).flatMap(([status, codes]) =>
    codes.split(' ').map((code) => [code, Number(status)] as const),
  );
  const known = Object.entries(protocolErrors).map(([code, { status }]) => [code, status] as const);
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(published));
});

it('ERR-2: no reason of a receipt that was published is gone, and none is missing here', () => {
  expect(Object.keys(receiptReasons).sort()).toEqual(reasons.split(' ').sort());
});
