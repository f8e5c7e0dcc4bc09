import type { GroupingField, SearchRequest, SearchResponse, WhatWasDoneResponse } from '@practice-exchange/protocol';
import { labelOf, learningFields } from '@practice-exchange/vocabulary';
import { countOf } from '@practice-exchange/web';
import { paths } from '../../paths.ts';
import { addressOfSearch } from './search-address.ts';
import { searchForm } from './search-form.ts';
import { nameOfPart } from './search-page.ts';
import { titleOfSearch } from './search-title.ts';

/** Groups shown at once; the others are a disclosure away. */
const groupsShown = 4;

const headings: Record<GroupingField, string> = {
  interventions: 'What they did',
  thresholdDecision: 'How the threshold was decided',
  referralSource: 'How it reached them',
  outcome: 'What came of it',
};

/** Everything that "What did they do?" shows: what was done, and the filters as the same search counts them. */
export function whatWasDonePage(search: SearchRequest, found: SearchResponse, done: WhatWasDoneResponse) {
  const { total, considered } = done;
  const groupings = done.groupings
    .filter(({ groups }) => groups.length > 0)
    .map(({ field, groups }) => {
      const codes = learningFields.find((each) => each.field === field)?.codes ?? [];
      const shown = groups.map(({ code, count, passages }) => ({
        label: labelOf(codes, code),
        count,
        of: considered,
        href: addressOfSearch(paths.search, {
          ...search,
          filters: { ...search.filters, [field]: [code] },
          page: 1,
        }),
        passages: passages.map((passage) => ({ ...passage, part: nameOfPart(passage.field) })),
      }));
      return { field, heading: headings[field], first: shown.slice(0, groupsShown), rest: shown.slice(groupsShown) };
    });
  return {
    ...searchForm(paths.whatWasDone, search, found),
    title: titleOfSearch(
      `What did they do? ${total === 0 ? 'No learning records found' : countOf(total, 'learning record')}`,
      search,
    ),
    total,
    basis:
      total > considered
        ? `From the ${countOf(considered, 'learning record')} that fit best, of ${total} found.`
        : `From ${countOf(considered, 'learning record')}.`,
    groupings,
    degraded: done.degraded ?? found.degraded,
  };
}
