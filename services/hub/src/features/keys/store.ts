import type { Database } from '@practice-exchange/platform';
import { encodedHeaderOf, type LogPlace, type PublicJwk } from '@practice-exchange/protocol';
import { type SqlBool, sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

type Db = Database<HubSchema>;

/** Locks a member and gives what a change of its keys needs to know. */
export async function lockKeyHolder(tx: Db, node: string) {
  tx.assertTransaction();
  return tx.db
    .selectFrom('member')
    .select(['node', 'state', 'epoch', 'last_seq', 'recovery_kid', 'recovery_jwk'])
    .where('node', '=', node)
    .forUpdate()
    .executeTakeFirst();
}

export async function findKey(tx: Db, node: string, kid: string) {
  return tx.db.selectFrom('member_key').selectAll().where('node', '=', node).where('kid', '=', kid).executeTakeFirst();
}

/** The signed text of the newest publication that the hub holds of a node. */
export async function newestEnvelope(tx: Db, node: string): Promise<string | undefined> {
  const row = await tx.db
    .selectFrom('publication')
    .select('envelope')
    .where('node', '=', node)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.envelope;
}

export async function retire(tx: Db, kid: string): Promise<void> {
  await tx.db
    .updateTable('member_key')
    .set({ retired_at: new Date() })
    .where('kid', '=', kid)
    .where('retired_at', 'is', null)
    .execute();
}

/** Whether the hub took this change of keys before. */
export async function hasTaken(tx: Db, node: string, recovery: string): Promise<boolean> {
  const key = await tx.db
    .selectFrom('member_key')
    .select('kid')
    .where('node', '=', node)
    .where('recovery', '=', recovery)
    .executeTakeFirst();
  return key !== undefined;
}

/** Registers the key of a recovery, with the signed change and the public half of the key that signed it. */
export async function insertRecoveredKey(
  tx: Db,
  node: string,
  key: { kid: string; jwk: PublicJwk },
  { recovery, signer }: { recovery: string; signer: PublicJwk },
): Promise<void> {
  await tx.db
    .insertInto('member_key')
    .values({
      ...{ kid: key.kid, node, jwk: JSON.stringify(key.jwk) },
      ...{ recovery, recovery_signer: JSON.stringify(signer) },
    })
    .execute();
}

/** Marks a key as trusted up to a place only. A mark that is there moves to an earlier place, never to a later one. */
export async function markNotTrusted(tx: Db, kid: string, after: LogPlace): Promise<boolean> {
  const updated = await tx.db
    .updateTable('member_key')
    .set({ not_trusted_after_epoch: after.epoch, not_trusted_after_seq: after.seq })
    .where('kid', '=', kid)
    .where((eb) =>
      eb.or([
        eb('not_trusted_after_epoch', 'is', null),
        sql<SqlBool>`(not_trusted_after_epoch, not_trusted_after_seq) > (${after.epoch}, ${after.seq})`,
      ]),
    )
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

/** The places of what a key signed after a place, in order. The header of everything that a key signs is the same text. */
export async function signedAfter(tx: Db, node: string, kid: string, after: LogPlace): Promise<LogPlace[]> {
  return tx.db
    .selectFrom('publication')
    .select(['epoch', 'seq'])
    .where('node', '=', node)
    .where(sql<SqlBool>`(epoch, seq) > (${after.epoch}, ${after.seq})`)
    .where(sql<SqlBool>`split_part(envelope, '.', 1) = ${encodedHeaderOf(kid, 'px-envelope+jws')}`)
    .orderBy('epoch')
    .orderBy('seq')
    .execute();
}

/** The keys of a node that publications at some of these places added. */
export async function keysAddedAt(tx: Db, node: string, places: readonly LogPlace[]) {
  if (places.length === 0) return [];
  const rows = await tx.db
    .selectFrom('member_key')
    .select(['kid', 'added_epoch', 'added_seq'])
    .where('node', '=', node)
    .where('added_epoch', 'is not', null)
    .execute();
  return rows.flatMap(({ kid, added_epoch: epoch, added_seq: seq }) =>
    epoch !== null && seq !== null && places.some((place) => place.epoch === epoch && place.seq === seq)
      ? [{ kid, added: { epoch, seq } }]
      : [],
  );
}
