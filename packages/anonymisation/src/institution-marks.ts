import type { Run } from './capital-runs.ts';
import { isPrecededBy } from './cues.ts';
import { isOrdinaryWord } from './english-words.ts';
import type { Explanation } from './explanation.ts';
import type { GuardProfile, Mark } from './finding.ts';
import { broadGroupOf, isClosedClass, isGivenName, isSurname } from './lexicon.ts';
import type { Reading, Word } from './words.ts';

const wordSet = (words: string) => new Set(words.split(/\s+/));

const schoolWords = wordSet(
  'school schools academy academies nursery pre-school preschool college playgroup kindergarten sixth primary secondary infant infants junior juniors grammar comprehensive high pru madrasah madrasa yeshiva university',
);
const schoolHeads = wordSet(
  'school academy nursery pre-school preschool college playgroup kindergarten madrasah madrasa yeshiva university',
);
const streetWords = wordSet(
  'cottage cottages farmhouse lodge row drove road street avenue lane close drive way crescent place terrace gardens grove walk rise mews row square boulevard parade embankment quay wharf hill estate towers tower rd st ave ln cl dr cres gdns sq vale park villas mount green heights strasse straße platz rue via bulvar utca ulica prospekt',
);
const sureStreets = wordSet(
  'cottage cottages farmhouse lodge row drove road street avenue lane close drive crescent terrace gardens grove mews boulevard rd ave ln cres gdns estate strasse utca ulica',
);
const bodyWords = wordSet(
  'hospital surgery clinic centre center house home hostel mosque masjid church chapel temple station school vicarage mill gurdwara synagogue police constabulary council borough service services trust foundation ltd limited plc llp inc corporation company co group association society club union charity project bank party court tribunal ministry department agency authority committee office board institute university newspaper hotel restaurant cafe pub gym library prison ward unit team partnership federation federal army brigade battalion regiment station airport bureau gmbh ag sa srl llc sons brothers partners consulting solutions systems',
);
/** Bodies that deal with one kind of matter: which of them acted tells what a case was about. */
const specialisedBodies = wordSet(
  'ministry tribunal tribunals authority agency office inspectorate railways directorate fund consulate embassy lords',
);
const bodyWritten: Readonly<Record<string, string>> = {
  hospital: 'a hospital',
  surgery: 'a GP surgery',
  clinic: 'a clinic',
  mosque: 'a mosque',
  masjid: 'a mosque',
  church: 'a church',
  gurdwara: 'a gurdwara',
  synagogue: 'a synagogue',
  police: 'the police',
  constabulary: 'the police',
  council: 'the authority',
  borough: 'the authority',
  court: 'a court',
  university: 'a university',
  prison: 'a prison',
};
const originCue =
  /\b(?:from|born in|raised in|grew up in|lived? in|living in|relatives in|family in|returned (?:from|to)|national of|came (?:here )?from|deported to|moved (?:here )?from) (?:the )?$/i;
const placeCues = wordSet(
  'in at near from to around outside towards through into visiting of toward across via between',
);

