/** The body and salt of a publication, until it is withdrawn. */
export type BodyTable = {
  node: string;
  epoch: number;
  seq: number;
  record: string;
  content: Buffer;
  salt: Buffer;
};
