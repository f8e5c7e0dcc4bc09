import { isPrecededBy } from './cues.ts';
import type { GuardProfile, Mark } from './finding.ts';
import { isOccupation, occupationPattern, sectorOf } from './occupations.ts';

const count = String.raw`(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})`;
const siblings = new RegExp(
  String.raw`\b${count} (?:younger |older |elder |little |half[- ]|step[- ]?|other |full |maternal |paternal |adult )*(?:siblings?|brothers?|sisters?|sons|daughters|children)(?: and ${count} (?:younger |older |half[- ]|step[- ]?)*(?:siblings?|brothers?|sisters?|sons?|daughters?))?\b`,
  'gi',
);
const birthOrder = new RegExp(
  String.raw`\b(?:one|eldest|oldest|youngest|middle|second|third|fourth|fifth|sixth|seventh|eighth) (?:child )?of ${count}(?: (?:children|siblings|brothers|sisters))?\b`,
  'gi',
);
const multiple = /\b(?:identical |non-identical )?(?:twins?|triplets?|quadruplets?)\b/gi;
const rareEvent =
  /\b(?:stabb(?:ed|ing) (?:at|outside|in) (?:school|the)|school shooting|bomb(?:ing)? (?:plot|attack)|arson attack|acid attack|house fire|air crash|plane crash|train crash|drowned|drowning|murder(?:ed)? of (?:his|her|their)|suicide of (?:his|her|their)|beheading|kidnapp(?:ed|ing)|hostage|travelled to (?:syria|iraq)|front[- ]page|national news|made the news|in the newspapers?|on the news|local paper|news coverage|televised|inquest|lottery|jackpot)\b/gi;

const worksAs =
  /\b(?:works?|worked|working|employed)(?: [a-z]{3,10}){0,2} as an? ((?:[a-z-]{3,20} )?[a-z-]{3,20}(?:er|or|ist|ian|man|woman|al|ant|ent|eer|ess|ic|maid|hand|smith|wright|guard))\b/gi;
const relativeIs =
  /\b(?:mum|mother|dad|father|partner|husband|wife|step-?dad|step-?mum|uncle|aunt|brother|sister) (?:is|was) an? ((?:[a-z-]{3,16} )?[a-z]{3,16}(?:ician|ographer|ologist|keeper|driver|builder|maker|dresser|worker|owner|mechanic|farmer|engineer|operator|instructor))\b/gi;

const money =
  /(?:\b(?:approximately|approx\.?|about|around|almost|nearly|some|over) )?(?:(?:£|₹|¥|€|\$|US\$)\s?\d[\d,. ]{0,15}\d?(?: ?(?:million|billion|thousand|m|k|bn))?\b|\b\d[\d,.]{0,15}\d?(?: (?:million|billion|thousand))? ?(?:(?:old |new )?(?:turkish|polish|swedish|austrian|german|deutsche?|french|swiss|danish|norwegian|czech|slovak|us|canadian|australian|hungarian|russian|ukrainian|bulgarian|romanian|italian|spanish|belgian|dutch|finnish|irish|cypriot|greek|croatian|slovenian|estonian|latvian|lithuanian|new turkish) )?(?:euros?|pounds?(?: sterling)?|dollars?|marks?|lire?|liras?|zlotys?|roubles?|rubles?|kroner|kronor|krone|crowns?|koruny|francs?|forints?|levs?|leva|lei|drachmas?|pesetas?|schillings?|hryvnias?|dinars?|tolars?|kunas?|litai|lats|guilders?|escudos?|cents?|pence|gdr marks|eur|gbp|usd|dem|frf|try|trl|pln|huf|czk|skk|ats|chf|itl|uah|rub|rur|bgn|bgl|ron|rol|sek|nok|dkk|fim|grd|hrk|sit|cyp|mtl|eek|ltl|lvl|pln)\b|\b(?:euros?|eur|gbp|usd|dem|frf|try|trl|pln|huf|czk|skk|ats|chf|itl|uah|rub|rur|bgn|bgl|ron|rol|sek|nok|dkk|fim|grd|hrk|sit|cyp)\s?\d[\d,.]{0,15}\d?(?: (?:million|billion))?)(?: ?[([][A-Z]{3}[)\]])?/gi;
const spelledMoney =
  /\b(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)[ -]){1,6}(?:euros?|pounds|dollars|marks|francs|lira|liras|zlotys?|kronor|kroner|roubles|schillings)\b/gi;
const counted =
  /\b(?:\d{1,3}(?:,\d{3})*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?) (?:(?:other|different|further|more|young|armed|alleged|adjourned|oral|public) )?(?:persons?|people|suspects?|defendants?|co-defendants?|co-accused|accused|applicants|hearings?|occasions|witnesses|individuals|landowners|plots of land|plots|flats|apartments|houses|shots|bullets|tablets|ecstasy tablets|kids|employees|shares|members|prisoners|detainees|inmates|victims|policemen|officers|soldiers|students|colleagues|companies|vehicles|pieces|times)\b/gi;
