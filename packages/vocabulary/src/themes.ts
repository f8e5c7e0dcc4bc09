import type { Code } from './code.ts';

/** The four themes: the top level of the vocabulary, from the research behind the network. */
export const themes = [
  {
    code: 'ownership-and-consensus',
    label: 'Ownership and consensus',
    hint: 'Who is responsible for these cases, and what the terms and thresholds mean',
  },
  {
    code: 'families-and-communities',
    label: 'Engaging families and communities',
    hint: 'Access, suspicion, explaining what is done and why, gaining buy-in',
  },
  {
    code: 'partner-agencies',
    label: 'Working with partner agencies',
    hint: 'Referrals, information sharing and thresholds between agencies',
  },
  {
    code: 'legitimacy-of-intervention',
    label: 'Legitimacy of intervention',
    hint: 'Whether it is right to intervene, and how that was decided and explained',
  },
] as const satisfies readonly Code[];

export type Theme = (typeof themes)[number]['code'];
