/** The lasting record of each document that the authority publishes besides learning: its statement, a quarter's return. */
export type DocumentTable = {
  kind: 'statement' | 'return';
  name: string;
  record: string;
};
