/** The body and salt of a publication, until its record is withdrawn; that of a `rotate-key` belongs to none and stays. */
export type BodyTable = {
  node: string;
  epoch: number;
  seq: number;
  record: string | null;
  content: Buffer;
  salt: Buffer;
};
