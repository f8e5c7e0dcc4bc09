type Piece = { readonly text: string; readonly mark: boolean };

const listOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Words that lead to the next one, and say nothing before a gap: "mother of", "born", "lives at". */
const leading = listOf(
  `of born called named aged at in from with to for by on near about and or but is was as known dob d.o.b nhs postcode surname forename name
  under lives living mr mrs ms miss dr mr. mrs. ms. dr.`,
);
/** Words that go on from the one before, and say nothing after a gap. */
const following = listOf("of and or but also ’s 's s’ s'");
/** Words that are kept before a gap when something they go with comes after it: "the … family". */
const articles = listOf('the a an his her their our my');
/** What comes before a number, and only there: "date of birth", "nhs number". */
const labels = [
  /\bdate of birth$/i,
  /\bnhs (?:number|no\.?)$/i,
  /\b(?:phone|telephone|mobile|tel\.?) (?:number|no\.?)$/i,
];

/**
 * The words of a query that stay when its marked pieces are cut out, without what cannot stand alone at a cut: of "mother of [a name] born [a
 * date]" only "mother". Empty when nothing is left to say.
 */
export function wordsWithoutMarks(pieces: readonly Piece[]): string {
  const kept = pieces.map(({ text, mark }, at) => {
    if (mark) return '';
    const isAfterCut = pieces[at - 1]?.mark === true;
    const isBeforeCut = pieces[at + 1]?.mark === true;
    const begun = isAfterCut ? withoutBeginning(text) : text;
    return isBeforeCut ? withoutEnd(begun, goesOn(pieces[at + 2]?.text)) : begun;
  });
  const words = kept
    .join(' ')
    .replace(/[([“"‘]\s*[)\]”"’]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/\s+([,;:.?!])/g, '$1');
  const trimmed = words.replace(/^[\s,;:.)\]-]+|[\s,;:([-]+$/g, '');
  // Small words alone are nothing to search for.
  return trimmed.split(' ').every((word) => leading.has(bare(word)) || following.has(word) || articles.has(bare(word)))
    ? ''
    : trimmed;
}

/** Whether what comes after a gap is a word that an article before it can belong to. */
function goesOn(after: string | undefined): boolean {
  const next = /^\s+([\p{L}’'-]+)/u.exec(after ?? '')?.[1]?.toLowerCase();
  return (
    next !== undefined &&
    /^(?:family|household|siblings?|brothers?|sisters?|children|kids|parents|home|house|school|boy|girl|case)$/.test(
      next,
    )
  );
}

function withoutEnd(text: string, keepsArticle: boolean): string {
  let left = text.trimEnd();
  for (;;) {
    const trimmed = left.replace(/[\s,;:([“"‘-]+$/u, '');
    const label = labels.find((each) => each.test(trimmed));
    const last = /\S+$/.exec(trimmed)?.[0] ?? '';
    const goes = leading.has(last.toLowerCase()) || (articles.has(last.toLowerCase()) && !keepsArticle);
    if (label) left = trimmed.replace(label, '');
    else if (last !== '' && goes) left = trimmed.slice(0, -last.length);
    else return left;
  }
}

function withoutBeginning(text: string): string {
  let left = text;
  for (;;) {
    const first = /^[\s,;:)\]”"-]*(\S+)/u.exec(left);
    const word = first?.[1]?.toLowerCase() ?? '';
    if (word === '' || !(following.has(word) || isAllLeading(left))) return left;
    left = left.slice(first?.[0].length);
  }
}

/** Whether nothing but words that lead to a next one is left: " born " between a name and a date. */
function isAllLeading(text: string): boolean {
  const words = text.split(/[\s,;:()]+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => leading.has(word.toLowerCase()));
}

function bare(word: string): string {
  return word.toLowerCase().replace(/[,;:.?!]+$/, '');
}
