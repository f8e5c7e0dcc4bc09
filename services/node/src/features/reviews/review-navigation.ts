import type { NavigationItem } from '@practice-exchange/web';
import { paths, pathTo } from '../../paths.ts';
import type { CaseReview } from './case-review.ts';
import { hasEnded } from './reviews.ts';

/** The secondary navigation of a review: what `sections` of the page layout takes. */
export function reviewNavigation(
  review: Pick<CaseReview, 'id' | 'state'>,
  current: 'document' | 'anonymisation',
): (NavigationItem & { readonly current: boolean })[] {
  const places = [
    { place: 'document', path: paths.review, text: 'Document' },
    ...(hasEnded(review) ? [] : [{ place: 'anonymisation', path: paths.anonymisation, text: 'Anonymisation' }]),
  ];
  return places.map(({ place, path, text }) => ({ href: pathTo(path, review.id), text, current: place === current }));
}
