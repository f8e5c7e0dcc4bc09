/** A form that arrived after its session had ended, sealed: `packages/web` keeps it and shows it to the same person again. */
export type KeptFormTable = {
  token_hash: string;
  path: string;
  person: string;
  sealed: Buffer;
  kept_at: Date;
};
