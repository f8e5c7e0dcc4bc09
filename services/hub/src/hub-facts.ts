import type { SharedPageFacts } from '@practice-exchange/web';

/** What the hub's accessibility, cookies, privacy and help pages say. */
export const hubFacts: SharedPageFacts = {
  purpose:
    'The hub keeps what authorities have chosen to share, finds it for staff of every authority, and shows national trends.',
  controller: 'the operator of the network',
  contact: 'the network operator',
  keeps: [
    'Your name, job title and roles, as your sign-in service gives them.',
    'What you did as an operator or analyst, and when, so that every change can be traced.',
  ],
  accessibilityReviewedOn: '2026-11-24',
  help: [
    {
      question: 'Who can see what is shared here?',
      answer: [
        'Each learning record says who may see it: the whole network, some regions, or some authorities. The hub enforces that for every search.',
      ],
    },
    {
      question: 'Where do the names of children go?',
      answer: [
        'Nowhere. Case reviews stay at the authority. What arrives here was anonymised, read by two people and signed before it left.',
      ],
    },
  ],
  apiDocs: '/api/docs',
};
