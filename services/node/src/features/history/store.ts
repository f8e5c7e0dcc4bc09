import type { Database } from '@practice-exchange/platform';
import type { Audience, LearningRecord } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** One line of the audit trail of a review. `person` is the name of whoever did it; null is the node itself. */
export type TrailEntry = {
  readonly at: Date;
  readonly person: string | null;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** Who did what with a review, when; the newest first. */
export async function trailOf(db: Db, review: string): Promise<TrailEntry[]> {
  const rows = await db.db
    .selectFrom('audit_entry as a')
    .leftJoin('person as p', 'p.id', 'a.person')
    .select(['a.at', 'a.action', 'a.detail', 'p.name as person'])
    .where('a.subject', '=', review)
    .where('a.subject_type', '=', 'review')
    .orderBy('a.id', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, detail: (row.detail ?? {}) as TrailEntry['detail'] }));
}

/** An edition as the history lists it, with what was decided about it. */
export type PastEdition = {
  readonly number: number;
  readonly content: LearningRecord;
  readonly audience: Audience;
  readonly createdAt: Date;
  readonly author: string;
  readonly decision: {
    readonly decision: 'approved' | 'returned';
    readonly person: string;
    readonly reason: string | null;
    readonly at: Date;
  } | null;
  readonly isPublished: boolean;
};

/** Every edition of a review, the newest first. */
export async function editionsOf(db: Db, review: string): Promise<PastEdition[]> {
  const rows = await db.db
    .selectFrom('edition as e')
    .innerJoin('person as a', 'a.id', 'e.author')
    .leftJoin('sign_off as s', (join) =>
      join.onRef('s.review', '=', 'e.review').onRef('s.edition', '=', 'e.number').on('s.part', '=', 'second-person'),
    )
    .leftJoin('person as p', 'p.id', 's.person')
    .select([
      'e.number',
      'e.content',
      'e.audience',
      'e.created_at',
      'a.name as author',
      's.decision',
      's.reason',
      's.created_at as decided_at',
      'p.name as decided_by',
    ])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('publication as q')
            .select('q.seq')
            .whereRef('q.review', '=', 'e.review')
            .whereRef('q.edition', '=', 'e.number')
            .where('q.op', 'in', ['publish', 'revise']),
        )
        .as('is_published'),
    )
    .where('e.review', '=', review)
    .orderBy('e.number', 'desc')
    .execute();
  return rows.map((row) => ({
    number: row.number,
    content: row.content,
    audience: row.audience,
    createdAt: row.created_at,
    author: row.author,
    decision:
      row.decision && row.decided_by && row.decided_at
        ? { decision: row.decision, person: row.decided_by, reason: row.reason, at: row.decided_at }
        : null,
    isPublished: Boolean(row.is_published),
  }));
}
