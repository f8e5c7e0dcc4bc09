import type { Database } from '@practice-exchange/platform';
import {
  type ChainPlace,
  type CompactJws,
  decodeBase64url,
  type Envelope,
  genesisHash,
  Holdings,
  hashOf,
  type PublicationItem,
  type PublicJwk,
  parseCanonical,
  publicationItemOf,
  readEnvelope,
  type Standing,
} from '@practice-exchange/protocol';
import { type SqlBool, sql } from 'kysely';
import type { NodeSchema } from '../../schema/node-schema.ts';
import type { Difference } from './difference.ts';

type Db = Database<NodeSchema>;

/** A place of the log that is filled: `hash` is that of the envelope there, or of the start of the epoch. */
export type Head = { epoch: number; seq: number; hash: string };

/** The epoch that the log goes on in now, whatever this process remembers; null before the node has joined. */
export async function currentEpoch(db: Db): Promise<number | null> {
  const row = await db.db.selectFrom('membership').select('epoch').executeTakeFirst();
  return row?.epoch ?? null;
}

export async function setEpoch(tx: Db, epoch: number): Promise<void> {
  tx.assertTransaction();
  await tx.db.updateTable('membership').set({ epoch }).execute();
}

export async function hashAt(db: Db, epoch: number, seq: number): Promise<string | undefined> {
  const row = await db.db
    .selectFrom('publication')
    .select('hash')
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row?.hash;
}

/** The head of an epoch that holds nothing yet. */
export function startOf(node: string, epoch: number): Head {
  return { epoch, seq: 0, hash: genesisHash(node, epoch) };
}

/** Whether the place that the hub wants next comes after something that this log holds too. */
export async function isOwnPlace(db: Db, node: string, { epoch, seq, prev }: ChainPlace): Promise<boolean> {
  const current = await currentEpoch(db);
  if (current === null || epoch > current) return false;
  return prev === (seq === 1 ? genesisHash(node, epoch) : await hashAt(db, epoch, seq - 1));
}

/** Whether the log has an envelope with each of these digests, in a place or taken back without one. */
export async function holdsAll(db: Db, digests: readonly string[]): Promise<boolean> {
  if (digests.length === 0) return true;
  const placed = await db.db.selectFrom('publication').select('hash').where('hash', 'in', digests).execute();
  const ahead = await db.db.selectFrom('taken_ahead').select('envelope').execute();
  const held = new Set([
    ...placed.map(({ hash }) => hash),
    ...ahead.map(({ envelope }) => hashOf(envelope as CompactJws)),
  ]);
  return digests.every((digest) => held.has(digest));
}

/** Where the log of an epoch ends; at its start when it holds nothing. */
export async function endOfEpoch(db: Db, node: string, epoch: number): Promise<Head> {
  const row = await db.db
    .selectFrom('publication')
    .select(['epoch', 'seq', 'hash'])
    .where('epoch', '=', epoch)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? startOf(node, epoch);
}

/** The publications of an epoch from a place on, in order, as they go on the wire. */
export async function itemsFrom(db: Db, epoch: number, seq: number, limit: number): Promise<PublicationItem[]> {
  const rows = await db.db
    .selectFrom('publication')
    .select(['envelope', 'body', 'salt'])
    .where('epoch', '=', epoch)
    .where('seq', '>=', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => publicationItemOf(row.envelope as CompactJws, row.body, row.salt));
}

/** The newest publications with a body of some records, as they go on the wire. */
export async function newestItemsOf(db: Db, records: readonly string[]): Promise<PublicationItem[]> {
  if (records.length === 0) return [];
  const rows = await db.db
    .selectFrom('publication')
    .distinctOn('record')
    .select(['record', 'envelope', 'body', 'salt'])
    .where('record', 'in', [...records])
    .where('op', 'in', ['publish', 'revise'])
    .where('body', 'is not', null)
    .orderBy('record')
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .execute();
  return rows.map((row) => publicationItemOf(row.envelope as CompactJws, row.body, row.salt));
}

const page = 500;

/**
 * What the hub should hold after what this log says up to the end of an epoch, and after the withdrawals of later epochs that it has
 * taken already. What the hub rejected, or keeps apart for a
 * person to decide, says nothing. Memory grows with the records, not with the log.
 */
