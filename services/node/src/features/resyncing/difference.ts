import type { Holding } from '@practice-exchange/protocol';

/** A record that the two ends do not hold alike; null where an end does not hold it. */
export type Difference = { record: string; here: Holding | null; there: Holding | null };

/** What is different about a record, as a sentence. */
export function describeDifference({ here, there }: Difference): string {
  if (here === null) return 'The hub holds it, and this node’s log does not know it.';
  if (there === null) return 'The hub does not hold it.';
  if (here.state !== there.state) {
    return here.state === 'withdrawn'
      ? 'It was withdrawn, and the hub still holds it.'
      : 'The hub holds it as withdrawn.';
  }
  if (here.revision !== there.revision)
    return `This is revision ${here.revision}; the hub holds revision ${there.revision}.`;
  if (here.commitment !== there.commitment)
    return 'The text that the hub holds or shows is not the one that was published.';
  return 'The hub shows it to another audience than was chosen.';
}

/** Whether sending the record again can mend the difference: it is shared, and the hub lost or altered its copy. */
export function canBeRepaired({ here, there }: Difference): boolean {
  return here?.state === 'shared' && there?.state === 'shared' && here.revision === there.revision;
}
