import type { Severity } from '@practice-exchange/anonymisation';
import type { GuardFinding } from './guard-finding.ts';

/** What each kind of finding is called on pages. */
const kindLabels: Partial<Record<string, string>> = {
  'deny-list': 'On this case’s deny-list',
  'nhs-number': 'NHS number',
  'unique-learner-number': 'Unique learner number',
  'unique-pupil-number': 'Unique pupil number',
  'candidate-identifier': 'Examination candidate number',
  'national-insurance': 'National Insurance number',
  postcode: 'Postcode',
  telephone: 'Telephone number',
  'vehicle-registration': 'Vehicle registration',
  'driving-licence': 'Driving licence number',
  passport: 'Passport number',
  email: 'E-mail address',
  url: 'Web address',
  handle: 'Social media name',
  'ip-address': 'Internet address',
  'pnc-id': 'Police computer number',
  'home-office-reference': 'Home Office reference',
  'case-reference': 'Case or crime reference',
  'account-number': 'Bank account number',
  number: 'Number that may identify',
  'date-of-birth': 'Date of birth',
  person: 'Name of a person',
  professional: 'Name of a worker',
  initials: 'Initials',
  school: 'School or setting',
  'street-address': 'Street or address',
  'unexplained-name': 'May be a name',
  place: 'Place',
  organisation: 'Organisation',
  date: 'Exact date',
  age: 'Exact age',
  occupation: 'Occupation',
  nationality: 'Nationality',
  'family-composition': 'Make-up of the family',
  quantity: 'Exact number',
  'rare-event': 'Unusual event',
  'small-group': 'Too few children fit',
  'rare-concern': 'Rare kind of concern',
  'linkable-event': 'Event that can be looked up',
  'same-outcome': 'Same outcome every time',
};

export function kindLabel(kind: GuardFinding['kind']): string {
  return kindLabels[kind] ?? 'May identify somebody';
}

/** What a severity asks of people, in the words of the tag. */
export const severityWords: Record<Severity, { tag: string; short: string; asks: string }> = {
  block: {
    tag: 'Must go',
    short: 'must go',
    asks: 'Nobody can override this. It has to go before anyone else reads the text.',
  },
  'block-unless-reason': {
    tag: 'Needs a reason',
    short: 'needs a reason',
    asks: 'Replace it, or the second reader has to write down why it can stay.',
  },
  warn: {
    tag: 'Could be broader',
    short: 'could be broader',
    asks: 'It may stay. A broader word is safer and tells colleagues as much.',
  },
};
