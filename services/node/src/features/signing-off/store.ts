import type { Database } from '@practice-exchange/platform';
import type { Audience, LearningRecord } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';
import type { GuardFinding, Risk } from '../anonymisation/guard-finding.ts';

type Db = Database<NodeSchema>;

/** An edition as it was frozen, with what the guard found and what has been read and decided about it. */
export type Edition = {
  review: string;
  number: number;
  author: string;
  reviewVersion: number;
  content: LearningRecord;
  audience: Audience;
  contentHash: string;
  findings: GuardFinding[];
  risk: Risk | null;
  blocked: boolean;
  /** Whether the case's deny-list has changed since the guard checked this edition. */
  isStale: boolean;
  createdAt: Date;
  readings: Reading[];
  signOffs: SignOff[];
};

/** What a second reader answered before seeing findings. */
export type Reading = { person: string; answer: 'nobody' | 'perhaps' | 'somebody'; account: string | null; at: Date };

export type SignOff = {
  part: 'author' | 'second-person';
  person: string;
  personName: string;
  decision: 'approved' | 'returned';
  reason: string | null;
  /** The second person's reason for each finding that stays, by the finding's entity. */
  findingReasons: Record<string, string>;
  at: Date;
};

/** The number of the newest edition; 0 when there is none. */
export async function newestNumber(db: Db, review: string): Promise<number> {
  const row = await db.db
    .selectFrom('edition')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('review', '=', review)
    .executeTakeFirst();
  return row?.number ?? 0;
}

export async function newestEdition(db: Db, review: string): Promise<Edition | undefined> {
  const row = await db.db
    .selectFrom('edition as e')
    .innerJoin('case_review as r', 'r.id', 'e.review')
    .selectAll('e')
    .select('r.deny_version as list_version')
    .where('e.review', '=', review)
    .orderBy('e.number', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return undefined;
  const signOffs = await db.db
    .selectFrom('sign_off as s')
    .innerJoin('person as p', 'p.id', 's.person')
    .select(['s.part', 's.person', 'p.name', 's.decision', 's.reason', 's.finding_reasons', 's.created_at'])
    .where('s.review', '=', review)
    .where('s.edition', '=', row.number)
    .execute();
  const readings = await db.db
    .selectFrom('second_reading')
    .select(['person', 'answer', 'account', 'created_at as at'])
    .where('review', '=', review)
    .where('edition', '=', row.number)
    .execute();
  return {
    review,
    number: row.number,
    author: row.author,
    reviewVersion: row.review_version,
    content: row.content,
    audience: row.audience,
    contentHash: row.content_hash,
    findings: row.findings,
    risk: row.risk,
    blocked: row.blocked,
    isStale: row.deny_version !== row.list_version,
    createdAt: row.created_at,
    readings,
    signOffs: signOffs.map((signOff) => ({
      part: signOff.part,
      person: signOff.person,
      personName: signOff.name,
      decision: signOff.decision,
      reason: signOff.reason,
      findingReasons: signOff.finding_reasons,
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
    denyVersion: number;
    content: LearningRecord;
    audience: Audience;
    contentHash: string;
    guardVersion: string;
    findings: readonly GuardFinding[];
    risk: Risk | null;
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
      deny_version: edition.denyVersion,
      content: JSON.stringify(edition.content),
      audience: JSON.stringify(edition.audience),
      content_hash: edition.contentHash,
      guard_version: edition.guardVersion,
      findings: JSON.stringify(edition.findings),
      risk: edition.risk === null ? null : JSON.stringify(edition.risk),
      blocked: edition.blocked,
    })
    .execute();
}

export async function insertReading(
  tx: Db,
  reading: {
    review: string;
    edition: number;
    contentHash: string;
    person: string;
    answer: Reading['answer'];
    account: string | null;
  },
): Promise<void> {
  const { contentHash, ...rest } = reading;
  await tx.db
    .insertInto('second_reading')
    .values({ ...rest, content_hash: contentHash })
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
    intruderAnswer?: Reading['answer'];
    reason?: string;
    findingReasons?: Readonly<Record<string, string>>;
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
      finding_reasons: JSON.stringify(signOff.findingReasons ?? {}),
    })
    .execute();
}
