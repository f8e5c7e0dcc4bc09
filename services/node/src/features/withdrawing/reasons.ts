import { type WithdrawalNotice, withdrawalNotices } from '@practice-exchange/protocol';

/** Why learning is withdrawn, as its readers are told. */
export const noticeChoices = [
  { code: 'out-of-date', label: 'The practice in it is out of date' },
  { code: 'replaced', label: 'We have published something that takes its place' },
  { code: 'published-by-mistake', label: 'It was published by mistake' },
  { code: 'no-reason-given', label: 'We would rather not say' },
] as const satisfies readonly { code: WithdrawalNotice; label: string }[];

/** Why learning is removed. Kept in the audit trail here; it is never sent. */
export const removalChoices = [
  { code: 'could-be-recognised', label: 'Somebody could tell who it is about' },
  { code: 'risk-reported', label: 'A colleague reported a risk' },
  { code: 'family-asked', label: 'The child or the family asked us to' },
  { code: 'identifier-found', label: 'It holds a name, a number or an address' },
  { code: 'other-risk', label: 'Another risk to a child' },
] as const;

/** How the review was taken back: with a notice for its readers, or without a trace of why. */
export type WithdrawalRequest =
  | { readonly kind: 'withdrawn'; readonly reason: WithdrawalNotice }
  | { readonly kind: 'removed'; readonly reason: (typeof removalChoices)[number]['code'] };

export type Reason = WithdrawalRequest['reason'];

/** A reason decides how it goes: one that a reader may know, with a notice; any risk to a child, without. */
export function requestFor(reason: Reason): WithdrawalRequest {
  const notice = noticeChoices.find(({ code }) => code === reason);
  return notice ? { kind: 'withdrawn', reason: notice.code } : { kind: 'removed', reason: reason as never };
}

/** What a reason is called on pages. */
export function reasonLabel(code: string): string {
  return [...noticeChoices, ...removalChoices].find((choice) => choice.code === code)?.label ?? code;
}

/** What readers are told, as the end of a sentence. */
export function noticeWords(code: string): string {
  return withdrawalNotices[code as WithdrawalNotice] ?? code;
}
