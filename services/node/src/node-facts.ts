import type { SharedPageFacts } from '@practice-exchange/web';

/** What a node's accessibility, cookies, privacy and help pages say. */
export function nodeFacts(authority: string): SharedPageFacts {
  return {
    purpose: `Staff of ${authority} find here what colleagues in other authorities have learned, and share what they have learned themselves.`,
    controller: authority,
    contact: 'your node administrator',
    keeps: [
      'Your name, job title and roles, as your sign-in service gives them.',
      'What you wrote, read for others, approved and published, and when, so that every change can be traced.',
      'What you had written when your session ended before it was saved, sealed, for twelve hours at most. A document that you import is read and not kept.',
      'What you reported of a learning record in which someone could be recognised, until thirty days after it was settled, or until that record is taken back. Your name is not sent with it.',
      'Nothing of what you search for: your words go to the hub in the body of a request, without your name, and are not kept.',
    ],
    accessibilityReviewedOn: '2026-11-24',
    apiDocs: '/api/docs',
    help: [
      {
        question: 'How do I find learning that fits my case?',
        answer: [
          'Type what you are dealing with as you would say it to a colleague. Then narrow the list with the filters beside it.',
        ],
      },
      {
        question: 'Why was my search stopped?',
        answer: [
          'It seemed to hold something that identifies a person: a name, a number, an address, a date. Nothing was sent. You can go on without that part, or change your words.',
        ],
      },
      {
        question: 'What does “authorities like ours” mean?',
        answer: [
          'Authorities of the same prevalence band: how many of these cases they see for their size, from the caseload returns of each. You can put their learning first, and your own region’s after it, or see nothing else.',
          'You cannot ask for one kind of authority, such as county councils. Together with region and band that would often give away whose case it was.',
        ],
      },
      {
        question: 'What do I do if I recognise somebody in a learning record?',
        answer: [
          'Report it at once, at the end of the record. You need not be sure. The authority that published it is told within a minute and can take it back; it learns that your authority reported it, never who.',
        ],
      },
      {
        question: 'Who sees what we publish?',
        answer: [
          'Whoever you choose: the whole network or some regions. Readers see your region and prevalence band, not the name of your authority.',
        ],
      },
    ],
  };
}
