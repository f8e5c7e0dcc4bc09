import { type PurgeCertificate, reasonText, type WithdrawalStanding } from '@practice-exchange/protocol';
import type { FoundWithdrawal } from './store.ts';

/** One step of taking something back: what, whether it is done, when, and what that means. */
export type ProgressStep = {
  readonly title: string;
  readonly state: 'done' | 'now' | 'later' | 'refused';
  readonly at: Date | string | null;
  readonly says: string;
};

/** How far a withdrawal is, in one word for the page's first sentence and step by step. */
export type WithdrawalProgress = {
  readonly stage: 'asked' | 'hidden' | 'gone' | 'refused';
  readonly steps: readonly ProgressStep[];
  /** Whether anything may still change. */
  readonly waiting: boolean;
};

/**
 * How far a withdrawal is. `standing` is what the hub says now of copies elsewhere, or null when it could not be asked;
 * everything else is from receipts that the hub has signed and this node has verified.
 */
export function progressOf(withdrawal: FoundWithdrawal, standing: WithdrawalStanding | null): WithdrawalProgress {
  const at = (state: string) => {
    const receipt = withdrawal.receipts.find((candidate) => candidate.state === state);
    return receipt ? saidAt(receipt.jws) : null;
  };
  const [hiddenAt, purgedAt] = [at('withdrawn'), at('purged')];
  const last = withdrawal.receipts.at(-1);
  const refused = last?.state === 'rejected' ? reasonText(last.reason ?? '') : null;
  const held = last?.state === 'quarantined' ? reasonText(last.reason ?? '') : null;
  const sentAt = withdrawal.sent_ahead_at ?? withdrawal.delivered_at ?? hiddenAt;
  const copies = standing?.copies ?? null;
  const copiesStep = stepOfCopies(copies, purgedAt !== null);

  const steps: ProgressStep[] = [
    {
      title: 'Taken back here',
      state: 'done',
      at: withdrawal.created_at,
      says: `${withdrawal.asked_by ? `${withdrawal.asked_by} took it back.` : 'It was taken back.'} The text that was kept for sending is destroyed.`,
    },
    stepOfTelling(sentAt),
    {
      title: 'Hidden from everyone',
      state: refused ? 'refused' : hiddenAt ? 'done' : sentAt ? 'now' : 'later',
      at: hiddenAt,
      says: hiddenAt
        ? 'Nobody can find it, open it or count it any more: not by search, not by a link, not in this authority.'
        : (refused ?? held ?? 'From the moment the hub takes it, nobody can find it, open it or count it.'),
    },
    {
      title: 'Every copy at the hub destroyed, and looked for again',
      state: purgedAt ? 'done' : hiddenAt ? 'now' : 'later',
      at: purgedAt,
      says: purgedAt
        ? 'The hub asked every place where it could have been, by its number and by words that only it held. Nothing was found.'
        : 'The hub removes it from each place that could hold it, then asks each whether anything is left.',
    },
    copiesStep,
  ];
  return {
    stage: refused ? 'refused' : purgedAt ? 'gone' : hiddenAt ? 'hidden' : 'asked',
    steps,
    waiting: refused === null && copiesStep.state !== 'done',
  };
}

/** Whether the hub has been told. */
export function stepOfTelling(at: Date | string | null): ProgressStep {
  return {
    title: 'The national hub has been told',
    state: at ? 'done' : 'now',
    at,
    says: at
      ? 'The hub has it, ahead of everything else that waits to be sent.'
      : 'It goes by itself, ahead of everything else, as soon as the hub answers. You need not stay on this page.',
  };
}

/** How far other nodes are with letting go of their copies, once the hub has let go of its own. */
export function stepOfCopies(copies: WithdrawalStanding['copies'] | null, isPurged: boolean): ProgressStep {
  const allConfirmed = isPurged && copies !== null && copies.confirmed >= copies.told;
  return {
    title: 'Copies kept for readers in other authorities',
    state: allConfirmed ? 'done' : isPurged ? 'now' : 'later',
    at: null,
    says: copiesSay(copies, isPurged),
  };
}

function copiesSay(copies: WithdrawalStanding['copies'] | null, isPurged: boolean): string {
  if (!copies) {
    return isPurged
      ? 'The hub could not be asked just now how many have confirmed.'
      : 'Their systems are told to remove what they keep for readers, such as saved pages, and to confirm it.';
  }
  if (copies.told === 0) {
    return isPurged
      ? 'No other authority could see it, so there is nothing to remove.'
      : 'Their systems are being told.';
  }
  const told = copies.told === 1 ? 'One other system was' : `${copies.told} other systems were`;
  return copies.confirmed >= copies.told
    ? `${told} told to remove what they keep of it, and ${copies.told === 1 ? 'has' : 'all have'} confirmed.`
    : `${told} told to remove what they keep of it; ${copies.confirmed} of ${copies.told} ${copies.confirmed === 1 ? 'has' : 'have'} confirmed so far. One that is switched off confirms when it comes back.`;
}

/** When the hub signed a receipt, by its own clock. The receipt was verified when it came. */
function saidAt(jws: string): string {
  const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload) as { at: string }).at;
}

const storeWords: Record<string, string> = {
  'shared-records': 'The records that are shared, and the database’s text search',
  'practice-statements': 'Practice statements',
  'caseload-returns': 'Caseload returns',
  bodies: 'The signed texts as they arrived',
  quarantine: 'What waits for a person',
  'release-drafts': 'National tables that are being made',
  'search-index': 'The search index',
};

const askedWords = { id: 'by its number', phrase: 'by its words' } as const;

/** What a certificate says, in words. `certificate` was verified when it came. */
export function certificateInWords(certificate: PurgeCertificate) {
  return certificate.stores.map(({ store, askedBy }) => ({
    store: storeWords[store] ?? store,
    asked: askedBy.map((by) => askedWords[by]).join(' and '),
  }));
}
