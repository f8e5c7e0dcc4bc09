/** The nearest multiple of `base`; half a base rounds up. With base 5, a published v stands for v-2 to v+2. */
export function roundToBase(count: number, base: number): number {
  return base * Math.floor((count + base / 2) / base);
}

/** How far a count may lie from its rounded value: below and above. */
export function roundingSlack(base: number): { readonly below: number; readonly above: number } {
  return { below: Math.floor(base / 2), above: Math.ceil(base / 2) - 1 };
}
