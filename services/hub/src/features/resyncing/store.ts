import type { Database } from '@practice-exchange/platform';
import type { CompactJws, Holding, PublicationItem, Standing } from '@practice-exchange/protocol';
import { publicationItemOf } from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/**
 * What is held of a node, in ascending order of record id; with `chunk`, of that chunk only. Revision and audience are those
 * that are served, whatever waits for a person. The commitment is computed from the body and salt that are held, and only
 * where what is served is that body: what was lost or altered anywhere shows.
 */
export async function holdingsOf(db: Db, node: string, chunk?: string): Promise<Holding[]> {
  const { rows } = await sql<Holding>`
    select r.id as record, r.state,
      case when r.state = 'withdrawn' then r.revision else coalesce(l.revision, s.revision, c.revision, r.revision) end as revision,
      case when r.state = 'withdrawn' or r.kind = 'return' then null
        when r.kind = 'statement' or l.id is null then r.audience
        -- What goes ahead of the log is not yet what the log says.
        when exists (select from narrowing n where n.record = r.id and n.node = r.node and n.ended_at is null) then r.audience
        when l.audience_scope = 'network' then jsonb_build_object('scope', 'network')
        when l.audience_scope = 'regions' then jsonb_build_object('scope', 'regions', 'regions', to_jsonb(l.audience_regions))
        else jsonb_build_object('scope', 'authorities', 'authorities', to_jsonb(l.audience_authorities)) end as audience,
      case when coalesce(l.content, s.content, c.content) = convert_from(b.content, 'UTF8')::jsonb
        then rtrim(translate(encode(sha256(b.salt || b.content), 'base64'), '+/', '-_'), '=') end as commitment
    from record r
    left join learning_record l on l.id = r.id
    left join practice_statement s on s.record = r.id
    left join caseload_return c on c.record = r.id
    left join lateral (
      select b.content, b.salt from body b where b.record = r.id order by b.epoch desc, b.seq desc limit 1
    ) b on r.state = 'shared'
    where r.node = ${node} and r.state in ('shared', 'withdrawn') and not r.synthetic
      and (${chunk ?? null}::text is null or right(r.id::text, 2) = ${chunk ?? null})
    order by r.id::text collate "C"
  `.execute(db.db);
  return rows;
}

/** The head of a node's log here, locked until the transaction ends where `lock` is set. */
export async function headOf(db: Db, node: string, { lock = false } = {}) {
  const query = db.db
    .selectFrom('member')
    .select(['epoch', 'last_seq as seq', 'last_hash as hash'])
    .where('node', '=', node);
  return (lock ? query.forUpdate() : query).executeTakeFirstOrThrow();
}

/** A node's publications after a place, with the bodies that still exist. */
export async function logAfter(
  db: Db,
  node: string,
  { epoch, after, limit }: { epoch: number; after: number; limit: number },
): Promise<PublicationItem[]> {
  const rows = await db.db
    .selectFrom('publication as p')
    .leftJoin('body as b', (join) =>
      join.onRef('b.node', '=', 'p.node').onRef('b.epoch', '=', 'p.epoch').onRef('b.seq', '=', 'p.seq'),
    )
    .select(['p.envelope', 'b.content', 'b.salt'])
    .where('p.node', '=', node)
    .where('p.epoch', '=', epoch)
    .where('p.seq', '>', after)
    .orderBy('p.seq')
    .limit(limit)
    .execute();
  return rows.map((row) => publicationItemOf(row.envelope as CompactJws, row.content, row.salt));
}

