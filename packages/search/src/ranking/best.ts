/**
 * The `limit` best of some numbers that stand for something, best first. `better(a, b)` is negative when `a` comes before `b` and is never 0 for two
 * different ones.
 */
export function best(these: Uint32Array, limit: number, better: (a: number, b: number) => number): number[] {
  const count = these.length;
  if (count <= limit) return Array.from(these).sort(better);
  // A heap whose root is the worst of the best so far.
  const heap: number[] = [];
  const sink = (from: number) => {
    let at = from;
    for (;;) {
      const left = at * 2 + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && better(heap[right] ?? 0, heap[left] ?? 0) > 0 ? right : left;
      if (better(heap[child] ?? 0, heap[at] ?? 0) <= 0) return;
      [heap[at], heap[child]] = [heap[child] ?? 0, heap[at] ?? 0];
      at = child;
    }
  };
  for (let i = 0; i < limit; i += 1) heap.push(these[i] ?? 0);
  for (let i = (limit >>> 1) - 1; i >= 0; i -= 1) sink(i);
  for (let i = limit; i < count; i += 1) {
    const each = these[i] ?? 0;
    if (better(each, heap[0] ?? 0) >= 0) continue;
    heap[0] = each;
    sink(0);
  }
  return heap.sort(better);
}
