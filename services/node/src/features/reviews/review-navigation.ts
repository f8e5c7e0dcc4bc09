import type { NavigationItem, Person } from '@practice-exchange/web';
import { paths, pathTo } from '../../paths.ts';
import type { CaseReview } from './case-review.ts';
import { hasEnded } from './reviews.ts';
import type { Section } from './sections.ts';

/** The secondary navigation of a review: what `sections` of the page layout takes. Findings are its author's alone. */
export function reviewNavigation(
  review: Pick<CaseReview, 'id' | 'state' | 'author'>,
  person: Person,
  current: 'document' | 'anonymisation' | 'history' | 'withdrawal',
): (NavigationItem & { readonly current: boolean })[] {
  const isAuthor = review.author.id === person.id && person.roles.includes('author');
  const places = [
    { place: 'document', path: paths.review, text: 'Document' },
    ...(isAuthor && !hasEnded(review)
      ? [{ place: 'anonymisation', path: paths.anonymisation, text: 'Anonymisation' }]
      : []),
    { place: 'history', path: paths.history, text: 'History' },
    ...(hasEnded(review) ? [{ place: 'withdrawal', path: paths.withdrawal, text: 'Withdrawal' }] : []),
  ];
  return places.map(({ place, path, text }) => ({ href: pathTo(path, review.id), text, current: place === current }));
}

/** The page of one section of a review. From check-your-answers it leads back there. */
export function sectionPath(id: string, section: Section, from: 'check' | null = null): string {
  const path = pathTo(paths.reviewSection, id, section.id);
  return from === null ? path : `${path}?from=${from}`;
}
