import dictionary from 'dictionary-en-gb';

type Suffix = { readonly strip: string; readonly add: string; readonly when: RegExp };

const lowerCase = new Set<string>();
load();

/** Whether `word`, in any case, is an ordinary English word: one that a dictionary prints without a capital. */
export function isOrdinaryWord(word: string): boolean {
  return lowerCase.has(word.toLowerCase());
}

// The Hunspell dictionary stores stems with flags: prefixes and suffixes are applied once here, so that a look-up is a set's.
function load(): void {
  const decoder = new TextDecoder();
  const prefixes = new Map<string, string>();
  const suffixes = new Map<string, Suffix[]>();
  for (const line of decoder.decode(dictionary.aff).split('\n')) {
    const [type, flag, strip, add, when] = line.split(/\s+/);
    if (flag === undefined || strip === undefined || add === undefined || when === undefined) {
      continue;
    }
    if (type === 'PFX') {
      prefixes.set(flag, add);
    } else if (type === 'SFX' && flag !== 'M') {
      const rule = { strip: strip === '0' ? '' : strip, add, when: new RegExp(`${when}$`) };
      suffixes.set(flag, [...(suffixes.get(flag) ?? []), rule]);
    }
  }
  for (const line of decoder.decode(dictionary.dic).split('\n').slice(1)) {
    const [stem = '', flags = ''] = line.trim().split('/');
    // An entry with a capital is a name, a place or a day: no ordinary word.
    if (stem === '' || /\d|^\p{Lu}/u.test(stem)) {
      continue;
    }
    const endings = [''];
    const forms = [stem];
    for (const flag of flags) {
      for (const rule of suffixes.get(flag) ?? []) {
        if (rule.when.test(stem)) {
          forms.push(stem.slice(0, stem.length - rule.strip.length) + rule.add);
        }
      }
      const prefix = prefixes.get(flag);
      if (prefix !== undefined) {
        endings.push(prefix);
      }
    }
    for (const prefix of endings) {
      for (const form of forms) {
        lowerCase.add((prefix + form).toLowerCase());
      }
    }
  }
}
