import type { Database } from '@practice-exchange/platform';
import type { LearningRecord, SearchFilters, Viewer } from '@practice-exchange/protocol';
import { filterFields, isInAudience } from '@practice-exchange/protocol';
import type { PrevalenceBand } from '@practice-exchange/vocabulary';
import { type SqlBool, sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** A learning record as it is served, with what is known of the authority behind it. */
export type SharedRecord = {
  id: string;
  revision: number;
  content: LearningRecord;
  prevalenceBand: PrevalenceBand | null;
  publishedAt: Date;
};

/**
 * Whether a row of `learning_record`, called `l`, is for a viewer's eyes, who is given or stands in other columns. The one place
 * where SQL knows the audience.
 */
function isVisibleTo({
  authority,
  region,
}: {
  authority: Viewer['authority'] | Column;
  region: Viewer['region'] | Column;
}) {
  return sql<SqlBool>`(
    l.audience_scope = 'network'
    or l.authority = ${authority}
    or l.audience_scope = 'regions' and ${region} = any (l.audience_regions)
    or l.audience_scope = 'authorities' and ${authority}::uuid = any (l.audience_authorities)
  )`;
}

type Column = ReturnType<typeof sql.ref>;

function visible(db: Db, viewer: Viewer) {
  return db.db
    .selectFrom('learning_record as l')
    .innerJoin('authority as a', 'a.id', 'l.authority')
    .select(['l.id', 'l.revision', 'l.content', 'a.prevalence_band', 'l.published_at'])
    .where(isVisibleTo(viewer));
}

function toShared(row: {
  id: string;
  revision: number;
  content: LearningRecord;
  prevalence_band: PrevalenceBand | null;
  published_at: Date;
}): SharedRecord {
  return {
    id: row.id,
    revision: row.revision,
    content: row.content,
    prevalenceBand: row.prevalence_band,
    publishedAt: row.published_at,
  };
}

/** Those of the records that exist and that the viewer may see, by id. */
export async function findVisible(db: Db, ids: readonly string[], viewer: Viewer): Promise<Map<string, SharedRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await visible(db, viewer)
    .where('l.id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, toShared(row)]));
}

/** Whether one of some authorities may see a record. */
export async function isVisibleToOneOf(db: Db, record: string, authorities: readonly string[]): Promise<boolean> {
  if (authorities.length === 0) return false;
  const row = await db.db
    .selectFrom('learning_record as l')
    .innerJoin('authority as viewer', (join) => join.on('viewer.id', 'in', [...authorities]))
    .select('l.id')
    .where('l.id', '=', record)
    .where(isVisibleTo({ authority: sql.ref('viewer.id'), region: sql.ref('viewer.region') }))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Records that the index is still to be told of and that the viewer may not see, or nobody any more. */
export async function hiddenButIndexed(db: Db, viewer: Viewer, limit: number): Promise<string[]> {
  const rows = await db.db
    .selectFrom('index_task as t')
    .select('t.record')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('learning_record as l')
            .select('l.id')
            .whereRef('l.id', '=', 't.record')
            .where(isVisibleTo(viewer)),
        ),
      ),
    )
    .limit(limit)
    .execute();
  return rows.map(({ record }) => record);
}

/**
 * How many authorities are served, and for how many of them {@link hiddenButIndexed} gives more than a number of records.
 */
export async function countHeldBack(db: Db, atMost: number): Promise<{ served: number; heldBack: number }> {
  const viewer = { authority: sql.ref('viewer.id'), region: sql.ref('viewer.region') };
  const { rows } = await sql<{ served: number; heldBack: number }>`
    with untold as materialized (
      -- What the whole network may see is hidden from nobody.
      select t.record from index_task t left join learning_record l on l.id = t.record
      where l.audience_scope is distinct from 'network'
    )
    select count(*) as served, count(*) filter (where ${atMost} < (
      select count(*) from untold u where not exists (
        select from learning_record l where l.id = u.record and ${isVisibleTo(viewer)}
      )
    )) as "heldBack"
    from member m join authority viewer on viewer.id = m.authority
    where m.is_served`.execute(db.db);
  return rows[0] ?? { served: 0, heldBack: 0 };
}

/** The withdrawal of a record, for a viewer who could know of it: it was theirs, or for them. Undefined for everybody else. */
export async function findWithdrawn(
  db: Db,
  id: string,
  viewer: Viewer,
): Promise<{ notice: string | null; at: Date } | undefined> {
  const row = await db.db
    .selectFrom('record as r')
    .innerJoin('member as m', 'm.node', 'r.node')
    .innerJoin('withdrawal as w', 'w.record', 'r.id')
    .select(['r.audience', 'w.narrowed_to', 'm.authority as owner', 'w.notice', 'w.hidden_at as at'])
    .where('r.id', '=', id)
    .where('r.kind', '=', 'learning')
    .where('r.state', '=', 'withdrawn')
    .where('r.synthetic', '=', false)
    .executeTakeFirst();
  if (!row) return undefined;
  const { owner, notice, at } = row;
  const audience = row.narrowed_to ?? row.audience;
  const knew = owner === viewer.authority || (audience !== null && isInAudience(audience, owner, viewer));
  return knew ? { notice, at } : undefined;
}

/**
 * Search without the engine: full-text search of the database over what the viewer may see. Any word may match, those that
 * match best come first; without words the newest come first.
 */
export async function searchDatabase(
  db: Db,
  search: { words: string; viewer: Viewer; filters: SearchFilters; offset: number; limit: number },
): Promise<{ total: number; records: SharedRecord[] }> {
  const words = search.words.trim();
  const query = sql`replace(plainto_tsquery('english', ${words})::text, '&', '|')::tsquery`;
  let matching = visible(db, search.viewer);
  if (words !== '') matching = matching.where(sql<SqlBool>`l.words @@ ${query}`);
  for (const field of filterFields) {
    const codes = search.filters[field];
    if (!codes || codes.length === 0) continue;
    if (field === 'prevalenceBand') {
      matching = matching.where('a.prevalence_band', 'in', codes as PrevalenceBand[]);
    } else {
      matching = matching.where(holdsOneOf(field, codes));
    }
  }
  const { total } = await matching
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .orderBy(words === '' ? sql`l.published_at desc` : sql`ts_rank(l.words, ${query}) desc`)
    .orderBy('l.id')
    .offset(search.offset)
    .limit(search.limit)
    .execute();
  return { total, records: rows.map(toShared) };
}

/** Whether a coded field holds one of some codes. In brackets of its own: it stands beside what a viewer may see. */
function holdsOneOf(field: string, codes: readonly string[]) {
  return sql<SqlBool>`((l.content -> ${field}) ?| ${codes} or (l.content ->> ${field}) = any (${codes}))`;
}

/**
 * How many records of the whole network share codes: within a field any of the codes, fields together. Only records that
 * everyone may see count, so that the answer says nothing of what an audience excludes.
 */
export async function countSharing(db: Db, codes: Partial<Record<string, readonly string[]>>): Promise<number> {
  let matching = db.db.selectFrom('learning_record as l').where('l.audience_scope', '=', 'network');
  for (const [field, wanted] of Object.entries(codes)) {
    if (!wanted) continue;
    matching = matching.where(holdsOneOf(field, wanted));
  }
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return total;
}
