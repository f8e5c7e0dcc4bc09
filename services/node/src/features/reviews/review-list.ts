import { paths } from '../../paths.ts';
import type { ReviewState } from './case-review.ts';

/** The states that a list can be narrowed to, as people read them. */
export const shownStates: readonly { readonly value: ReviewState; readonly text: string }[] = [
  { value: 'draft', text: 'Draft' },
  { value: 'in-review', text: 'In second reading' },
  { value: 'returned', text: 'Returned' },
  { value: 'approved', text: 'Approved' },
  { value: 'published', text: 'Published' },
  { value: 'withdrawn', text: 'Withdrawn' },
  { value: 'removed', text: 'Removed' },
];

/** Which reviews somebody asked for. Anything that is none of it is read as not asked. */
export type ListedFilter = {
  readonly state: ReviewState | null;
  readonly isMine: boolean;
  readonly title: string;
  readonly page: number;
};

export function readFilter(query: Readonly<Record<string, unknown>>): ListedFilter {
  const page = Number(query.page);
  return {
    state: shownStates.find(({ value }) => value === query.state)?.value ?? null,
    isMine: query.whose === 'mine',
    title: typeof query.title === 'string' ? query.title.trim().slice(0, 160) : '',
    page: Number.isSafeInteger(page) && page > 0 && page < 100_000 ? page : 1,
  };
}

/** The address of a filtered list. */
export function addressOf({ state, isMine, title, page }: ListedFilter): string {
  const query = new URLSearchParams();
  if (title !== '') query.set('title', title);
  if (state !== null) query.set('state', state);
  if (isMine) query.set('whose', 'mine');
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${paths.reviews}?${query}` : paths.reviews;
}
