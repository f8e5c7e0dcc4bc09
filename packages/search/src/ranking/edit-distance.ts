/** Longer words are not compared. */
const longest = 64;
const rows = [new Uint8Array(longest + 1), new Uint8Array(longest + 1), new Uint8Array(longest + 1)] as const;

/**
 * The number of single-letter insertions, deletions, changes and swaps of neighbours that turn one word into another (optimal
 * string alignment), or `limit + 1` when it is more than `limit`, or when a word is longer than 64 letters. Only cells that near the
 * diagonal are filled (Ukkonen, "Algorithms for approximate string matching", 1985): a misspelt word is compared with thousands.
 */
export function editDistance(a: string, b: string, limit: number): number {
  const tooFar = limit + 1;
  if (Math.abs(a.length - b.length) > limit || a.length > longest || b.length > longest) return tooFar;
  let [beforeLast, last, row]: [Uint8Array, Uint8Array, Uint8Array] = [...rows];
  for (let j = 0; j <= b.length; j += 1) last[j] = Math.min(j, tooFar);
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    row[from - 1] = from === 1 ? Math.min(i, tooFar) : tooFar;
    let least: number = row[from - 1] as number;
    const letter = a.charCodeAt(i - 1);
    const letterBefore = i > 1 ? a.charCodeAt(i - 2) : -1;
    for (let j = from; j <= to; j += 1) {
      const other = b.charCodeAt(j - 1);
      let cost = (last[j - 1] as number) + (letter === other ? 0 : 1);
      cost = Math.min(cost, (row[j - 1] as number) + 1, (last[j] as number) + 1);
      if (j > 1 && letterBefore === other && letter === b.charCodeAt(j - 2)) {
        cost = Math.min(cost, (beforeLast[j - 2] as number) + 1);
      }
      cost = Math.min(cost, tooFar);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    // The next row looks one cell beyond the band.
    if (to < b.length) row[to + 1] = tooFar;
    if (least > limit) return tooFar;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return Math.min(last[b.length] as number, tooFar);
}
