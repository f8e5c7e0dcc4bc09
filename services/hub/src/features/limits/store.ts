import type { Database } from '@practice-exchange/platform';
import { sql } from 'kysely';
import type { HubSchema } from '../../schema/hub-schema.ts';

/** How much somebody has asked in this minute, and how many seconds of the minute are left. */
export type Traffic = { requests: number; secondsLeft: number };

/** A request of a member; `follow` is what the node says of itself when it asks for receipts. */
export type MemberRequest = {
  node: string;
  jti: string;
  expiresAt: Date;
  follow: { undelivered: number | null; receiptsAfter: number } | null;
};

/**
 * Remembers a token's id until it has expired, counts the request and notes that the member was heard: one row for each
 * member, in the database, so that the count holds for all processes of the hub together. Null when the token was used
 * before; that counts as nothing.
 */
export async function noteRequest(
  database: Database<HubSchema>,
  { node, jti, expiresAt, follow }: MemberRequest,
): Promise<Traffic | null> {
  const { rows } = await sql<{ requests: number; seconds_left: number }>`
    with first_use as (
      insert into request_seen (jti, expires_at) values (${jti}, ${expiresAt}) on conflict do nothing returning jti
    )
    insert into member_contact as c (node, heard_at, minute, requests, undelivered, undelivered_since, receipts_after)
    select ${node}::uuid, now(), date_trunc('minute', now()), 1, ${follow?.undelivered ?? null}::bigint,
      case when ${(follow?.undelivered ?? 0) > 0}::boolean then now() end, ${follow?.receiptsAfter ?? null}::bigint
    from first_use
    on conflict (node) do update set
      heard_at = now(),
      requests = case when c.minute = excluded.minute then c.requests + 1 else 1 end,
      minute = excluded.minute,
      undelivered = coalesce(excluded.undelivered, c.undelivered),
      undelivered_since = case
        when excluded.undelivered is null then c.undelivered_since
        when excluded.undelivered > 0 then coalesce(c.undelivered_since, now()) end,
      receipts_after = coalesce(excluded.receipts_after, c.receipts_after)
    returning requests, ceil(60 - extract(second from now()))::int as seconds_left`.execute(database.db);
  return rows[0] ? trafficIn(rows[0]) : null;
}

/** Counts a request of somebody who is no member yet, for all processes of the hub together. */
export async function countStranger(database: Database<HubSchema>, stranger: string): Promise<Traffic> {
  const { rows } = await sql<{ requests: number; seconds_left: number }>`
    insert into stranger_contact as c (stranger, minute, requests)
    values (${stranger}, date_trunc('minute', now()), 1)
    on conflict (stranger) do update set
      requests = case when c.minute = excluded.minute then c.requests + 1 else 1 end,
      minute = excluded.minute
    returning requests, ceil(60 - extract(second from now()))::int as seconds_left`.execute(database.db);
  return trafficIn(rows[0]);
}

/** Forgets strangers who have asked nothing in this minute or the one before. */
export async function forgetStrangers(database: Database<HubSchema>): Promise<void> {
  await sql`delete from stranger_contact where minute < now() - interval '2 minutes'`.execute(database.db);
}

function trafficIn(row: { requests: number; seconds_left: number } | undefined): Traffic {
  return { requests: row?.requests ?? 0, secondsLeft: Math.max(1, row?.seconds_left ?? 1) };
}
