import { sql } from 'kysely';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Context = Pick<HubContext, 'database' | 'index'>;

/** What is looked for: a record by its id, and by a phrase that it held, where there is one. */
export type Wanted = { readonly record: string; readonly phrase: string | null };

/**
 * A place where the hub may hold something of a record. Whoever builds a new one adds it here: it is purged with the
 * others, the certificate names it, and a test finds a table that nobody has said anything about.
 */
export type RecordStore = {
  /** Its name in purge certificates: a code, never reused. */
  readonly name: string;
  /** How it can be asked whether it holds something of a record. */
  readonly askedBy: readonly ('id' | 'phrase')[];
  /** The tables in which it keeps what it holds; none for what is not in the database. */
  readonly tables: readonly (keyof HubSchema)[];
  /** Removes what it holds of the records. Doing it again changes nothing. */
  purge(context: Context, records: readonly string[]): Promise<void>;
  /** Whether it still holds anything of a record. */
  holds(context: Context, wanted: Wanted): Promise<boolean>;
};

/** A store that is one table with the record's id in a column. */
function table<T extends keyof HubSchema>(
  name: string,
  of: T,
  column: keyof HubSchema[T] & string,
  phrase?: (context: Context, wanted: Wanted) => Promise<boolean>,
): RecordStore {
  const place = sql.table(of);
  const key = sql.ref(column);
  return {
    name,
    askedBy: phrase ? ['id', 'phrase'] : ['id'],
    tables: [of],
    purge: async ({ database }, records) => {
      await sql`delete from ${place} where ${key} = any (${[...records]}::uuid[])`.execute(database.db);
    },
    holds: async (context, wanted) => {
      const { rows } = await sql`select 1 from ${place} where ${key} = ${wanted.record} limit 1`.execute(
        context.database.db,
      );
      return rows.length > 0 || Boolean(await phrase?.(context, wanted));
    },
  };
}

/** Whether the database's own text search finds the phrase in the record. */
async function foundByTextSearch({ database }: Context, { record, phrase }: Wanted): Promise<boolean> {
  if (phrase === null) return false;
  const found = await sql`
    select 1 from learning_record where words @@ phraseto_tsquery('english', ${phrase}) and id = ${record}`.execute(
    database.db,
  );
  return found.rows.length > 0;
}

/** Every store of the hub that may hold something of a record. */
export const recordStores: readonly RecordStore[] = [
  table('shared-records', 'learning_record', 'id', foundByTextSearch),
  table('practice-statements', 'practice_statement', 'record'),
  table('caseload-returns', 'caseload_return', 'record'),
  table('bodies', 'body', 'record'),
  {
    name: 'quarantine',
    askedBy: ['id'],
    tables: ['quarantined_publication'],
    // What waited was ended by the withdrawal itself, in one transaction with it; a trace without words stays.
    purge: async () => undefined,
    holds: async ({ database }, { record }) => {
      const { rows } = await sql`
        select 1 from quarantined_publication where record = ${record} and (content is not null or salt is not null)`.execute(
        database.db,
      );
      return rows.length > 0;
    },
  },
  {
    name: 'risk-reports',
    askedBy: ['id'],
    tables: ['risk_report'],
    // The database has destroyed their words in the transaction of the withdrawal; that there were reports stays for a while.
    purge: async () => undefined,
    holds: async ({ database }, { record }) => {
      const { rows } = await sql`
        select 1 from risk_report where record = ${record} and num_nonnulls(how, says, answer) > 0`.execute(
        database.db,
      );
      return rows.length > 0;
    },
  },
  {
    // Drafts of national tables count records; a release that was approved before keeps its numbers, which hold no record.
    name: 'release-drafts',
    askedBy: ['id'],
    tables: ['release', 'release_table', 'release_decision', 'release_record'],
    // The database has discarded them in the transaction of the withdrawal; this finds what that missed.
    purge: async ({ database }, records) => {
      await sql`
        update release set state = 'discarded', failure = 'withdrawal'
        where state in ('building', 'draft') and exists (
          select 1 from record r
          where r.id = any (${[...records]}::uuid[]) and r.changed_at > release.prepared_at and is_counted(r.kind, r.audience)
        )`.execute(database.db);
    },
    holds: async ({ database }, { record }) => {
      const { rows } = await sql`
        select 1 from release join record r on r.id = ${record} and r.changed_at > release.prepared_at and is_counted(r.kind, r.audience)
        where release.state in ('building', 'draft') limit 1`.execute(database.db);
      return rows.length > 0;
    },
  },
  {
    name: 'search-index',
    askedBy: ['id', 'phrase'],
    tables: [],
    purge: ({ index }, records) => index.remove(records),
    holds: async ({ index }, { record, phrase }) =>
      (await index.has(record)) || (phrase !== null && (await index.containsPhrase(phrase)).includes(record)),
  },
];
