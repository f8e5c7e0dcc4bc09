/** One entry of a coded list: what is stored, what people read, and one sentence that says when to choose it. */
export type Code<C extends string = string> = { readonly code: C; readonly label: string; readonly hint?: string };

/**
 * Codes that every list of facts about a case shares. *Unknown*: nobody recorded it. *Withheld*: the authority knows
 * and chose not to say. They are different values everywhere and are never merged.
 */
export const notStated = [
  { code: 'unknown', label: 'Not known', hint: 'Nobody recorded it' },
  { code: 'withheld', label: 'Withheld', hint: 'Known to the authority and not shared' },
] as const satisfies readonly Code[];

/** The codes of a list as a tuple, the shape that `z.enum` takes. */
export function codesOf<const C extends string>(list: readonly Code<C>[]): [C, ...C[]] {
  return list.map((entry) => entry.code) as [C, ...C[]];
}

/** The label of a code, or the code itself when a newer vocabulary holds it and this one does not. */
export function labelOf(list: readonly Code[], code: string): string {
  return list.find((entry) => entry.code === code)?.label ?? code;
}
