/** What `govukPagination` takes. */
export type Pagination = {
  readonly landmarkLabel: string;
  readonly previous?: { readonly href: string; readonly labelText?: string };
  readonly next?: { readonly href: string; readonly labelText?: string };
  readonly items: readonly (
    | { readonly number: number; readonly href: string; readonly current?: true }
    | { readonly ellipsis: true }
  )[];
};

/**
 * Pages to choose from: first, last, the current one and its neighbours, with gaps shown. Null when one page holds everything.
 * `pageHref` gives the address of a page (from 1). A page outside the range is brought inside.
 */
export function pagination(options: {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  readonly pageHref: (page: number) => string;
  readonly label?: string;
}): Pagination | null {
  const last = Math.ceil(options.total / options.pageSize);
  if (last <= 1) return null;
  const page = Math.min(Math.max(1, options.page), last);
  const shown = [1, page - 1, page, page + 1, last].filter((number) => number >= 1 && number <= last);
  const items: Pagination['items'][number][] = [];
  let before = 0;
  for (const number of [...new Set(shown)].sort((a, b) => a - b)) {
    // A gap of one page is shown as that page: an ellipsis would be no shorter.
    if (number - before === 2) items.push({ number: number - 1, href: options.pageHref(number - 1) });
    else if (number - before > 2) items.push({ ellipsis: true });
    items.push({ number, href: options.pageHref(number), ...(number === page ? { current: true as const } : {}) });
    before = number;
  }
  return {
    landmarkLabel: options.label ?? 'Pages of results',
    items,
    ...(page > 1 ? { previous: { href: options.pageHref(page - 1) } } : {}),
    ...(page < last ? { next: { href: options.pageHref(page + 1) } } : {}),
  };
}
