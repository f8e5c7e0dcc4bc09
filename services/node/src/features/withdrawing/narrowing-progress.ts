import { reasonText, type WithdrawalStanding } from '@practice-exchange/protocol';
import type { FoundNarrowing } from './narrowing-store.ts';
import { type ProgressStep, stepOfCopies, stepOfTelling, type WithdrawalProgress } from './progress.ts';

/**
 * How far a narrower audience is, for those whom it excludes. `standing` is what the hub says now, or null when it could not be
 * asked or knows only of a later one.
 */
export function narrowingProgress(narrowing: FoundNarrowing, standing: WithdrawalStanding | null): WithdrawalProgress {
  const current = standing?.envelope === narrowing.hash ? standing : null;
  const hiddenAt = current?.hiddenAt ?? narrowing.hidden_at ?? narrowing.delivered_at;
  const refused = narrowing.state === 'rejected' ? reasonText(narrowing.reason ?? '') : null;
  // What was proved while it held is true no more once it is refused.
  const purgedAt = refused === null ? (current?.purgedAt ?? narrowing.purged_at) : null;
  const copies = stepOfCopies(current?.copies ?? null, purgedAt !== null);
  const steps: ProgressStep[] = [
    {
      title: 'Narrowed here',
      state: 'done',
      at: narrowing.created_at,
      says: narrowing.asked_by
        ? `${narrowing.asked_by} published it for fewer authorities.`
        : 'It was published for fewer authorities.',
    },
    stepOfTelling(hiddenAt),
    {
      title: 'Hidden from those whom it is no longer for',
      state: refused ? 'refused' : hiddenAt ? 'done' : 'later',
      at: hiddenAt,
      says:
        refused ??
        (hiddenAt
          ? 'None of them can find it, open it or count it any more: not by search, not by a link.'
          : 'From the moment the hub takes it, none of them can find it, open it or count it.'),
    },
    {
      title: 'Looked for in the name of those whom it is no longer for',
      state: purgedAt ? 'done' : hiddenAt && !refused ? 'now' : 'later',
      at: purgedAt,
      says: purgedAt
        ? 'The hub asked everything that answers readers, in their name. Nothing was found.'
        : 'The hub asks everything that answers readers, in their name, whether it still finds it.',
    },
    copies,
  ];
  return {
    stage: refused ? 'refused' : purgedAt ? 'gone' : hiddenAt ? 'hidden' : 'asked',
    steps,
    waiting: refused === null && copies.state !== 'done',
  };
}
