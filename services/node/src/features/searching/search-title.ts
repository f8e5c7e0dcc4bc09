import type { SearchRequest } from '@practice-exchange/protocol';
import { paths } from '../../paths.ts';
import { chipsOf } from './search-words.ts';

/**
 * The title of a search's page: what was found, or that nothing could be, then the words, the page, the order and the filters, so that no two searches share one in a
 * list of tabs or of visited pages. The words may be in it because they are in the page's own address already: a title stays in
 * the browser of whoever typed them, and only words that name nobody get as far as a result.
 */
export function titleOfSearch(found: string, search: SearchRequest, { page = 1, pages = 1 } = {}): string {
  const { q, sort } = search;
  const { chips } = chipsOf(paths.search, search);
  return [
    q === '' ? found : `${found} for “${q}”`,
    ...(pages > 1 ? [`page ${page} of ${pages}`] : page > 1 ? [`page ${page}`] : []),
    ...(q !== '' && sort === 'newest' ? ['newest first'] : []),
    ...chips.map((chip) => ('label' in chip ? `${chip.label}: ${chip.text}` : chip.text)),
  ].join(', ');
}
