/** Every address of a node, in one place. */
export const paths = {
  openApi: '/openapi.json',
  apiDocs: '/api/docs',
  live: '/livez',
  ready: '/readyz',
  home: '/',
  search: '/search',
  apiSearch: '/api/v1/search',
  learning: '/learning/:id',
  reviews: '/reviews',
  review: '/reviews/:id',
  sendForReading: '/reviews/:id/send',
  anonymisation: '/reviews/:id/anonymisation',
  checkAgain: '/reviews/:id/anonymisation/check',
  replaceFinding: '/reviews/:id/anonymisation/replace',
  generaliseCode: '/reviews/:id/anonymisation/code',
  denyList: '/reviews/:id/deny-list',
  denyListRemoval: '/reviews/:id/deny-list/remove',
  secondReading: '/reviews/:id/second-reading',
  intruderAnswer: '/reviews/:id/second-reading/answer',
  readingFindings: '/reviews/:id/second-reading/findings',
  missedWords: '/reviews/:id/second-reading/missed',
  approve: '/reviews/:id/second-reading/approve',
  returnReview: '/reviews/:id/second-reading/return',
  publish: '/reviews/:id/publish',
  publication: '/reviews/:id/publication',
} as const;

/** A path with its `:id` filled in. */
export function pathTo(path: string, id: string): string {
  return path.replace(':id', encodeURIComponent(id));
}
