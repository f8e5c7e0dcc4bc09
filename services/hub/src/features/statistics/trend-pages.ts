import { themes } from '@practice-exchange/vocabulary';

/** One page of trends: what it is about, and the tables that it shows, in order. */
export type TrendPage = {
  readonly code: string;
  readonly title: string;
  readonly about: string;
  readonly tables: readonly string[];
};

const labelOf = (code: string) => themes.find((theme) => theme.code === code)?.label ?? code;

/** A page for how many cases there are, and one for each theme. */
export const trendPages: readonly TrendPage[] = [
  {
    code: 'cases',
    title: 'How many cases, and what came of them',
    about: 'Counted by caseload returns: every referral, whether or not anything was published about it.',
    tables: [
      'referrals',
      'referrals-by-region',
      'referrals-by-category',
      'referrals-by-age',
      'outcomes',
      'referrals-by-region-and-category',
      'outcomes-by-region-and-outcome',
    ],
  },
  {
    code: 'ownership-and-consensus',
    title: labelOf('ownership-and-consensus'),
    about:
      'Staff are more confident where their authority has agreed who owns these cases and what the terms mean. Practice statements say what has been agreed.',
    tables: [
      'statements-on-responsibility',
      'statements-on-definitions',
      'statements-on-thresholds',
      'statements-on-response',
      'referrals-by-decision',
      'referrals-by-region-and-decision',
    ],
  },
  {
    code: 'families-and-communities',
    title: labelOf('families-and-communities'),
    about:
      'Families that refused or were suspicious at the start may cooperate at the end. Learning records say what was tried and how the family responded.',
    tables: [
      'learning-by-engagement',
      'learning-by-change-of-engagement',
      'learning-by-theme-and-engagement',
      'learning-by-intervention',
      'statements-on-community-engagement',
    ],
  },
  {
    code: 'partner-agencies',
    title: labelOf('partner-agencies'),
    about: 'Who refers, what is decided, and whether agencies have agreed one way to refer and to share information.',
    tables: [
      'referrals-by-source',
      'referrals-by-source-in-detail',
      'referrals-by-region-and-source',
      'statements-on-single-referral-process',
      'statements-on-information-sharing',
    ],
  },
  {
    code: 'legitimacy-of-intervention',
    title: labelOf('legitimacy-of-intervention'),
    about: 'Whether anybody challenged that the authority intervened, who did, and what was decided.',
    tables: ['learning-by-legitimacy', 'learning-by-decision', 'learning-by-outcome', 'learning-by-theme-and-outcome'],
  },
];
