type ProtocolErrorEntry = { readonly status: number; readonly title: string; readonly sentence: string };

/**
 * Every error code of the protocol, with its HTTP status, its title and one sentence for a person. Codes are never
 * renamed and never reused.
 */
export const protocolErrors = {
  // What was sent, whatever the hub holds.
  'request-invalid': {
    status: 400,
    title: 'Request not understood',
    sentence: 'The request does not have the shape that this address takes.',
  },
  'too-large': {
    status: 413,
    title: 'Too large',
    sentence: 'The request, or a part of it, is larger than the limit the hub advertises.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    sentence: 'The request must be application/json.',
  },
  'malformed-jws': {
    status: 400,
    title: 'Not a signed envelope',
    sentence: 'The text is not a compact JWS with three base64url parts.',
  },
  'header-not-allowed': {
    status: 400,
    title: 'Signature header not allowed',
    sentence: 'The signature header must hold alg, kid and typ in canonical form and nothing else.',
  },
  'algorithm-not-allowed': {
    status: 400,
    title: 'Signature algorithm not allowed',
    sentence: 'Only the algorithm Ed25519 is accepted.',
  },
  'key-invalid': { status: 422, title: 'Key not usable', sentence: 'The key is not an Ed25519 key in JWK form.' },
  'unknown-key': {
    status: 422,
    title: 'Unknown key',
    sentence: 'The signature names a key that is not registered for this sender.',
  },
  'bad-signature': {
    status: 422,
    title: 'Signature does not verify',
    sentence: 'The signature was not made over these bytes by the key it names.',
  },
  'not-canonical': {
    status: 422,
    title: 'Not in canonical form',
    sentence: 'The signed bytes are not canonical JSON.',
  },
  'unsupported-version': {
    status: 422,
    title: 'Unsupported version',
    sentence: 'The receiver does not speak this version of the protocol.',
  },
  'unknown-critical-field': {
    status: 422,
    title: 'Unknown critical field',
    sentence: 'The envelope marks a field as critical that the receiver does not understand.',
  },
  'envelope-invalid': {
    status: 422,
    title: 'Envelope not valid',
    sentence: 'The envelope breaks a rule for its operation.',
  },
  'receipt-invalid': { status: 422, title: 'Receipt not valid', sentence: 'The receipt breaks a rule for its state.' },
  'certificate-invalid': {
    status: 422,
    title: 'Purge certificate invalid',
    sentence: 'The purge certificate breaks a rule, or answers another withdrawal.',
  },
  'wrong-node': {
    status: 403,
    title: 'Wrong node',
    sentence: 'The envelope names a node other than the one that sent it.',
  },
  'body-missing': {
    status: 422,
    title: 'Body missing',
    sentence: 'This operation carries a body, and the body or its salt was not sent.',
  },
  'body-unexpected': {
    status: 422,
    title: 'Body not expected',
    sentence: 'This operation carries no body, and one was sent.',
  },
  'body-malformed': {
    status: 422,
    title: 'Body not readable',
    sentence: 'The body or its salt is not base64url, or the salt is not 32 bytes.',
  },
  'commitment-mismatch': {
    status: 422,
    title: 'Body does not match its envelope',
    sentence: 'The body and salt are not the ones that the envelope commits to.',
  },
  'body-not-canonical': {
    status: 422,
    title: 'Body not in canonical form',
    sentence: 'The body is not canonical JSON.',
  },
  'body-invalid': {
    status: 422,
    title: 'Body not valid',
    sentence: 'The body breaks the schema that its envelope names.',
  },
  'unsupported-schema': {
    status: 422,
    title: 'Unsupported body schema',
    sentence: 'The receiver does not know this body schema, or it does not belong to this operation.',
  },
  'unsupported-vocabulary': {
    status: 422,
    title: 'Unsupported vocabulary',
    sentence: 'The body uses a vocabulary that the receiver does not know yet.',
  },

  // What was sent, against what the hub holds.
  'sequence-gap': {
    status: 409,
    title: 'Sequence gap',
    sentence: 'An earlier publication is missing; the hub names the one it wants next.',
  },
  'broken-chain': {
    status: 409,
    title: 'Chain broken',
    sentence: 'The envelope does not name the envelope before it.',
  },
  equivocation: {
    status: 409,
    title: 'Two publications for one place',
    sentence:
      'Another publication already has this place in the sequence; the node is frozen until people at both ends have looked.',
  },
  'epoch-not-approved': {
    status: 409,
    title: 'Epoch not approved',
    sentence: 'The node has started a new epoch, and a person at the hub has not approved it.',
  },
  'not-reconciled': {
    status: 409,
    title: 'Not reconciled',
    sentence: 'What the node and the hub hold was not found alike, so a new epoch cannot begin yet.',
  },
  'manifest-invalid': {
    status: 422,
    title: 'Manifest not understood',
    sentence: 'The manifest, or the request for an epoch, breaks a rule of its form or names another node or hub.',
  },
  'feed-changed': {
    status: 409,
    title: 'Receipts begin anew',
    sentence:
      'The hub’s receipts are not those that the node has read so far; the node reads them again from the start.',
  },
  'node-frozen': {
    status: 403,
    title: 'Node frozen',
    sentence: 'The hub has frozen this node; a person must look before it can publish.',
  },
  'may-not-publish': {
    status: 403,
    title: 'May not publish',
    sentence: 'This node is not switched on for publishing.',
  },
  'not-served': { status: 403, title: 'Not served', sentence: 'This node is not switched on for reading.' },
  'not-live': {
    status: 403,
    title: 'Not live yet',
    sentence: 'The node must first take a synthetic record through the conformance run; nothing else is taken before.',
  },
  'member-suspended': {
    status: 403,
    title: 'Suspended',
    sentence: 'The network operator has suspended this node; it may neither publish nor read until that is lifted.',
  },
  'member-expelled': {
    status: 403,
    title: 'No longer a member',
    sentence: 'This node has left the network; it may neither publish nor read.',
  },
  'key-not-trusted': {
    status: 403,
    title: 'Key not trusted',
    sentence: 'The key that signed this request is no longer trusted; change it with the recovery key.',
  },
  'key-in-use': {
    status: 409,
    title: 'Key in use',
    sentence: 'The key signed this request, or the newest publication that the hub holds; sign with the new key first.',
  },

  // Request tokens.
  'token-missing': { status: 401, title: 'Request token missing', sentence: 'The request carries no token.' },
  'token-invalid': {
    status: 401,
    title: 'Request token not valid',
    sentence: 'The token is not one of this protocol, or its signature does not verify.',
  },
  'token-unknown-issuer': {
    status: 401,
    title: 'Unknown node',
    sentence: 'The token comes from a node or key that is not registered.',
  },
  'token-wrong-audience': { status: 401, title: 'Token for another hub', sentence: 'The token names another hub.' },
  'token-expired': {
    status: 401,
    title: 'Request token expired',
    sentence: 'The token is older than its life allows.',
  },
  'token-not-yet-valid': {
    status: 401,
    title: 'Request token from the future',
    sentence: 'The token was issued later than the time now at the hub.',
  },
  'token-too-long': {
    status: 401,
    title: 'Request token lives too long',
    sentence: 'A token may live for at most 60 seconds.',
  },
  'token-wrong-request': {
    status: 401,
    title: 'Token for another request',
    sentence: 'The token was made for another method or path.',
  },
  'token-wrong-body': {
    status: 401,
    title: 'Token for another body',
    sentence: 'The token was made for a request with another body.',
  },
  'token-replayed': { status: 401, title: 'Request token used before', sentence: 'A token may be used once.' },
  'person-required': {
    status: 403,
    title: 'Person required',
    sentence: 'This address answers only requests made for a signed-in person.',
  },

  // Joining.
  'invitation-unknown': {
    status: 403,
    title: 'Unknown invitation',
    sentence: 'The hub has not issued this invitation.',
  },
  'invitation-used': {
    status: 409,
    title: 'Invitation used',
    sentence: 'The invitation has been used; ask for a new one.',
  },
  'invitation-expired': {
    status: 410,
    title: 'Invitation expired',
    sentence: 'The invitation has expired; ask for a new one.',
  },
  'proof-invalid': {
    status: 422,
    title: 'Proof of possession not valid',
    sentence: 'The proof was not made for this request by the key that is to be registered.',
  },
  'node-exists': {
    status: 409,
    title: 'Node already enrolled',
    sentence: 'A node with this id or this key has enrolled already.',
  },
  'recovery-invalid': {
    status: 422,
    title: 'Recovery not valid',
    sentence: 'The change of keys was not signed by the recovery key that the hub has for this node.',
  },

  // Everything else.
  'own-record': {
    status: 409,
    title: 'Own record',
    sentence: 'The record is of the authority that reports it; it can take it back or change it at once.',
  },
  'report-changed': {
    status: 409,
    title: 'Another report',
    sentence: 'A report with this id has said something else.',
  },
  'report-settled': {
    status: 409,
    title: 'Report settled',
    sentence: 'The report was settled before; nothing was changed now.',
  },
  'report-identifies': {
    status: 422,
    title: 'Identifier suspected',
    sentence: 'The words hold what may identify a person; say where it stands instead.',
  },
  'not-found': { status: 404, title: 'Not found', sentence: 'There is nothing here that this node may see.' },
  gone: { status: 410, title: 'Withdrawn', sentence: 'The authority that published this has withdrawn it.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    sentence: 'This address does not take this method.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    sentence: 'The node has sent more than its limit; wait as long as Retry-After says.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong at the hub',
    sentence: 'The hub could not answer; nothing was changed.',
  },
  unavailable: {
    status: 503,
    title: 'Not available now',
    sentence: 'The hub cannot answer now; wait as long as Retry-After says.',
  },
} as const satisfies Record<string, ProtocolErrorEntry>;

export type ProtocolErrorCode = keyof typeof protocolErrors;