/** Schools, streets, bodies, places and peoples in a run of capitalised words; nothing when the run is none of them. */
export function institutionMarks(
  reading: Reading,
  run: Run,
  explained: readonly Explanation[],
  profile: GuardProfile,
): Mark[] | undefined {
  const { words } = reading;
  const own = words.slice(run.first, run.last + 1);
  const kinds = explained.slice(run.first, run.last + 1);
  const head = own[0];
  const tail = own.at(-1);
  if (!head || !tail) {
    return undefined;
  }
  const after = words[run.last + 1];
  const extended = after && after.gap === ' ' && !after.isCapital ? after : undefined;
  const isOwnName = (word: Word, i: number) =>
    (isDistinctive(kinds[i]) && !isClosedClass(word.folded)) ||
    (own.length > 1 &&
      kinds[i] === 'ordinary' &&
      !isClosedClass(word.folded) &&
      !schoolWords.has(word.folded) &&
      !bodyWords.has(word.folded) &&
      !streetWords.has(word.folded));
  const hasOwnName = own.some(isOwnName);
  const mark = (
    kind: Mark['kind'],
    severity: Mark['severity'],
    confidence: number,
    why: string,
    suggestion: string | null,
    start = head.start,
    end = tail.end,
  ): Mark[] => [{ start, end, kind, severity, confidence, why, suggestion }];
  const closing = extended && (schoolWords.has(extended.folded) || streetWords.has(extended.folded)) ? extended : tail;

  if (own.length === 2 && /^(?:st|saint|ss)$/.test(head.folded) && !kinds.every((kind) => kind === 'place')) {
    return mark(
      'school',
      'block-unless-reason',
      0.7,
      'A patron’s name is that of a school, a church or a hospital.',
      'a school',
    );
  }
  if (
    (own.some((word) => schoolHeads.has(word.folded)) ||
      (own.length > 1 && /^(?:primary|grammar|infants?|juniors?)$/.test(tail.folded)) ||
      (own.length > 2 && tail.folded === 'form') ||
      (extended && schoolWords.has(extended.folded))) &&
    hasOwnName &&
    own.some((word, i) => isOwnName(word, i) && kinds[i] !== 'practice')
  ) {
    return mark(
      'school',
      'block-unless-reason',
      0.9,
      'A named school narrows this to a few hundred children.',
      schoolWritten(own, extended),
      head.start,
      endOfSchool(words, run.last, tail),
    );
  }
  // "Church Lane", "Station Road": a street is named after what stands in it.
  const namesStreet =
    hasOwnName ||
    (own.length === 2 &&
      closing === tail &&
      head.isCapital &&
      sureStreets.has(tail.folded) &&
      bodyWords.has(head.folded));
  if (streetWords.has(closing.folded) && namesStreet && (own.length > 1 || closing !== tail)) {
    const number = houseNumber(words, run.first);
    const sure = sureStreets.has(closing.folded) || number !== undefined;
    if (sure || own.some((_, i) => kinds[i] === 'name' || kinds[i] === 'unknown')) {
      return mark(
        'street-address',
        'block-unless-reason',
        sure ? 0.9 : 0.7,
        'A street leads to a home.',
        'a street nearby',
        number ?? head.start,
        closing.end,
      );
    }
  }
  const body =
    own.find((word) => bodyWords.has(word.folded)) ??
    (extended && bodyWords.has(extended.folded) ? extended : undefined);
  const official = own.some((_, i) => kinds[i] === 'institution');
  if (
    (body || (official && own.length > 1)) &&
    own.some(
      (_, i) =>
        kinds[i] === 'place' ||
        kinds[i] === 'unknown' ||
        kinds[i] === 'name' ||
        (kinds[i] === 'ordinary' &&
          body &&
          !bodyWords.has(own[i]?.folded ?? '') &&
          !isClosedClass(own[i]?.folded ?? '') &&
          profile === 'strict'),
    )
  ) {
    if (!looksLikePerson(own, kinds)) {
      return mark(
        'organisation',
        'warn',
        0.7,
        'A named body points to an area.',
        body ? (bodyWritten[body.folded] ?? null) : null,
        head.start,
        body !== undefined && body === extended ? body.end : tail.end,
      );
    }
  }
  if (profile === 'strict' && official && own.length > 1 && tellsTheState(own, kinds)) {
    return mark(
      'organisation',
      'warn',
      0.4,
      'A public body tells the state, and an appeal the course of a case.',
      null,
    );
  }
  if (own.every((_, i) => kinds[i] === 'place')) {
    return isPlaceHere(words, run, own, profile)
      ? mark(
          'place',
          'warn',
          0.85,
          'A place says where this happened. The region is published, not the town.',
          'a town',
        )
      : [];
  }
  if (own.every((_, i) => kinds[i] === 'people')) {
    const group =
      broadGroupOf(own.map((word) => word.folded).join(' ')) ??
      own.map((word) => broadGroupOf(word.folded)).find((found) => found !== undefined);
    return group === undefined || (profile === 'practice' && /^(?:english|british|welsh|scottish)$/.test(head.folded))
      ? []
      : mark('nationality', 'warn', 0.8, 'A nationality or language is rare in many areas.', group);
  }
  if (own.every((_, i) => kinds[i] === 'country')) {
    // A war abroad is in every newspaper; where a family comes from is not.
    if (profile === 'practice' && !isPrecededBy(reading.text, head.start, originCue)) {
      return [];
    }
    return mark('place', 'warn', 0.6, 'A country of origin is rare in many areas.', 'another country');
  }
  return undefined;
}

function tellsTheState(own: readonly Word[], kinds: readonly Explanation[]): boolean {
  return (
    kinds.some((kind) => kind === 'country' || kind === 'people') ||
    (own.some((word) => word.folded === 'court') &&
      own.some((word) => /^(?:cassation|appeals?|military|labour|employment|social)$/.test(word.folded))) ||
    own.some((word) => specialisedBodies.has(word.folded))
  );
}

function isDistinctive(kind: Explanation | undefined): boolean {
  return kind === 'name' || kind === 'unknown' || kind === 'place';
}

function looksLikePerson(own: readonly Word[], kinds: readonly Explanation[]): boolean {
  return (
    own.length === 2 &&
    kinds[0] === 'name' &&
    own[0] !== undefined &&
    isGivenName(own[0].folded) &&
    own[1] !== undefined &&
    isSurname(own[1].folded) &&
    !isOrdinaryWord(own[1].folded)
  );
}

function schoolWritten(own: readonly Word[], extended: Word | undefined): string {
  const folded = [...own.map((word) => word.folded), extended?.folded ?? ''];
  const has = (...sought: string[]) => sought.some((word) => folded.includes(word));
  if (has('nursery', 'pre-school', 'preschool', 'playgroup', 'kindergarten')) {
    return 'a nursery';
  }
  if (has('primary', 'infant', 'infants', 'junior', 'juniors')) {
    return 'a primary school';
  }
  if (has('university')) {
    return 'a university';
  }
  if (has('college', 'sixth')) {
    return 'a college';
  }
  return has('secondary', 'high', 'grammar', 'comprehensive') ? 'a secondary school' : 'a school';
}

function endOfSchool(words: readonly Word[], last: number, tail: Word): number {
  let end = tail.end;
  for (let i = last + 1; i < words.length && words[i]?.gap === ' ' && schoolWords.has(words[i]?.folded ?? ''); i++) {
    end = words[i]?.end ?? end;
  }
  return end;
}

function houseNumber(words: readonly Word[], first: number): number | undefined {
  const before = words[first - 1];
  return before && /^\d{1,5}[a-z]?$/i.test(before.text) && (words[first]?.gap === ' ' || words[first]?.gap === ', ')
    ? before.start
    : undefined;
}

function isPlaceHere(words: readonly Word[], run: Run, own: readonly Word[], profile: GuardProfile): boolean {
  const head = own[0];
  if (own.length > 1 || !head || !isOrdinaryWord(head.folded)) {
    return true;
  }
  const before = words[run.first - 1];
  return (
    !head.startsSentence &&
    (profile === 'strict' || (before !== undefined && placeCues.has(before.folded)) || head.gap === ', ')
  );
}
