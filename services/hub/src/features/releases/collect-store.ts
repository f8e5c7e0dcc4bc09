import type { Database } from '@practice-exchange/platform';
import type { CaseloadReturn, PracticeStatement } from '@practice-exchange/protocol';
import type { Region } from '@practice-exchange/vocabulary';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** Every authority that takes part, by name. */
export async function takingPart(tx: Db): Promise<{ id: string; name: string; region: Region }[]> {
  return tx.db
    .selectFrom('authority as a')
    .innerJoin('member as m', 'm.authority', 'a.id')
    .select(['a.id', 'a.name', 'a.region'])
    .where('m.live_at', 'is not', null)
    .where('m.state', '<>', 'expelled')
    .orderBy('a.name')
    .execute();
}

/** The newest return of every authority for every quarter up to one. */
export async function returnsUpTo(
  tx: Db,
  quarter: string,
): Promise<{ authority: string; region: Region; content: CaseloadReturn }[]> {
  return tx.db
    .selectFrom('caseload_return as r')
    .innerJoin('authority as a', 'a.id', 'r.authority')
    .select(['r.authority', 'a.region', 'r.content'])
    .where('r.quarter', '<=', quarter)
    .execute();
}

export async function statementsNow(
  tx: Db,
): Promise<{ authority: string; region: Region; agreed: PracticeStatement['agreed'] }[]> {
  return tx.db
    .selectFrom('practice_statement as s')
    .innerJoin('authority as a', 'a.id', 's.authority')
    .select(['s.authority', 'a.region', sql<PracticeStatement['agreed']>`s.content -> 'agreed'`.as('agreed')])
    .execute();
}

/** How many learning records share all their codes, by authority and quarter of first publication. */
export type LearningCount = {
  authority: string;
  quarter: string;
  region: string;
  themes: string[];
  categories: string[];
  source: string;
  decision: string;
  interventions: string[];
  engagement_start: string;
  engagement_end: string;
  challenges: string[];
  outcome: string;
  age: string;
  count: number;
};

/**
 * Counts learning in the database: no record is read here, only how many are alike. Records that the whole network may see
 * count; one that some authorities may not see is in no number that they see.
 */
export async function countLearning(tx: Db, from: Date, before: Date): Promise<LearningCount[]> {
  const { rows } = await sql<LearningCount>`
    select authority, to_char(published_at at time zone 'Europe/London', 'YYYY-"Q"Q') as quarter,
      content ->> 'region' as region, content -> 'themes' as themes, content -> 'concernCategories' as categories,
      content ->> 'referralSource' as source, content ->> 'thresholdDecision' as decision,
      content -> 'interventions' as interventions, content ->> 'familyEngagementStart' as engagement_start,
      content ->> 'familyEngagementEnd' as engagement_end, content -> 'legitimacyChallenges' as challenges,
      content ->> 'outcome' as outcome, content ->> 'ageBand' as age, count(*) as count
    from learning_record
    where audience_scope = 'network' and published_at >= ${from} and published_at < ${before}
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
  `.execute(tx.db);
  return rows;
}

export async function publishersOfLearning(tx: Db): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('authority as a')
    .select('a.name')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('learning_record as l')
          .select('l.id')
          .whereRef('l.authority', '=', 'a.id')
          .where('l.audience_scope', '=', 'network'),
      ),
    )
    .orderBy('a.name')
    .execute();
  return rows.map((row) => row.name);
}
