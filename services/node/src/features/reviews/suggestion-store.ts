import type { Database } from '@practice-exchange/platform';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** The codes that the author of a review has refused when they were suggested. */
export async function refusalsOf(db: Db, review: string): Promise<{ field: string; code: string }[]> {
  return db.db.selectFrom('refused_suggestion').select(['field', 'code']).where('review', '=', review).execute();
}

/** Keeps a refusal; false when it was kept before. */
export async function keepRefusal(tx: Db, review: string, field: string, code: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx.db
    .insertInto('refused_suggestion')
    .values({ review, field, code })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Forgets a refusal; false when there was none. */
export async function forgetRefusal(tx: Db, review: string, field: string, code: string): Promise<boolean> {
  const { numDeletedRows } = await tx.db
    .deleteFrom('refused_suggestion')
    .where('review', '=', review)
    .where('field', '=', field)
    .where('code', '=', code)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}
