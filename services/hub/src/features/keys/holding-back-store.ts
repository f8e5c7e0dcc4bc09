import type { Database } from '@practice-exchange/platform';
import { type Audience, audienceSchema, type LogPlace } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audienceColumns } from '../learning/audience-columns.ts';

type Db = Database<HubSchema>;

/** Records that are shared and about which a publication at one of the places applied. */
export async function recordsServedBy(tx: Db, node: string, places: readonly LogPlace[]): Promise<string[]> {
  if (places.length === 0) return [];
  const rows = await tx.db
    .selectFrom('publication as p')
    .innerJoin('record as r', 'r.id', 'p.record')
    .select(['r.id', 'p.epoch', 'p.seq'])
    .where('p.node', '=', node)
    .where('r.node', '=', node)
    .where('r.state', '=', 'shared')
    .where('r.synthetic', '=', false)
    .execute();
  const wanted = new Set(places.map(({ epoch, seq }) => `${epoch}/${seq}`));
  return [...new Set(rows.filter(({ epoch, seq }) => wanted.has(`${epoch}/${seq}`)).map(({ id }) => id))];
}

/** What applied of a record so far, in the order of the log, each with the body that is kept of it. */
export async function appliedTo(tx: Db, record: string) {
  const rows = await tx.db
    .selectFrom('publication as p')
    .leftJoin('body as b', (join) =>
      join.onRef('b.node', '=', 'p.node').onRef('b.epoch', '=', 'p.epoch').onRef('b.seq', '=', 'p.seq'),
    )
    .select([
      'p.node',
      'p.epoch',
      'p.seq',
      'p.op',
      'p.record',
      'p.revision',
      'p.hash',
      'p.envelope',
      'b.content',
      'b.salt',
    ])
    .select((eb) =>
      eb
        .selectFrom('receipt as r')
        .select('r.state')
        .whereRef('r.node', '=', 'p.node')
        .whereRef('r.epoch', '=', 'p.epoch')
        .whereRef('r.seq', '=', 'p.seq')
        .orderBy('r.position', 'desc')
        .limit(1)
        .as('state'),
    )
    .where('p.record', '=', record)
    .orderBy('p.epoch')
    .orderBy('p.seq')
    .execute();
  return rows.filter(({ state }) => state === 'accepted' || state === 'indexed');
}

/** The audience in an envelope that was verified when it came. */
export function audienceIn(envelope: string): Audience | null {
  const payload = JSON.parse(Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString('utf8'));
  const audience = audienceSchema.safeParse(payload.audience);
  return audience.success ? audience.data : null;
}

/** Serves nothing of a record any more, as if nothing of it had been shared. */
export async function stopServing(tx: Db, record: string): Promise<void> {
  await tx.db.deleteFrom('learning_record').where('id', '=', record).execute();
  await tx.db.deleteFrom('practice_statement').where('record', '=', record).execute();
  await tx.db.deleteFrom('caseload_return').where('record', '=', record).execute();
  await tx.db.deleteFrom('index_task').where('record', '=', record).execute();
  await tx.db.updateTable('record').set({ state: 'held', audience: null }).where('id', '=', record).execute();
}

/** Serves an earlier text of a record, for the audience that it had. */
export async function serveEarlier(
  tx: Db,
  record: string,
  earlier: LogPlace & { revision: number; content: Buffer; audience: Audience | null },
): Promise<void> {
  const content = earlier.content.toString('utf8');
  const { epoch, seq, revision, audience } = earlier;
  await tx.db
    .updateTable('learning_record')
    .set({
      epoch,
      seq,
      revision,
      content,
      ...(audience ? audienceColumns(audience) : {}),
    })
    .where('id', '=', record)
    .execute();
  await tx.db.updateTable('practice_statement').set({ revision, content }).where('record', '=', record).execute();
  await tx.db.updateTable('caseload_return').set({ revision, content }).where('record', '=', record).execute();
  await tx.db.deleteFrom('index_task').where('record', '=', record).execute();
  await tx.db
    .updateTable('record')
    .set({ audience: audience === null ? null : sql`${JSON.stringify(audience)}::jsonb` })
    .where('id', '=', record)
    .execute();
}

/** Destroys the bodies that are kept of publications: what waits is kept apart. */
export async function destroyBodies(tx: Db, node: string, places: readonly LogPlace[]): Promise<void> {
  for (const { epoch, seq } of places) {
    await tx.db.deleteFrom('body').where('node', '=', node).where('epoch', '=', epoch).where('seq', '=', seq).execute();
  }
}