export async function holdingsUpTo(db: Db, lastEpoch: number): Promise<Holdings> {
  const holdings = new Holdings();
  let after = { epoch: 0, seq: 0 };
  for (;;) {
    const rows = await db.db
      .selectFrom('publication as p')
      .select(['p.epoch', 'p.seq', 'p.envelope'])
      .select((eb) =>
        eb
          .selectFrom('receipt as r')
          .select('r.state')
          .whereRef('r.epoch', '=', 'p.epoch')
          .whereRef('r.seq', '=', 'p.seq')
          .orderBy('r.position', 'desc')
          .limit(1)
          .as('state'),
      )
      .where(sql<SqlBool>`(p.epoch, p.seq) > (${after.epoch}, ${after.seq})`)
      .where('p.epoch', '<=', lastEpoch)
      .orderBy('p.epoch')
      .orderBy('p.seq')
      .limit(page)
      .execute();
    for (const { envelope, state } of rows) {
      if (state !== 'rejected' && state !== 'quarantined') holdings.add(envelopeIn(envelope));
    }
    const last = rows.at(-1);
    if (!last || rows.length < page) break;
    after = last;
  }
  const ahead = await db.db
    .selectFrom('publication as p')
    .select('p.envelope')
    .where('p.epoch', '>', lastEpoch)
    .where('p.op', '=', 'withdraw')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('receipt as r')
          .select('r.state')
          .whereRef('r.epoch', '=', 'p.epoch')
          .whereRef('r.seq', '=', 'p.seq')
          .where('r.state', '=', 'withdrawn'),
      ),
    )
    .unionAll(db.db.selectFrom('taken_ahead').select('envelope').where('op', '=', 'withdraw'))
    .execute();
  for (const { envelope } of ahead) holdings.add(envelopeIn(envelope));
  return holdings;
}

/** Whether the log withdraws a record, be it in an epoch that has not begun at the hub. */
export async function isWithdrawnIn(db: Db, record: string): Promise<boolean> {
  const row = await db.db
    .selectFrom('publication')
    .select('seq')
    .where('record', '=', record)
    .where('op', '=', 'withdraw')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The envelope in a signed text that this node wrote or has verified before. */
export function envelopeIn(jws: string): Envelope {
  return readEnvelope(parseCanonical(decodeBase64url(jws.split('.')[1] ?? '', 'malformed-jws')));
}

/** This node's own public keys, by id. */
export async function ownKeys(db: Db): Promise<Map<string, PublicJwk>> {
  const rows = await db.db.selectFrom('signing_key').select(['kid', 'public_jwk']).execute();
  return new Map(rows.map((row) => [row.kid, row.public_jwk as PublicJwk]));
}

export async function readStanding(db: Db) {
  return db.db.selectFrom('hub_standing').selectAll().executeTakeFirstOrThrow();
}

export async function saveStanding(
  tx: Db,
  outcome: { standing: Standing; cause: string | null; differences: readonly Difference[]; manifest?: string },
): Promise<void> {
  const { standing, cause, differences, manifest } = outcome;
  await tx.db
    .updateTable('hub_standing')
    .set({
      standing,
      cause,
      differences: JSON.stringify(differences),
      compared_at: sql<Date>`now()`,
      ...(manifest === undefined ? {} : { manifest }),
    })
    .execute();
}

/**
 * Whether the last comparison is older than it should be: a day, or ten minutes when something was amiss or has been delivered
 * since.
 */
export async function comparisonIsDue(db: Db): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    select compared_at is null
      or compared_at < now() - interval '1 day'
      or compared_at < now() - interval '10 minutes' and (
        standing <> 'synchronised' or exists (select from publication where delivered_at > compared_at)
      ) as due
    from hub_standing
  `.execute(db.db);
  return rows[0]?.due ?? false;
}

export async function keepEpochRequest(db: Db, request: string | null): Promise<void> {
  await db.db.updateTable('hub_standing').set({ epoch_request: request }).execute();
}

export async function findApproval(db: Db, epoch: number): Promise<string | undefined> {
  const row = await db.db.selectFrom('epoch_approval').select('approval').where('epoch', '=', epoch).executeTakeFirst();
  return row?.approval;
}

export async function keepApproval(tx: Db, epoch: number, approval: string): Promise<void> {
  await tx.db
    .insertInto('epoch_approval')
    .values({ epoch, approval })
    .onConflict((conflict) => conflict.column('epoch').doUpdateSet({ approval }))
    .execute();
  await tx.db.updateTable('hub_standing').set({ epoch_request: null }).execute();
}

/** Every signed envelope, in the order of the log. */
export async function allEnvelopes(db: Db): Promise<string[]> {
  const rows = await db.db.selectFrom('publication').select('envelope').orderBy('epoch').orderBy('seq').execute();
  return rows.map(({ envelope }) => envelope);
}

/** Every receipt, in the order in which they came. */
export async function allReceipts(db: Db): Promise<string[]> {
  const rows = await db.db.selectFrom('receipt').select('jws').orderBy('position').execute();
  return rows.map(({ jws }) => jws);
}
