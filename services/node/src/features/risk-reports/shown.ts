import { type RiskKind, riskKinds } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import { paths, pathTo } from '../../paths.ts';
import { sectionPath } from '../reviews/review-navigation.ts';
import { findSection } from '../reviews/sections.ts';
import { answersForOurs } from './reporting.ts';
import type { FoundReport } from './store.ts';

/**
 * Where a report stands, for the page and the tag: `sending` was made a moment ago, `unsent` waits here, `refused` was not taken by the hub, `waiting` waits for the owner,
 * `acted` for the hub to say that what the owner did settles it; the rest is settled.
 */
export type Standing =
  | 'sending'
  | 'unsent'
  | 'refused'
  | 'waiting'
  | 'acted'
  | 'answering'
  | 'withdrawn'
  | 'revised'
  | 'narrowed'
  | 'kept'
  | 'closed';

/** A report as its pages and lists show it to somebody who may read it. */
export function shown(report: FoundReport, person: Person) {
  const isForUs = report.side !== 'made' && answersForOurs(person);
  const standing = standingOf(report);
  const mayChange = report.review !== null && report.author === person.id && person.roles.includes('author');
  const audience = findSection('audience');
  return {
    id: report.id,
    href: pathTo(paths.riskReport, report.id),
    record: report.record,
    recordHref: pathTo(paths.learning, report.record),
    isForUs,
    isOwn: report.side === 'own',
    heading: isForUs ? 'Someone could be recognised' : headings[standing],
    title: report.side === 'made' ? null : (report.title ?? 'Untitled case review'),
    standing,
    isOpen: report.state === 'open',
    how: report.how === null ? null : (riskKinds[report.how as RiskKind] ?? report.how),
    says: report.says,
    byName: report.by_name,
    madeAt: report.made_at,
    settledAt: report.settled_at,
    acted: report.acted,
    answer: report.answer,
    wasSent: report.sent_at !== null,
    review: report.review,
    author: report.author_name,
    changeHref: mayChange && report.review ? pathTo(paths.checkReview, report.review) : null,
    narrowHref: mayChange && report.review && audience ? sectionPath(report.review, audience, 'check') : null,
  };
}

export type ShownReport = ReturnType<typeof shown>;

/** What was made so long ago is usually sent. */
const usuallySentAfterMs = 20_000;

function standingOf({ side, state, problem, made_at: madeAt, sent_at: sentAt, acted, answer }: FoundReport): Standing {
  // The hub says so when it has heard of it.
  if (acted === 'withdrawn') return 'withdrawn';
  if (state !== 'open') return state;
  if (problem !== null) return 'refused';
  if (side === 'made' && sentAt === null) {
    return Date.now() - madeAt.getTime() < usuallySentAfterMs ? 'sending' : 'unsent';
  }
  if (side === 'made') return 'waiting';
  if (answer !== null) return 'answering';
  return acted === null ? 'waiting' : 'acted';
}

const headings: Record<Standing, string> = {
  sending: 'Your report is on its way',
  unsent: 'Your report is kept here until it can be sent',
  refused: 'Your report was not taken',
  waiting: 'Your report was sent',
  acted: 'Your report was sent',
  answering: 'Your report was sent',
  withdrawn: 'The record was taken back',
  revised: 'The text was changed',
  narrowed: 'Fewer people can see it now',
  kept: 'The record stays as it is',
  closed: 'The record is not shown to your authority any more',
};
