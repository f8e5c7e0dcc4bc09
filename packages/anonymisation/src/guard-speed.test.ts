import { describe, expect, it } from 'vitest';
import { checkAnonymity } from './check-anonymity.ts';

const paragraph =
  'On 14 March 2023 the school told us that Kayleigh Marsden, 14, of 27 Sycamore Crescent in Rotherham, had been sent films. ' +
  'Her mother, Donna, who works as a hairdresser, rang 07700 900461 and asked what Channel was. The social worker explained the ' +
  'Prevent duty and Section 17, and a strategy meeting in May agreed that Early Help would hold the case for the family. ';
const textOf = (words: number) => paragraph.repeat(Math.ceil(words / paragraph.split(/\s+/).length));

/** Milliseconds that this thread had the processor: what other work on the machine does not change. */
function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function millisecondsFor(text: string, denied: string[] = []): number {
  const started = cpuMilliseconds();
  checkAnonymity(
    { fields: [{ path: 'situation', text }], denyList: denied.map((value) => ({ value, kind: 'person' })) },
    { profile: 'strict' },
  );
  return cpuMilliseconds() - started;
}

// The shortest of three: what the work takes once the code is warm.
const bestOfThree = (text: string) => Math.min(...[0, 1, 2].map(() => millisecondsFor(text)));

describe('speed', () => {
  it('takes under 50 ms for 1,000 words at the median', () => {
    const text = textOf(1000);
    const times = Array.from({ length: 15 }, () => millisecondsFor(text, ['Adaeze Okonkwo', 'Tyler Reid']));
    times.sort((a, b) => a - b);
    expect(times[7]).toBeLessThan(50);
  });

  it('takes under 3 s for 50,000 words', () => {
    expect(millisecondsFor(textOf(50_000), ['Adaeze Okonkwo'])).toBeLessThan(3000);
  });

  const length = 30_000;
  it.each([
    ['one letter', 'a'],
    ['capitals', 'A'],
    ['capital words', 'Ab '],
    ['unknown capital words', 'Xq '],
    ['initials', 'A.B. '],
    ['digits', '1'],
    ['spaced digits', '1 '],
    ['digit words', 'one two '],
    ['money', '1,'],
    ['dashes', 'a-'],
    ['apostrophes', "a'"],
    ['at signs', '@'],
    ['local parts', 'a.b@'],
    ['dots', 'a.'],
    ['colons', 'a:'],
    ['brackets', '('],
    ['quotes', '"A'],
    ['spaces', ' '],
    ['line breaks', '\n'],
    ['slashes', '1/'],
    ['particles', 'de la '],
    ['names with particles', 'Ali de la '],
    ['titles', 'Mr '],
    ['references', 'case ref no '],
    ['ages', 'aged 1 and '],
    ['family', 'three younger '],
    ['addresses', '1 Abc '],
    ['house names', 'Abc, '],
    ['months', 'May '],
    ['combining marks', '\u0301'],
    ['invisible characters', '\u200b'],
    ['ligatures', 'ﷺ'],
    ['half surrogates', '\ud800'],
    ['hyphenated words', 'ab-cd '],
    ['seemingly a page', 'http://'],
    ['national insurance', 'AB12'],
    ['one given name', 'kayleigh '],
    ['a list of names', 'Ali, '],
    ['underscores', 'a_'],
    ['extensions', '07700 900461 x1'],
    ['institutions', 'Court of the '],
  ])('never takes more than linear time: %s', (_, unit) => {
    // A warm-up and a fivefold text: quadratic work would take twenty-five times as long.
    const read = unit.normalize('NFKC').length;
    const small = unit.repeat(Math.ceil(length / 5 / read));
    millisecondsFor(small);
    const large = unit.repeat(Math.ceil(length / read));
    const once = Math.max(bestOfThree(small), 4);
    const fivefold = bestOfThree(large);
    expect(fivefold).toBeLessThan(once * 14);
    expect(fivefold).toBeLessThan(1500);
  });
});
