import { authoritiesAudience, wholeNetwork } from './audience.ts';
import { canonicalise } from './canonical.ts';
import { sha256 } from './digest.ts';
import type { LearningRecord } from './learning-record.ts';
import type { PublicationIntent } from './seal-publication.ts';

const first: LearningRecord = {
  title: 'Synthetic record of the conformance run',
  summary: 'This is no case. A node that joins the network sends it to show that it keeps the rules.',
  situation: 'No child, family, worker or place is described here.',
  response: 'The node published this text.',
  whatHappened: 'The hub verified it and gave a receipt.',
  whatWorked: 'The signature, the chain and the commitment.',
  whatDidNot: 'Nothing that this text could know of.',
  learningPoints: ['Nobody but the two ends of the connection ever sees this.'],
  nextTime: 'The node withdraws it, and the hub destroys it.',
  themes: ['ownership-and-consensus'],
  concernCategories: ['no-extremism-concern'],
  referralSource: 'unknown',
  agencies: ['childrens-social-care'],
  thresholdDecision: 'unknown',
  interventions: ['none'],
  familyEngagementStart: 'unknown',
  familyEngagementEnd: 'unknown',
  legitimacyChallenges: ['unknown'],
  outcome: 'unknown',
  ageBand: 'unknown',
  sex: 'unknown',
  setting: 'unknown',
  region: 'london',
  period: '2025-Q1',
};

/**
 * The two texts of the conformance run: what is published, and what it is revised to. A synthetic publication holds one of
 * them to the byte, so that nothing else can travel under its flag.
 */
export const syntheticRecords: { readonly published: LearningRecord; readonly revised: LearningRecord } = {
  published: first,
  revised: { ...first, response: 'The node published this text, and revised it.' },
};

/** The SHA-256 of their canonical bytes, base64url. */
export const syntheticDigests: readonly string[] = [syntheticRecords.published, syntheticRecords.revised].map(
  (record) => sha256(canonicalise(record)),
);

/** Whether canonical bytes are one of the two texts. */
export function isSyntheticBody(bytes: Uint8Array): boolean {
  return syntheticDigests.includes(sha256(bytes));
}

/** The four publications of a conformance run, in order: published to all, revised, kept for the node's own authority, withdrawn. */
export function syntheticRun(record: string, authority: string): readonly PublicationIntent[] {
  const { published, revised } = syntheticRecords;
  return [
    { op: 'publish', record, audience: wholeNetwork, body: published, synthetic: true },
    { op: 'revise', record, revision: 2, audience: wholeNetwork, body: revised, synthetic: true },
    { op: 'rescope', record, revision: 3, audience: authoritiesAudience([authority]), synthetic: true },
    { op: 'withdraw', record, revision: 4, synthetic: true },
  ];
}
