import type { FastifyInstance } from 'fastify';
import type { NavigationItem } from './page.ts';

/** What the accessibility, cookies, privacy and help pages need to know of a service. */
export type SharedPageFacts = {
  /** What the service is for, one sentence, for the help page. */
  readonly purpose: string;
  /** Who answers for the service and its data: the authority, or the operator of the hub. */
  readonly controller: string;
  /** How people reach someone: an address or a sentence ("Ask your node administrator"). */
  readonly contact: string;
  /** What the service keeps about the people who use it, one sentence each. */
  readonly keeps: readonly string[];
  /** The day the accessibility statement was prepared, ISO 8601. */
  readonly accessibilityReviewedOn: string;
  /** Questions people ask and their answers, for the help page. */
  readonly help: readonly { readonly question: string; readonly answer: readonly string[] }[];
  /** The page of the API's documentation, when there is one. */
  readonly apiDocs?: string;
};

/** The footer's links. */
export function sharedPageLinks(facts: SharedPageFacts): NavigationItem[] {
  return [
    { href: '/help', text: 'Help' },
    { href: '/accessibility', text: 'Accessibility statement' },
    { href: '/cookies', text: 'Cookies' },
    { href: '/privacy', text: 'Privacy' },
    ...(facts.apiDocs ? [{ href: facts.apiDocs, text: 'API documentation' }] : []),
  ];
}

/** Adds `/help`, `/accessibility`, `/cookies` and `/privacy`, open to anyone. */
export function addSharedPages(app: FastifyInstance, facts: SharedPageFacts): void {
  const cookies = cookieRows(app);
  const pages = [
    { path: '/help', template: 'pages/help.njk', title: 'Help' },
    { path: '/accessibility', template: 'pages/accessibility.njk', title: 'Accessibility statement' },
    { path: '/cookies', template: 'pages/cookies.njk', title: 'Cookies' },
    { path: '/privacy', template: 'pages/privacy.njk', title: 'Privacy' },
  ];
  for (const { path, template, title } of pages) {
    app.get(path, { config: { access: 'public' } }, (_request, reply) =>
      reply.page(template, {
        title,
        facts,
        cookies,
      }),
    );
  }
}

function cookieRows(app: FastifyInstance): string[][] {
  const { cookieName, idleMinutes } = app.sessions;
  const nameOf = (purpose: string) => cookieName.replace(/session$/, purpose);
  return [
    [
      cookieName,
      'Keeps you signed in',
      `When you sign out, after ${idleMinutes} minutes without use, or after 12 hours`,
    ],
    [nameOf('csrf'), 'Makes sure that what is sent in your name was sent by you', 'When you close the browser'],
    [
      nameOf('sign-in'),
      'Remembers where you were going while you sign in',
      'When you have signed in, or after 10 minutes',
    ],
    ...(app.keptForms
      ? [
          [
            nameOf('last'),
            'Remembers who was last signed in here, so that what you write is not lost when a session ends',
            'When you sign out, or after 12 hours',
          ],
          [
            nameOf('kept'),
            'Opens what was kept when a session ended before it was saved, for the same person only',
            'After 12 hours',
          ],
        ]
      : []),
  ];
}
