import type { Generated } from 'kysely';

/** Someone who works at this authority. */
export type PersonTable = {
  id: string;
  subject: string;
  name: string;
  job_title: string;
  roles: string[];
  active: Generated<boolean>;
  created_at: Generated<Date>;
};
