import { type Database, newId } from '@practice-exchange/platform';
import type { Audience, LogPlace, Operation } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { insertHeld } from '../quarantine/store.ts';
import { type Answer, issueReceipts } from '../receipts/issue-receipts.ts';
import * as store from './holding-back-store.ts';

type Applied = Awaited<ReturnType<typeof store.appliedTo>>[number];

/**
 * Takes back what publications at some places of a node's log did, until a person has decided: from this commit on nothing of
 * them is served. What a trusted publication said of a record before is served again; where there is none, nothing of it is.
 * One that a trusted publication has replaced since is ended instead. Each is answered `quarantined`. Gives the records.
 */
export async function holdBack(
  tx: Database<HubSchema>,
  hub: HubContext['hub'],
  node: string,
  places: readonly LogPlace[],
): Promise<string[]> {
  const records = await store.recordsServedBy(tx, node, places);
  const isHeldBack = ({ epoch, seq }: LogPlace) => places.some((place) => place.epoch === epoch && place.seq === seq);
  for (const record of records) {
    const applied = await store.appliedTo(tx, record);
    const trusted = applied.filter((publication) => !isHeldBack(publication));
    const content = trusted.findLast(({ op }) => op !== 'rescope');
    const untrusted = applied.filter(isHeldBack);
    const waiting = untrusted.filter((publication) => !content || isLater(publication, content));
    const replaced = untrusted.filter((publication) => !waiting.includes(publication));
    await insertHeld(
      tx,
      waiting.map(({ epoch, seq, op, content: body, salt, envelope }) => ({
        ...{ id: newId(), node, epoch, seq, op, record, reason: 'key-not-trusted', marks: [] },
        ...{ audience: store.audienceIn(envelope), content: body, salt },
      })),
    );
    if (waiting.length > 0) await serveAgain(tx, record, trusted, content);
    await store.destroyBodies(tx, node, untrusted);
    const answers = [
      ...untrusted.map((publication) => answer(publication, { state: 'quarantined', reason: 'key-not-trusted' })),
      ...replaced.map((publication) => answer(publication, { state: 'rejected', reason: 'superseded' })),
    ];
    await issueReceipts(tx, hub, node, answers);
  }
  return records;
}

async function serveAgain(
  tx: Database<HubSchema>,
  record: string,
  trusted: readonly Applied[],
  content: Applied | undefined,
): Promise<void> {
  const audience = trusted
    .map(({ envelope }) => store.audienceIn(envelope))
    .findLast((each): each is Audience => !!each);
  if (!content?.content) {
    await store.stopServing(tx, record);
    return;
  }
  await store.serveEarlier(tx, record, {
    epoch: content.epoch,
    seq: content.seq,
    revision: content.revision ?? 1,
    content: content.content,
    audience: audience ?? null,
  });
}

function answer(publication: Applied, said: Answer) {
  const { node, epoch, seq, op, record, revision, hash } = publication;
  return { node, epoch, seq, op: op as Operation, record, revision, hash, ...said };
}

function isLater(one: LogPlace, other: LogPlace): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.seq > other.seq);
}