/** A node's withdrawals and narrower audiences that were taken ahead of a place to which its log has not come, in its order. */
export async function takenAhead(db: Db, node: string): Promise<CompactJws[]> {
  const columns = ['hash', 'node', 'epoch', 'seq', 'ahead_envelope'] as const;
  const rows = await db.db
    .selectFrom(
      db.db
        .selectFrom('withdrawal')
        .select(columns)
        .unionAll(db.db.selectFrom('narrowing').select(columns).where('ended_at', 'is', null))
        .as('w'),
    )
    .select('w.ahead_envelope')
    .where('w.node', '=', node)
    .where('w.ahead_envelope', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('publication as p')
            .select('p.seq')
            .whereRef('p.node', '=', 'w.node')
            .whereRef('p.hash', '=', 'w.hash'),
        ),
      ),
    )
    .orderBy('w.epoch')
    .orderBy('w.seq')
    .execute();
  return rows.flatMap(({ ahead_envelope }) => (ahead_envelope === null ? [] : [ahead_envelope as CompactJws]));
}

export async function saveComparison(
  tx: Db,
  comparison: {
    node: string;
    standing: Standing;
    epoch: number;
    seq: number;
    manifest: string;
  },
): Promise<void> {
  const { node, standing, epoch, seq, manifest } = comparison;
  const row = { standing, epoch, seq, manifest };
  await tx.db
    .insertInto('comparison')
    .values({ node, ...row })
    .onConflict((conflict) => conflict.column('node').doUpdateSet({ ...row, compared_at: sql<Date>`now()` }))
    .execute();
}

/** How every node and the hub stood when they last compared, by node. */
export async function standingsByNode(db: Db) {
  const rows = await db.db
    .selectFrom('comparison')
    .select(['node', 'standing', 'compared_at', 'epoch', 'seq'])
    .execute();
  return new Map(rows.map((row) => [row.node, row]));
}

export async function findEpochRequest(db: Db, node: string, epoch: number) {
  return db.db
    .selectFrom('epoch_request')
    .selectAll()
    .where('node', '=', node)
    .where('epoch', '=', epoch)
    .executeTakeFirst();
}

/** The epochs that wait for a person, longest first, with the authority that asks. */
export async function waitingEpochs(db: Db) {
  return db.db
    .selectFrom('epoch_request as e')
    .innerJoin('member as m', 'm.node', 'e.node')
    .innerJoin('authority as a', 'a.id', 'm.authority')
    .select(['e.node', 'e.epoch', 'e.from_epoch', 'e.from_seq', 'e.asked_at', 'a.name'])
    .where('e.approved_at', 'is', null)
    .where((eb) => eb('e.epoch', '>', eb.ref('m.epoch')))
    .orderBy('e.asked_at')
    .execute();
}

export async function saveEpochRequest(
  tx: Db,
  asked: {
    node: string;
    epoch: number;
    request: string;
    from: { epoch: number; seq: number; hash: string };
    approval: string | null;
  },
): Promise<void> {
  const { from, approval, request } = asked;
  const row = { request, from_epoch: from.epoch, from_seq: from.seq, from_hash: from.hash };
  await tx.db
    .insertInto('epoch_request')
    .values({
      node: asked.node,
      epoch: asked.epoch,
      ...row,
      approval,
      approved_at: approval === null ? null : new Date(),
      approved_by: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['node', 'epoch'])
        .doUpdateSet(approval === null ? row : { ...row, approval, approved_at: new Date() }),
    )
    .execute();
}

export async function approveRequest(
  tx: Db,
  approved: { node: string; epoch: number; approval: string; operator: string | null },
): Promise<void> {
  await tx.db
    .updateTable('epoch_request')
    .set({ approval: approved.approval, approved_at: new Date(), approved_by: approved.operator })
    .where('node', '=', approved.node)
    .where('epoch', '=', approved.epoch)
    .execute();
}

/** Lets a node's log go on in another epoch, which holds nothing yet. */
export async function beginEpoch(tx: Db, node: string, epoch: number, firstHash: string): Promise<void> {
  tx.assertTransaction();
  await tx.db
    .updateTable('member')
    .set({ epoch, last_seq: 0, last_hash: firstHash })
    .where('node', '=', node)
    .execute();
}
