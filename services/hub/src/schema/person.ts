import type { Generated } from 'kysely';

/** An analyst or operator who signs in at the hub. */
export type PersonTable = {
  id: string;
  subject: string;
  name: string;
  job_title: string;
  roles: string[];
  active: Generated<boolean>;
};
