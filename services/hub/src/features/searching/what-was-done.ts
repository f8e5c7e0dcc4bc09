import {
  type GroupingField,
  groupingFields,
  type LearningRecord,
  type QuotedPassage,
  type WhatWasDoneRequest,
  type WhatWasDoneResponse,
} from '@practice-exchange/protocol';
import { type PassageField, PassageQuoter, passagesOf, type Quotation } from '@practice-exchange/search';
import { labelOf, learningFields } from '@practice-exchange/vocabulary';
import { citationOf } from '../learning/present.ts';
import type { SharedRecord } from '../learning/store.ts';
import { type Asker, type Context, find } from './find.ts';

/** How many of the best answers are read. More would be quoted from learning that hardly fits. */
const considered = 30;
const passagesOfGroup = 3;

/** Where a record tells of each, likeliest first. */
const toldIn: Record<GroupingField, readonly PassageField[]> = {
  interventions: ['response', 'whatWorked', 'whatHappened', 'whatDidNot'],
  thresholdDecision: ['response', 'whatHappened', 'situation'],
  referralSource: ['situation', 'response'],
  outcome: ['whatHappened', 'whatWorked'],
};

/** What a group is about besides its label. */
const subjectOf: Record<GroupingField, string> = {
  interventions: '',
  thresholdDecision: 'threshold decision assessment agreed',
  referralSource: 'referral referred rang reported',
  outcome: 'closed outcome',
};

const lastCodes = ['unknown', 'withheld'];

/**
 * "What did they do?": the learning that answers a search best, by what was done, how the threshold was decided, by which route it came and what came
 * of it. Each group quotes its best passages, word for word from the records.
 */
export async function whatWasDone(
  context: Context,
  request: WhatWasDoneRequest,
  asker: Asker,
): Promise<WhatWasDoneResponse> {
  const found = await find(context, request, asker, { offset: 0, limit: considered });
  const quoter = new PassageQuoter(
    found.records.map(({ id, content }) => ({ id, passages: passagesOf(content) })),
    found.didYouMean ?? request.q,
  );
  return {
    total: found.total,
    considered: found.records.length,
    groupings: groupingsOf(found.records, quoter),
    asker: { region: asker.region, prevalenceBand: asker.prevalenceBand },
    ...(found.didYouMean === undefined ? {} : { didYouMean: found.didYouMean }),
    ...(found.degraded ? { degraded: found.degraded } : {}),
  };
}

type Member = { record: SharedRecord; rank: number };
type Group = { field: GroupingField; code: string; members: readonly Member[] };

function groupingsOf(records: readonly SharedRecord[], quoter: PassageQuoter): WhatWasDoneResponse['groupings'] {
  const groupings = groupingFields.map((field) => ({ field, groups: groupsBy(field, records) }));
  const passages = quoteEach(
    groupings.flatMap(({ groups }) => groups),
    quoter,
  );
  return groupings.map(({ field, groups }) => ({
    field,
    groups: groups.map((group) => ({
      code: group.code,
      count: group.members.length,
      passages: passages.get(group) ?? [],
    })),
  }));
}

function groupsBy(field: GroupingField, records: readonly SharedRecord[]): Group[] {
  const groups = new Map<string, Member[]>();
  for (const [rank, record] of records.entries()) {
    for (const code of codesIn(record.content, field)) {
      groups.set(code, [...(groups.get(code) ?? []), { record, rank }]);
    }
  }
  return [...groups]
    .map(([code, members]) => ({ field, code, members }))
    .sort(
      (a, b) =>
        isLast(a.code) - isLast(b.code) || b.members.length - a.members.length || best(a.members) - best(b.members),
    );
}

/**
 * The passages of each group. A sentence is quoted once on the page: the groups with the least to choose from choose first, and only a group
 * that would be left without any quotes what another quotes too.
 */
function quoteEach(groups: readonly Group[], quoter: PassageQuoter): Map<Group, QuotedPassage[]> {
  const quoted = new Set<string>();
  const passages = new Map<Group, QuotedPassage[]>();
  for (const group of [...groups].sort((a, b) => a.members.length - b.members.length)) {
    const fresh = quotationsFor(group, quoter, quoted);
    const chosen = fresh.length > 0 ? fresh : quotationsFor(group, quoter, new Set());
    for (const { quotation } of chosen) for (const sentence of quotation.sentences) quoted.add(sentence);
    passages.set(group, chosen.map(passageOf));
  }
  return passages;
}

type Chosen = { record: SharedRecord; quotation: Quotation };

function quotationsFor({ field, code, members }: Group, quoter: PassageQuoter, without: ReadonlySet<string>): Chosen[] {
  const list = learningFields.find((each) => each.field === field)?.codes ?? [];
  const subject = `${labelOf(list, code)} ${subjectOf[field]}`;
  return members
    .flatMap(({ record, rank }) => {
      const quotation = quoter.quote(record.id, subject, toldIn[field], without);
      // A passage counts for what it says and for how well its record answers.
      return quotation ? [{ record, quotation, worth: quotation.weight / Math.log2(rank + 4) }] : [];
    })
    .sort((a, b) => b.worth - a.worth)
    .slice(0, passagesOfGroup);
}

function passageOf({ record, quotation }: Chosen): QuotedPassage {
  return {
    id: record.id,
    title: record.content.title,
    region: record.content.region,
    prevalenceBand: record.prevalenceBand,
    period: record.content.period,
    citation: citationOf(record),
    revision: record.revision,
    field: quotation.field,
    segments: quotation.segments.map((segment) => ({ ...segment })),
  };
}

function codesIn(content: LearningRecord, field: GroupingField): readonly string[] {
  const value = content[field];
  return typeof value === 'string' ? [value] : value;
}

function isLast(code: string): number {
  return lastCodes.includes(code) ? 1 : 0;
}

function best(members: readonly Member[]): number {
  return members[0]?.rank ?? 0;
}
