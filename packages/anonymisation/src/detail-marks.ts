import type { GuardProfile, Mark } from './finding.ts';
import { isOccupation, occupationPattern, sectorOf } from './occupations.ts';

const count = String.raw`(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})`;
const siblings = new RegExp(
  String.raw`\b${count} (?:younger |older |elder |little |half[- ]|step[- ]?|other |full |maternal |paternal |adult )*(?:siblings?|brothers?|sisters?|sons|daughters|children)(?: and ${count} (?:younger |older |half[- ]|step[- ]?)*(?:siblings?|brothers?|sisters?|sons?|daughters?))?\b`,
  'gi',
);
const birthOrder = new RegExp(
  String.raw`\b(?:eldest|oldest|youngest|middle|second|third|fourth|fifth|sixth|seventh|eighth) (?:child )?of ${count}(?: (?:children|siblings|brothers|sisters))?\b`,
  'gi',
);
const multiple = /\b(?:identical |non-identical )?(?:twins?|triplets?|quadruplets?)\b/gi;
const rareEvent =
  /\b(?:stabb(?:ed|ing) (?:at|outside|in) (?:school|the)|school shooting|bomb(?:ing)? (?:plot|attack)|arson attack|acid attack|house fire|air crash|plane crash|train crash|drowned|drowning|murder(?:ed)? of (?:his|her|their)|suicide of (?:his|her|their)|beheading|kidnapp(?:ed|ing)|hostage|travelled to (?:syria|iraq)|front[- ]page|national news|made the news|in the newspapers?|on the news|local paper|news coverage|televised|inquest|lottery|jackpot)\b/gi;

const money =
  /(?:(?:£|€|\$|US\$)\s?\d[\d,. ]{0,15}\d?(?: ?(?:million|billion|thousand|m|k|bn))?\b|\b\d[\d,.]{0,15}\d?(?: (?:million|billion|thousand))? ?(?:euros?|pounds?(?: sterling)?|dollars?|marks?|lire?|lira|zlotys?|roubles?|rubles?|kroner|kronor|krone|crowns?|koruny|francs?|forints?|levs?|leva|lei|drachmas?|pesetas?|schillings?|hryvnias?|dinars?|tolars?|kunas?|litai|lats|guilders?|escudos?|eur|gbp|usd|dem|frf|try|trl|pln|huf|czk|skk|ats|chf|itl|uah|rub|rur|bgn|bgl|ron|rol|sek|nok|dkk|fim|grd|hrk|sit|cyp|mtl|eek|ltl|lvl|pln)\b|\b(?:euros?|eur|gbp|usd|dem|frf|try|trl|pln|huf|czk|skk|ats|chf|itl|uah|rub|rur|bgn|bgl|ron|rol|sek|nok|dkk|fim|grd|hrk|sit|cyp)\s?\d[\d,.]{0,15}\d?(?: (?:million|billion))?)/gi;
const measure =
  /\b\d[\d,.]{0,12} ?(?:m2|km2|sq(?:uare)?\.? ?(?:m|metres?|feet|ft)|square (?:metres|kilometres|feet)|hectares?|acres?|ha|km|kilometres?|metres?|miles?|kg|kilos?|kilograms?|grams?|tonnes?|tons|litres?|cm|mm|g)\b|\b\d[\d.,]{0,6} ?(?:%|per cent|percent)/gi;
const spanWords = String.raw`(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?`;
const sentence = new RegExp(
  String.raw`\b${spanWords}(?: and a half| or ${spanWords})? (?:years?|months?|weeks?|days?|hours?)(?:'s?)?(?:(?: and|,) ${spanWords} (?:months?|days?|weeks?)'?)?`,
  'gi',
);

/** Family composition, rare events and occupations; at `strict` also sums, measures, spans of time. */
export function detailMarks(text: string, profile: GuardProfile): Mark[] {
  const marks: Mark[] = [];
  const scan = (
    pattern: RegExp,
    kind: Mark['kind'],
    confidence: number,
    why: string,
    suggestion: (found: string) => string | null,
  ) => {
    for (const match of text.matchAll(pattern)) {
      marks.push({
        start: match.index,
        end: match.index + match[0].trimEnd().length,
        kind,
        severity: 'warn',
        confidence,
        why,
        suggestion: suggestion(match[0]),
      });
    }
  };
  const family = 'The make-up of a family narrows who this is.';
  scan(siblings, 'family-composition', 0.8, family, (found) =>
    /child/i.test(found) ? 'children' : /sons|daughters/i.test(found) ? 'children' : 'siblings',
  );
  scan(birthOrder, 'family-composition', 0.8, family, () => 'one of several children');
  scan(multiple, 'family-composition', 0.7, family, (found) => (/s$/i.test(found) ? 'siblings' : 'sibling'));
  scan(rareEvent, 'rare-event', 0.6, 'An unusual event can be found in the news.', () => null);
  for (const match of text.matchAll(occupationPattern)) {
    if (isOccupation(match[0], profile)) {
      marks.push({
        start: match.index,
        end: match.index + match[0].length,
        kind: 'occupation',
        severity: 'warn',
        confidence: 0.6,
        why: 'An occupation narrows who this is. The sector is enough.',
        suggestion: sectorOf(match[0]),
      });
    }
  }
  if (profile === 'strict') {
    const narrows = 'An exact figure can be matched with records.';
    scan(money, 'quantity', 0.6, narrows, () => null);
    scan(measure, 'quantity', 0.5, narrows, () => null);
    scan(sentence, 'quantity', 0.4, narrows, () => null);
  }
  return marks;
}
