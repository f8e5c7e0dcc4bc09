import { describe, expect, it } from 'vitest';
import { searchFromAddress } from './search-address.ts';
import { titleOfSearch } from './search-title.ts';

const title = (query: Record<string, unknown>, pages?: number) => {
  const search = searchFromAddress(query);
  return titleOfSearch('42 learning records', search, { page: search.page ?? 1, pages: pages ?? 5 });
};

describe('the title of a search', () => {
  it('says what was found, the words, the page, the order and the filters', () => {
    expect(title({ q: 'family refused', page: '2', sort: 'newest', outcome: 'concern-reduced', likeMine: 'yes' })).toBe(
      '42 learning records for “family refused”, page 2 of 5, newest first, Only authorities like ours, Outcome: Concern reduced',
    );
    expect(title({}, 1)).toBe('42 learning records');
  });

  it('differs for every two searches that differ, though as much was found', () => {
    const q = 'family refused';
    const searches = [
      {},
      { q },
      { q: 'school refused' },
      { q, page: '2' },
      { q, sort: 'newest' },
      { q, favour: 'like-mine' },
      { q, favour: 'low' },
      { q, likeMine: 'yes' },
      { q, referralSource: 'childrens-social-care' },
      { q, agencies: 'childrens-social-care' },
      { q, familyEngagementStart: 'refused' },
      { q, familyEngagementEnd: 'refused' },
      { q, period: '2025-Q1' },
      { q, outcome: ['concern-reduced', 'no-concern-found'] },
      { q, outcome: 'concern-reduced' },
    ];
    expect(new Set(searches.map((search) => title(search))).size).toBe(searches.length);
  });
});
