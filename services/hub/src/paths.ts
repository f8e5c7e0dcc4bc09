/** Every address of the hub, in one place. */
export const paths = {
  wellKnown: '/.well-known/practice-exchange',
  openApi: '/openapi.json',
  live: '/livez',
  ready: '/readyz',
  api: {
    enrolments: '/api/v1/enrolments',
    publications: '/api/v1/publications',
    receipts: '/api/v1/receipts',
    search: '/api/v1/search',
    learning: '/api/v1/learning/:id',
    directory: '/api/v1/directory',
    anonymityCounts: '/api/v1/anonymity-counts',
  },
  overview: '/',
  members: '/operator/members',
  member: '/operator/members/:node',
} as const;
