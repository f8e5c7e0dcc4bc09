/** What a document gains by holding a term to a degree, in whole shares, beside what it gains by the lower degrees; and how many documents do. */
export type Weighed = {
  readonly term: string;
  readonly value: string;
  readonly weight: number;
  readonly frequency: number;
};

/** What some degrees weigh together. */
export function sumOf(weighed: readonly Pick<Weighed, 'weight'>[]): number {
  return weighed.reduce((sum, { weight }) => sum + weight, 0);
}

/** The degrees of each term, lowest first; the term that weighs most first. */
export function byTerm(weighed: readonly Weighed[]): Weighed[][] {
  return [...Map.groupBy(weighed, ({ term }) => term).values()].sort((a, b) => sumOf(b) - sumOf(a));
}

/**
 * How many out of some documents hold each weight at least, about: half way, in ratios, between how many would if terms kept to
 * themselves and if they always came together.
 */
export function estimateHolders(weighed: readonly Weighed[], documents: number): Float64Array {
  const apart = holdersApart(weighed, documents);
  const together = holdersTogether(weighed);
  return apart.map((held, weight) => Math.sqrt(held * (together[weight] ?? 0)));
}

/** If every term kept to itself. */
function holdersApart(weighed: readonly Weighed[], documents: number): Float64Array {
  const most = sumOf(weighed);
  // How many hold just this weight.
  let holding = new Float64Array(most + 1);
  holding[0] = documents;
  for (const ofTerm of byTerm(weighed)) {
    const before = holding;
    holding = new Float64Array(most + 1);
    let own = 0;
    let share = 1;
    for (const degree of [...ofTerm, undefined]) {
      const held = degree === undefined ? 0 : Math.min(degree.frequency / documents, share);
      for (let weight = own; weight <= most; weight += 1) {
        holding[weight] = (holding[weight] as number) + (before[weight - own] as number) * (share - held);
      }
      share = held;
      own += degree?.weight ?? 0;
    }
  }
  for (let weight = most - 1; weight >= 0; weight -= 1) {
    holding[weight] = (holding[weight] as number) + (holding[weight + 1] as number);
  }
  return holding;
}

/** If whatever holds a term held all terms that are in more documents. */
function holdersTogether(weighed: readonly Weighed[]): Float64Array {
  const holding = new Float64Array(sumOf(weighed) + 1);
  let to = 0;
  for (const { frequency, weight } of weighed.toSorted((a, b) => b.frequency - a.frequency)) {
    holding.fill(frequency, to + 1, to + weight + 1);
    to += weight;
  }
  return holding;
}
