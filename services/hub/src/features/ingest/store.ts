import type { Database } from '@practice-exchange/platform';
import {
  type Audience,
  type CaseloadReturn,
  type ChainHead,
  type LearningRecord,
  type LogPlace,
  type MemberState,
  type PracticeStatement,
  type PublicJwk,
  thumbprintOf,
} from '@practice-exchange/protocol';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audienceColumns } from '../learning/audience-columns.ts';
import { waitingAudiences } from '../quarantine/store.ts';
import type { KnownRecord, RecordKind } from './decide.ts';

type Db = Database<HubSchema>;
type Place = { node: string; epoch: number; seq: number };

export type LockedMember = {
  state: MemberState;
  mayPublish: boolean;
  authority: string;
  head: ChainHead;
};

/**
 * Locks the member's row: publications of one node are ingested one batch at a time, in order. Whatever changes rows of a
 * node's records and then issues receipts, which counts them in this row, takes it first: in another order two would wait for
 * each other for ever.
 */
export async function lockMember(tx: Db, node: string): Promise<LockedMember | undefined> {
  tx.assertTransaction();
  const row = await tx.db
    .selectFrom('member')
    .select(['state', 'may_publish', 'authority', 'epoch', 'last_seq', 'last_hash'])
    .where('node', '=', node)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    state: row.state,
    mayPublish: row.may_publish,
    authority: row.authority,
    head: { node, epoch: row.epoch, seq: row.last_seq, hash: row.last_hash },
  };
}

/** The hash and the first receipt of publications that were ingested before, by `epoch/seq`. */
export async function earlierAnswers(
  tx: Db,
  node: string,
  places: readonly { epoch: number; seq: number }[],
): Promise<Map<string, { hash: string; receipt: string }>> {
  if (places.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('publication as p')
    .innerJoin('receipt as r', (join) =>
      join.onRef('r.node', '=', 'p.node').onRef('r.epoch', '=', 'p.epoch').onRef('r.seq', '=', 'p.seq'),
    )
    .distinctOn(['p.epoch', 'p.seq'])
    .select(['p.epoch', 'p.seq', 'p.hash', 'r.jws'])
    .where('p.node', '=', node)
    .where('p.epoch', 'in', [...new Set(places.map(({ epoch }) => epoch))])
    .where(
      'p.seq',
      'in',
      places.map(({ seq }) => seq),
    )
    .orderBy('p.epoch')
    .orderBy('p.seq')
    .orderBy('r.position')
    .execute();
  return new Map(rows.map((row) => [`${row.epoch}/${row.seq}`, { hash: row.hash, receipt: row.jws }]));
}

/** The first receipts of publications that were answered ahead of their place, by sequence number. */
export async function firstReceipts(
  tx: Db,
  node: string,
  places: readonly { epoch: number; seq: number }[],
): Promise<Map<number, string>> {
  const receipts = new Map<number, string>();
  for (const { epoch, seq } of places) {
    const row = await tx.db
      .selectFrom('receipt')
      .select('jws')
      .where('node', '=', node)
      .where('epoch', '=', epoch)
      .where('seq', '=', seq)
      .orderBy('position')
      .limit(1)
      .executeTakeFirstOrThrow();
    receipts.set(seq, row.jws);
  }
  return receipts;
}

/**
 * What the hub knows of records, with what waits of them: a rescope that waits has given the newest audience, and so has
 * whatever waits of a record of which nothing is served.
 */
export async function knownRecords(tx: Db, ids: readonly string[]): Promise<Map<string, KnownRecord>> {
  const records = await recordsNow(tx, ids);
  if (records.size === 0) return new Map();
  const waiting = await waitingAudiences(tx, [...records.keys()]);
  return new Map(
    [...records].map(([id, record]) => {
      const waits = waiting.filter((row) => row.record === id);
      const audience =
        waits.find((row) => row.op === 'rescope')?.audience ??
        record.audience ??
        waits.find((row) => row.audience)?.audience ??
        null;
      return [id, { ...record, audience, waits: waits.length > 0 }];
    }),
  );
}

/** The rows of records as they stand: the audience is that of what applied. */
export async function recordsNow(tx: Db, ids: readonly string[]): Promise<Map<string, Omit<KnownRecord, 'waits'>>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('record')
    .select(['id', 'node', 'kind', 'revision', 'audience', 'state', 'synthetic'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

/** Whose the ids of records are that the registry kept. */
export async function recordOwners(tx: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.db
    .selectFrom('record_owner')
    .selectAll()
    .where('record', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ record, node }) => [record, node]));
}

/** The keys of a node that are no longer trusted, each with the last place up to which they are. */
export async function untrustedKeys(tx: Db, node: string): Promise<Map<string, LogPlace>> {
  const rows = await tx.db
    .selectFrom('member_key')
    .select(['kid', 'not_trusted_after_epoch', 'not_trusted_after_seq'])
    .where('node', '=', node)
    .where('not_trusted_after_seq', 'is not', null)
    .execute();
  return new Map(
    rows.map((row) => [row.kid, { epoch: row.not_trusted_after_epoch ?? 1, seq: row.not_trusted_after_seq ?? 0 }]),
  );
}

/** Every authority whose node was confirmed: an audience may name one whose node was expelled since. */
export async function authorityIds(tx: Db): Promise<Set<string>> {
  const rows = await tx.db
    .selectFrom('authority as a')
    .select('a.id')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('member as m')
          .select('m.node')
          .whereRef('m.authority', '=', 'a.id')
          .where('m.state', '<>', 'awaiting-fingerprint'),
      ),
    )
    .execute();
  return new Set(rows.map((row) => row.id));
}

