import { describe, expect, it } from 'vitest';
import { addressOfSearch, searchFromAddress, unknownFiltersIn } from './search-address.ts';

const query = {
  q: 'family refused',
  outcome: ['concern-reduced', 'no-such-code'],
  region: 'atlantis',
  setting: '<b>bold</b>',
  period: ['2025-Q1', '2025-Q9'],
  familyEngagementEnd: 'cooperative',
  prevalenceBand: 'low',
};

describe('a search of an address', () => {
  it('has the filters that the vocabulary knows, and no other', () => {
    const search = searchFromAddress(query);
    expect(search.filters).toEqual({
      outcome: ['concern-reduced'],
      period: ['2025-Q1'],
      familyEngagementEnd: ['cooperative'],
      prevalenceBand: ['low'],
    });
    const address = addressOfSearch('/search', search);
    expect(address).not.toMatch(/no-such-code|atlantis|bold|Q9/);
  });

  it('tells which filters it left out, by the name of their field', () => {
    expect(unknownFiltersIn(query)).toEqual([
      { label: 'Outcome', code: 'no-such-code' },
      { label: 'Setting', code: '<b>bold</b>' },
      { label: 'Region', code: 'atlantis' },
      { label: 'Period', code: '2025-Q9' },
    ]);
    expect(unknownFiltersIn({ q: 'a', outcome: 'concern-reduced', region: '' })).toEqual([]);
  });
});
