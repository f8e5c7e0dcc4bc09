/**
 * The limits of protocol version 1. A hub advertises its own in the well-known document; it may ask for less than these
 * and never accepts more. Sizes are bytes, times are seconds.
 */
export const protocolLimits = {
  /** One compact JWS. An audience that names all 153 authorities takes about 9 KiB. */
  jwsBytes: 16_384,
  /** One canonical body, before base64url. */
  bodyBytes: 262_144,
  /** Publications in one request. */
  batchItems: 100,
  /** One request's body. */
  requestBytes: 4_194_304,
  /** Nesting of arrays and objects in any canonical document. */
  depth: 16,
  /** The longest life of a request token. */
  tokenSeconds: 60,
  /** The longest that a request for receipts may wait for the next one. */
  receiptsWaitSeconds: 30,
  /** What one node may ask in a minute, withdrawals and confirmations apart. */
  requestsPerMinute: 12_000,
  /** The words of one risk report, or of an answer to one, in UTF-16 code units. */
  riskReportCharacters: 2_000,
  /** Risk reports of one authority that wait for an answer. */
  riskReportsOpen: 100,
} as const;

/** The protocol's major version, as the envelope's and the receipt's `v`. */
export const protocolVersion = 1;
