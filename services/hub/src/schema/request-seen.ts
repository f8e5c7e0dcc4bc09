/** Identifiers of request tokens already used, until they expire. */
export type RequestSeenTable = {
  jti: string;
  expires_at: Date;
};
