/**
 * Whether the words just before `index` end with a cue. Only `reach` characters are read, so the cost does not grow with the
 * text. `cue` should end in `$`.
 */
export function isPrecededBy(text: string, index: number, cue: RegExp, reach = 48): boolean {
  return cue.test(text.slice(Math.max(0, index - reach), index));
}

/** Whether the words just after `index` begin with a cue. `cue` should begin with `^`. */
export function isFollowedBy(text: string, index: number, cue: RegExp, reach = 48): boolean {
  return cue.test(text.slice(index, index + reach));
}

/** A character that is part of a word or a number. */
export function isWordCharacter(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}

/** Whether nothing of the same word stands beside the range: so that a pattern does not find itself inside a longer word. */
export function standsAlone(text: string, start: number, end: number): boolean {
  return (
    (start === 0 || !isWordCharacter(text.charAt(start - 1))) &&
    (end >= text.length || !isWordCharacter(text.charAt(end)))
  );
}