export async function freezeMember(tx: Db, node: string): Promise<void> {
  await tx.db.updateTable('member').set({ state: 'frozen', may_publish: false }).where('node', '=', node).execute();
}

export type NewPublication = Place & {
  op: string;
  record: string | null;
  revision: number | null;
  hash: string;
  prev: string;
  envelope: string;
  synthetic: boolean;
};

export async function insertPublications(tx: Db, rows: readonly NewPublication[]): Promise<void> {
  if (rows.length > 0)
    await tx.db
      .insertInto('publication')
      .values([...rows])
      .execute();
}

export async function insertBodies(
  tx: Db,
  rows: readonly (Place & { record: string | null; content: Buffer; salt: Buffer })[],
): Promise<void> {
  if (rows.length > 0)
    await tx.db
      .insertInto('body')
      .values([...rows])
      .execute();
}

/** Moves the member's head and says that it was heard. */
export async function moveHead(tx: Db, head: ChainHead): Promise<void> {
  await tx.db
    .updateTable('member')
    .set({ last_seq: head.seq, last_hash: head.hash, last_heard_at: new Date() })
    .where('node', '=', head.node)
    .execute();
}

export async function saveRecords(
  tx: Db,
  rows: readonly {
    id: string;
    node: string;
    kind: RecordKind;
    revision: number;
    audience: Audience | null;
    state: KnownRecord['state'];
    synthetic: boolean;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('record')
    .values(rows.map((row) => ({ ...row, audience: row.audience === null ? null : JSON.stringify(row.audience) })))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        // Something released later than it came may be older than what the record counts to by now.
        revision: eb.fn('greatest', ['record.revision', 'excluded.revision']),
        audience: eb.ref('excluded.audience'),
        state: eb.ref('excluded.state'),
        changed_at: sql`now()`,
      })),
    )
    .execute();
}

export type SharedLearning = Place & {
  id: string;
  authority: string;
  revision: number;
  audience: Audience;
  content: LearningRecord;
};

export async function saveLearning(tx: Db, rows: readonly SharedLearning[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('learning_record')
    .values(
      rows.map(({ audience, content, ...row }) => ({
        ...row,
        ...audienceColumns(audience),
        content: JSON.stringify(content),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        revision: eb.ref('excluded.revision'),
        epoch: eb.ref('excluded.epoch'),
        seq: eb.ref('excluded.seq'),
        content: eb.ref('excluded.content'),
        audience_scope: eb.ref('excluded.audience_scope'),
        audience_regions: eb.ref('excluded.audience_regions'),
        audience_authorities: eb.ref('excluded.audience_authorities'),
        revised_at: sql`now()`,
      })),
    )
    .execute();
}

export async function changeAudience(
  tx: Db,
  change: Place & { id: string; revision: number; audience: Audience },
): Promise<void> {
  const { id, audience, ...place } = change;
  await tx.db
    .updateTable('learning_record')
    .set({ ...place, ...audienceColumns(audience) })
    .where('id', '=', id)
    .execute();
}

/** Rows of `index_task` are locked in order of their records, here and wherever several are: else two could wait for each other. */
export async function addIndexTasks(
  tx: Db,
  rows: readonly (Place & { record: string; task: 'index' | 'remove'; canary: string | null })[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.db
    .insertInto('index_task')
    .values(rows.toSorted((a, b) => (a.record < b.record ? -1 : 1)))
    .onConflict((conflict) =>
      conflict.column('record').doUpdateSet((eb) => ({
        epoch: eb.ref('excluded.epoch'),
        seq: eb.ref('excluded.seq'),
        task: eb.ref('excluded.task'),
        canary: eb.ref('excluded.canary'),
        attempts: 0,
        asked: sql<number>`default`,
      })),
    )
    .execute();
}

export async function saveStatement(
  tx: Db,
  authority: string,
  record: string,
  revision: number,
  statement: PracticeStatement,
): Promise<void> {
  const content = JSON.stringify(statement);
  await tx.db
    .insertInto('practice_statement')
    .values({ authority, record, revision, content })
    .onConflict((conflict) =>
      conflict.column('authority').doUpdateSet({ record, revision, content, updated_at: new Date() }),
    )
    .execute();
}

export async function saveReturn(
  tx: Db,
  authority: string,
  record: string,
  revision: number,
  caseload: CaseloadReturn,
): Promise<void> {
  const content = JSON.stringify(caseload);
  await tx.db
    .insertInto('caseload_return')
    .values({ authority, quarter: caseload.quarter, record, revision, content })
    .onConflict((conflict) =>
      conflict.columns(['authority', 'quarter']).doUpdateSet({ record, revision, content, updated_at: new Date() }),
    )
    .execute();
}

/** Registers a key that an older key of the node and the new one itself have both signed for. */
export async function addKey(tx: Db, node: string, jwk: PublicJwk, added: LogPlace): Promise<void> {
  await tx.db
    .insertInto('member_key')
    .values({
      kid: thumbprintOf(jwk),
      node,
      jwk: JSON.stringify(jwk),
      added_epoch: added.epoch,
      added_seq: added.seq,
    })
    .onConflict((conflict) => conflict.column('kid').doNothing())
    .execute();
}
