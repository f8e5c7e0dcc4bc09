import type { DecisionReason, DisclosureRules } from './model.ts';

/** One sentence for the analyst who asks why a cell is as it is. It names rules, never what they protect in numbers. */
export function explain(reason: DecisionReason, rules: DisclosureRules): string {
  switch (reason) {
    case 'published':
      return `Published, rounded to the nearest ${rules.base}.`;
    case 'zero':
      return 'Published: there are none, and that tells nothing of anybody.';
    case 'kept':
      return `Kept as first published: since then fewer than ${rules.changed} records have changed, or fewer than ${rules.authorities} authorities made the change, or the rounded number would move by less than ${rules.step}.`;
    case 'count-1-to-7':
      return `Suppressed: it counts between 1 and ${rules.smallest} records.`;
    case 'few-authorities':
      return `Suppressed: fewer than ${rules.authorities} authorities contribute, so one could work out another's number.`;
    case 'one-authority-dominates':
      return `Suppressed: one authority supplies ${Math.round(rules.dominance * 100)}% or more.`;
    case 'revealing-zero':
      return 'Suppressed: with this zero shown, it would be plain that all the records of the line share one answer.';
    case 'protects-others':
      return 'Suppressed: together with other published numbers it would let a suppressed cell be worked out.';
    case 'suppressed-before':
      return 'Suppressed, as in an earlier release: to show it now would give the earlier number away.';
    case 'not-applicable':
      return 'Not applicable: the combination cannot occur.';
    case 'not-available':
      return 'Not available: the counts were not returned.';
  }
}
