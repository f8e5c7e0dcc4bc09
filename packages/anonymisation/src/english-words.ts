import dictionary from 'dictionary-en-gb';

/** An ending that a stem with this flag takes, in place of `strip`. */
type Suffix = { readonly flag: string; readonly strip: string; readonly add: string; readonly when: RegExp };
type Prefix = { readonly flag: string; readonly add: string };
type Words = {
  readonly suffixes: readonly Suffix[];
  readonly prefixes: readonly Prefix[];
  /** The stems in lower case, each with its flags. */
  readonly stems: ReadonlyMap<string, string>;
};

// Read when it is first asked for: most processes that load this never ask.
let words: Words | undefined;

/**
 * Whether `word`, in any case, is an ordinary English word: one that a dictionary prints without a capital. The Hunspell
 * dictionary stores stems with flags; a word is taken apart when it is asked for, as writing out every form takes longer than
 * reading a draft.
 */
export function isOrdinaryWord(word: string): boolean {
  words ??= { ...readAffixes(dictionary.aff), stems: readStems(dictionary.dic) };
  const known = words;
  const folded = word.toLowerCase();
  if (isForm(known, folded, '')) return true;
  return known.prefixes.some(
    ({ flag, add }) => folded.startsWith(add) && isForm(known, folded.slice(add.length), flag),
  );
}

/** Whether a word is a stem that takes the prefix, if there is one, as it is or with a suffix. */
function isForm({ stems, suffixes }: Words, word: string, prefix: string): boolean {
  const isStem = (stem: string, suffix: string) => {
    const flags = stems.get(stem);
    return Boolean(flags?.includes(prefix) && flags.includes(suffix));
  };
  return (
    isStem(word, '') ||
    suffixes.some(({ flag, strip, add, when }) => {
      if (!word.endsWith(add)) return false;
      const stem = word.slice(0, word.length - add.length) + strip;
      return isStem(stem, flag) && when.test(stem);
    })
  );
}

function readAffixes(file: Uint8Array): Pick<Words, 'suffixes' | 'prefixes'> {
  const suffixes: Suffix[] = [];
  const prefixes: Prefix[] = [];
  for (const line of new TextDecoder().decode(file).split('\n')) {
    const [type, flag, strip, add, when] = line.split(/\s+/);
    if (flag === undefined || strip === undefined || add === undefined || when === undefined) {
      continue;
    }
    if (type === 'PFX') {
      prefixes.push({ flag, add });
    } else if (type === 'SFX' && flag !== 'M') {
      suffixes.push({ flag, strip: strip === '0' ? '' : strip, add, when: new RegExp(`${when}$`) });
    }
  }
  return { suffixes, prefixes };
}

function readStems(file: Uint8Array): Words['stems'] {
  const stems = new Map<string, string>();
  // An entry with a capital is a name, a place or a day: no ordinary word.
  for (const [, stem = '', flags = ''] of new TextDecoder()
    .decode(file)
    .matchAll(/^(?!\p{Lu})([^/\s\d]+)(?:\/(\S*))?\s*$/gmu)) {
    const folded = stem.toLowerCase();
    stems.set(folded, (stems.get(folded) ?? '') + flags);
  }
  return stems;
}