const sentenceOfCourt = /\blife (?:imprisonment|sentence)|\bdeath (?:penalty|sentence)/gi;
const plotCode = /(?<![\w.,/])(?:\d{1,6}(?:\/[\dA-Z.]{1,8}){1,4}|[A-Z]{1,3}[-/]\d{1,8}(?:[/-]\d{1,8}){0,3})(?![\w/])/g;
const numbered =
  /(?<=\b(?:plots?|blocks?|parcels?|sheets?|flat|apartment|house|building|room|ward|cell|unit|platoon|regiment|brigade|company|file|street|avenue|road|located at|indicated by|under) (?:plan )?(?:no|nos|number)s?\.? )[\dA-Z][\dA-Z/.-]{0,12}(?:(?:, | and | of block )[\dA-Z][\dA-Z/.-]{0,12}\b){0,20}/gi;
const condition =
  /\b(?:(?:mild|severe|chronic|acute|paranoid|clinical|bipolar|post-traumatic|personality|mental|permanent|partial|total|physical|degenerative|terminal) )?(?:[a-z]{4,}(?:osis|itis|algia|opathy|ectomy|oma|plegia|emia|aemia|trophy|sclerosis|phrenia)|cancer|epilepsy|asthma|diabetes|hepatitis|hiv|aids|depression|psychosis|stroke|dementia|leukaemia|hypertension|disorder|disability|fracture|fractures|amputation|sciatica|myopia|blindness|deafness|prosthes[ie]s|tumour|invalidity|heart attack|hunger strike)\b/gi;
const standing =
  /\b(?:married|divorced|widow(?:ed|er)?|unmarried|separated from (?:his|her) (?:wife|husband)|single (?:mother|father|parent|mum|dad)|(?:mother|father|parent|mum|dad) of (?:\d|one|two|three|four|five|six|seven|eight|nine|ten)|breadwinner|gave birth to (?:a|his|her) (?:son|daughter|child))\b/gi;
const faith =
  /\b(?:orthodox|catholic|protestant|baptist|pentecostal|adventist|lutheran|mormon|jehovah's witness(?:es)?|alevi|sunni|shi'?ite|shia|muslim|jewish|hindu|sikh|buddhist|pagan|scientologist|ahmadi|yazidi|druze|homosexual|gay|lesbian|bisexual|transsexual|transgender)\b/gi;
const bareNumbered = /(?<=\bno\. )\d[\d/.A-Z-]{0,10}(?: of block [A-Z]\b)?/g;
const quotedName = /"(?!the |The )[A-Z][^"\n]{1,60}"/g;
const measure =
  /\b\d[\d,.]{0,12} ?(?:m2|km2|sq(?:uare)?\.? ?(?:m|metres?|feet|ft)|square (?:metres|kilometres|feet)|hectares?|acres?|ha|km|kilometres?|metres?|miles?|kg|kilos?|kilograms?|grams?|tonnes?|tons|litres?|cm|mm|g)\b|\b\d[\d.,]{0,6} ?(?:%|per cent|percent)/gi;
const spanWords = String.raw`(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?`;
const sentence = new RegExp(
  String.raw`\b${spanWords}(?: and a half| or ${spanWords})?[ -](?:years?|months?|weeks?|days?|hours?)(?:'s?)?(?:(?: and|,) ${spanWords} (?:months?|days?|weeks?)'?s?)?`,
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
  for (const pattern of [worksAs, relativeIs]) {
    for (const match of text.matchAll(pattern)) {
      const job = match[1] ?? '';
      const start = match.index + match[0].length - job.length;
      marks.push({
        start,
        end: start + job.length,
        kind: 'occupation',
        severity: 'warn',
        confidence: 0.6,
        why: 'An occupation narrows who this is. The sector is enough.',
        suggestion: null,
      });
    }
  }
  for (const match of text.matchAll(occupationPattern)) {
    // What someone "works as" is theirs, even where the same word is a role of practice.
    const isOwn = isPrecededBy(
      text,
      match.index,
      /\b(?:works?|worked|working|employed|job) (?:[a-z-]+ )?as (?:an? )?$/i,
    );
    if (isOwn || isOccupation(match[0], profile)) {
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
    scan(condition, 'rare-event', 0.4, 'A condition narrows who this is.', () => null);
    scan(standing, 'family-composition', 0.4, family, () => null);
    scan(faith, 'nationality', 0.4, 'A faith or orientation narrows who this is.', () => null);
    scan(spelledMoney, 'quantity', 0.6, narrows, () => null);
    scan(counted, 'quantity', 0.4, narrows, () => null);
    scan(sentenceOfCourt, 'quantity', 0.4, narrows, () => null);
    scan(plotCode, 'case-reference', 0.4, 'A code of a register leads back to its entry.', () => null);
    scan(numbered, 'case-reference', 0.5, 'A code of a register leads back to its entry.', () => null);
    scan(quotedName, 'unexplained-name', 0.4, 'A name in quotation marks can be searched for.', () => null);
    for (const match of text.matchAll(bareNumbered)) {
      if (
        !isPrecededBy(
          text,
          match.index,
          /\b(?:law|laws|act|protocol|rule|article|section|decree|legislative decree|order|directive|regulation|convention|judgment|recommendation|resolution|recital|paragraph|annex|appendix|chapter|form|section|cases?) no\. $/i,
        )
      ) {
        marks.push({
          start: match.index,
          end: match.index + match[0].length,
          kind: 'case-reference',
          severity: 'warn',
          confidence: 0.4,
          why: 'A code of a register leads back to its entry.',
          suggestion: null,
        });
      }
    }
  }
  return marks;
}
