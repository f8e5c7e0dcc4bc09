/** What explains a capitalised word without a person. `name` and `unknown` explain nothing. */
export type Explanation =
  | 'practice'
  | 'institution'
  | 'calendar'
  | 'place'
  | 'country'
  | 'people'
  | 'ordinary'
  | 'number'
  | 'name'
  | 'unknown';
