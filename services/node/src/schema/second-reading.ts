import type { Generated } from 'kysely';

/** What a second reader answered to the motivated-intruder question, before any finding was shown. */
export type SecondReadingTable = {
  review: string;
  edition: number;
  content_hash: string;
  person: string;
  answer: 'nobody' | 'perhaps' | 'somebody';
  account: string | null;
  created_at: Generated<Date>;
};
