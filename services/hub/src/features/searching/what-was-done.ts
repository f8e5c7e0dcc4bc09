import {
  type GroupingField,
  groupingFields,
  type LearningRecord,
  type QuotedPassage,
  type WhatWasDoneRequest,
  type WhatWasDoneResponse,
} from '@practice-exchange/protocol';
import { type PassageField, PassageQuoter, passagesOf } from '@practice-exchange/search';
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
    groupings: groupingFields.map((field) => ({ field, groups: groupsBy(field, found.records, quoter) })),
    asker: { region: asker.region, prevalenceBand: asker.prevalenceBand },
    ...(found.didYouMean === undefined ? {} : { didYouMean: found.didYouMean }),
    ...(found.degraded ? { degraded: 'database' as const } : {}),
  };
}

function groupsBy(field: GroupingField, records: readonly SharedRecord[], quoter: PassageQuoter) {
  const members = new Map<string, { record: SharedRecord; rank: number }[]>();
  for (const [rank, record] of records.entries()) {
    for (const code of codesIn(record.content, field)) {
      members.set(code, [...(members.get(code) ?? []), { record, rank }]);
    }
  }
  const list = learningFields.find((each) => each.field === field)?.codes ?? [];
  return [...members]
    .sort(([a, of], [b, others]) => isLast(a) - isLast(b) || others.length - of.length || best(of) - best(others))
    .map(([code, group]) => ({
      code,
      count: group.length,
      passages: quote(group, `${labelOf(list, code)} ${subjectOf[field]}`, toldIn[field], quoter),
    }));
}

function quote(
  group: readonly { record: SharedRecord; rank: number }[],
  subject: string,
  fields: readonly PassageField[],
  quoter: PassageQuoter,
): QuotedPassage[] {
  return group
    .flatMap(({ record, rank }) => {
      const quotation = quoter.quote(record.id, subject, fields);
      // A passage counts for what it says and for how well its record answers.
      return quotation ? [{ record, quotation, worth: quotation.weight / Math.log2(rank + 4) }] : [];
    })
    .sort((a, b) => b.worth - a.worth)
    .slice(0, passagesOfGroup)
    .map(({ record, quotation }) => ({
      id: record.id,
      title: record.content.title,
      region: record.content.region,
      prevalenceBand: record.prevalenceBand,
      period: record.content.period,
      citation: citationOf(record),
      revision: record.revision,
      field: quotation.field,
      segments: quotation.segments.map((segment) => ({ ...segment })),
    }));
}

function codesIn(content: LearningRecord, field: GroupingField): readonly string[] {
  const value = content[field];
  return typeof value === 'string' ? [value] : value;
}

function isLast(code: string): number {
  return lastCodes.includes(code) ? 1 : 0;
}

function best(group: readonly { rank: number }[]): number {
  return group[0]?.rank ?? 0;
}
