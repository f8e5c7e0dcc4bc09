import type { GroupingField, SearchRequest, WhatWasDoneResponse } from '@practice-exchange/protocol';
import { labelOf, learningFields } from '@practice-exchange/vocabulary';
import { countOf } from '@practice-exchange/web';
import { paths } from '../../paths.ts';
import { addressOfSearch } from './search-address.ts';
import { nameOfPart, viewsOf } from './search-page.ts';
import { chipsOf, keptFields } from './search-words.ts';

/** Groups shown at once; the others are a disclosure away. */
const groupsShown = 4;

const headings: Record<GroupingField, string> = {
  interventions: 'What they did',
  thresholdDecision: 'How the threshold was decided',
  referralSource: 'How it reached them',
  outcome: 'What came of it',
};

/** Everything that "What did they do?" shows. */
export function whatWasDonePage(search: SearchRequest, answer: WhatWasDoneResponse) {
  const { total, considered } = answer;
  const groupings = answer.groupings
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
    title: total === 0 ? 'What did they do? No learning found' : 'What did they do?',
    search,
    total,
    basis:
      total > considered
        ? `From the ${countOf(considered, 'learning record')} that fit best, of ${total} found.`
        : `From ${countOf(considered, 'learning record')}.`,
    groupings,
    degraded: answer.degraded !== undefined,
    kept: keptFields(search),
    views: viewsOf(search, 'what-was-done'),
    ...chipsOf(paths.whatWasDone, search),
    didYouMean: answer.didYouMean
      ? {
          words: answer.didYouMean,
          href: addressOfSearch(paths.whatWasDone, { ...search, q: answer.didYouMean, page: 1 }),
        }
      : null,
  };
}

/** The form with the words and filters of a search, while there is nobody to answer it. */
export function whatWasDoneWhileAway(search: SearchRequest) {
  return {
    search,
    kept: keptFields(search),
    views: viewsOf(search, 'what-was-done'),
    ...chipsOf(paths.whatWasDone, search),
  };
}
