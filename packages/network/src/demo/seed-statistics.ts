import { setTimeout as wait } from 'node:timers/promises';
import { approveRelease, findRelease, listWork, prepareRelease } from '@practice-exchange/hub';
import { quarterBefore } from '@practice-exchange/protocol';
import type { Person, Role } from '@practice-exchange/web';
import { sql } from 'kysely';
import type { Network } from '../network.ts';
import { publishSimulated, simulatedAuthorities } from './simulated-authorities.ts';

/** The quarters that the demo's returns are about. */
const lastQuarter = '2026-Q2';
const quarters = 8;

/**
 * Gives the demo national statistics: simulated authorities join and return, and two analysts prepare and approve the release
 * of one quarter after another, as they would. Goes on where it was broken off; ends early when the signal says so.
 */
export async function seedStatistics(network: Network, signal: AbortSignal): Promise<void> {
  const { hub } = network;
  await publishSimulated(hub, simulatedAuthorities(lastQuarter, quarters), signal);
  const [preparer, approver] = await analysts(network);
  for (let back = quarters - 1; back >= 0 && !signal.aborted; back -= 1) {
    const quarter = quarterBefore(lastQuarter, back);
    const known = (await listWork(hub.context.database, 100)).filter((release) => release.quarter === quarter);
    if (known.some(({ state }) => state === 'approved')) continue;
    if (back === quarters - 1) await spreadLearningOverQuarters(network);
    const underWay = known.find(({ state }) => state === 'building' || state === 'draft');
    const id = underWay?.id ?? (await prepareRelease(hub.context, preparer, { quarter, note: '' }));
    const draft = await built(network, id, signal);
    if (!draft) return;
    await approveRelease(hub.context, approver, { id, ...draft });
  }
}

/**
 * What the second analyst approves of a draft once it is built; null when it never will be. Where every quarter of a year
 * was published as 0, the year is 0 too, whatever is withheld: that tells of nobody, and they say so.
 */
async function built(
  network: Network,
  id: string,
  signal: AbortSignal,
): Promise<{ contentHash: string; auditNote: string } | null> {
  while (!signal.aborted) {
    const release = await findRelease(network.hub.context.database, id);
    if (release?.state === 'draft') {
      const open = release.audit?.unprotected ?? [];
      if (open.some(({ highest }) => highest !== 0)) return null;
      const auditNote = 'The sums that can be narrowed are zeros that follow from zeros published for each quarter.';
      return { contentHash: release.content_hash ?? '', auditNote: open.length > 0 ? auditNote : '' };
    }
    if (release?.state !== 'building') return null;
    await wait(250);
  }
  return null;
}

/**
 * The demo's learning was all published a moment ago. For its statistics it counts as if it had come in over the two years:
 * the one thing here that no authority could do.
 */
async function spreadLearningOverQuarters(network: Network): Promise<void> {
  await sql`
    update learning_record l
    set published_at = make_timestamptz(2024, 8, 15, 12, 0, 0) + make_interval(months => 3 * (spread.part - 1))
    from (select id, ntile(${quarters}) over (order by content ->> 'period', id) as part from learning_record) spread
    where spread.id = l.id
  `.execute(network.hub.context.database.db);
}

async function analysts(network: Network): Promise<[preparer: Person, approver: Person]> {
  const rows = await network.hub.context.database.db
    .selectFrom('person')
    .select(['id', 'name', 'roles'])
    .where(sql<boolean>`'analyst' = any (roles)`)
    .orderBy('subject', 'desc')
    .execute();
  const [preparer, approver] = rows.map(({ id, name, roles }): Person => ({ id, name, roles: roles as Role[] }));
  if (!preparer || !approver) throw new Error('the demo hub needs two analysts');
  return [preparer, approver];
}
