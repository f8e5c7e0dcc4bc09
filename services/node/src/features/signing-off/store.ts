import type { Finding } from '@practice-exchange/anonymisation';
import type { Database } from '@practice-exchange/platform';
import type { Audience, LearningRecord } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';

type Db = Database<NodeSchema>;

/** An edition as it was frozen, with what the guard found and what has been decided about it. */
export type Edition = {
  review: string;
  number: number;
  reviewVersion: number;
  content: LearningRecord;
  audience: Audience;
  contentHash: string;
  findings: Finding[];
  blocked: boolean;
  createdAt: Date;
  signOffs: SignOff[];
};

export type SignOff = {
  part: 'author' | 'second-person';
  person: string;
  personName: string;
  decision: 'approved' | 'returned';
  reason: string | null;
  at: Date;
};

export async function newestEdition(db: Db, review: string): Promise<Edition | undefined> {
  const row = await db.db
    .selectFrom('edition')
    .selectAll()
    .where('review', '=', review)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return undefined;
  const signOffs = await db.db
    .selectFrom('sign_off as s')
    .innerJoin('person as p', 'p.id', 's.person')
    .select(['s.part', 's.person', 'p.name', 's.decision', 's.reason', 's.created_at'])
    .where('s.review', '=', review)
    .where('s.edition', '=', row.number)
    .execute();
  return {
    review,
    number: row.number,
    reviewVersion: row.review_version,
    content: row.content,
    audience: row.audience,
    contentHash: row.content_hash,
    findings: row.findings,
    blocked: row.blocked,
    createdAt: row.created_at,
    signOffs: signOffs.map((signOff) => ({
      part: signOff.part,
      person: signOff.person,
      personName: signOff.name,
      decision: signOff.decision,
      reason: signOff.reason,
      at: signOff.created_at,
    })),
  };
}

export async function insertEdition(
  tx: Db,
  edition: {
    review: string;
    number: number;
    author: string;
    reviewVersion: number;
    content: LearningRecord;
    audience: Audience;
    contentHash: string;
    guardVersion: string;
    findings: readonly Finding[];
    blocked: boolean;
  },
): Promise<void> {
  await tx.db
    .insertInto('edition')
    .values({
      review: edition.review,
      number: edition.number,
      author: edition.author,
      review_version: edition.reviewVersion,
      content: JSON.stringify(edition.content),
      audience: JSON.stringify(edition.audience),
      content_hash: edition.contentHash,
      guard_version: edition.guardVersion,
      findings: JSON.stringify(edition.findings),
      blocked: edition.blocked,
    })
    .execute();
}

export async function insertSignOff(
  tx: Db,
  signOff: {
    review: string;
    edition: number;
    contentHash: string;
    author: string;
    person: string;
    part: 'author' | 'second-person';
    decision: 'approved' | 'returned';
    intruderAnswer?: string;
    reason?: string;
  },
): Promise<void> {
  await tx.db
    .insertInto('sign_off')
    .values({
      review: signOff.review,
      edition: signOff.edition,
      content_hash: signOff.contentHash,
      author: signOff.author,
      person: signOff.person,
      part: signOff.part,
      decision: signOff.decision,
      intruder_answer: signOff.intruderAnswer ?? null,
      reason: signOff.reason ?? null,
    })
    .execute();
}
