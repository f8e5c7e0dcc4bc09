/** Every address of a node, in one place. */
export const paths = {
  openApi: '/openapi.json',
  apiDocs: '/api/docs',
  live: '/livez',
  ready: '/readyz',
  home: '/',
  search: '/search',
  whatWasDone: '/search/what-they-did',
  terms: '/terms',
  termSuggestions: '/terms/suggestions.json',
  apiSearch: '/api/v1/search',
  apiWhatWasDone: '/api/v1/what-was-done',
  apiLearning: '/api/v1/learning/:id',
  apiTerms: '/api/v1/terms',
  learning: '/learning/:id',
  reviews: '/reviews',
  review: '/reviews/:id',
  reviewSection: '/reviews/:id/section/:section',
  checkReview: '/reviews/:id/check',
  importDocument: '/reviews/:id/import',
  placeDocument: '/reviews/:id/import/place',
  history: '/reviews/:id/history',
  comparison: '/reviews/:id/history/compare',
  edition: '/reviews/:id/editions/:number',
  sendForReading: '/reviews/:id/send',
  anonymisation: '/reviews/:id/anonymisation',
  checkAgain: '/reviews/:id/anonymisation/check',
  replaceFinding: '/reviews/:id/anonymisation/replace',
  acceptBroader: '/reviews/:id/anonymisation/replace-all',
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

/** A path with its `:id` filled in, and what comes after it: `:section` or `:number`. */
export function pathTo(path: string, id: string, part?: string | number): string {
  const filled = path.replace(':id', encodeURIComponent(id));
  return part === undefined ? filled : filled.replace(/:(?:section|number)/, encodeURIComponent(part));
}
