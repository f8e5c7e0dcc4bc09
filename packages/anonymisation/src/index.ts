export {
  type AnonymityCheck,
  type AnonymityOptions,
  type AnonymityResult,
  checkAnonymity,
  GuardTimeout,
  guardVersion,
} from './check-anonymity.ts';
export type { LearningCodeField } from './data/code-cues.ts';
export {
  compareSeverity,
  type DenyEntry,
  type Field,
  type Finding,
  type FindingKind,
  type GuardProfile,
  type Severity,
} from './finding.ts';
export { applyGeneralisation } from './generalise.ts';
export { createGuard, type Guard, type GuardBlock } from './guard-off-thread.ts';
export { checkQuery, type QueryFinding } from './query-check.ts';
export {
  comfortableClassSize,
  leastClassSize,
  type ReidentificationRisk,
  type RiskAttribute,
  type RiskCodes,
  reidentificationRisk,
  severityOfClassSize,
  type UniqueCombination,
} from './reidentification-risk.ts';
export { structuredIdentifiers } from './structured-identifiers.ts';
export { type CodeSuggestion, suggestCodes } from './suggest-codes.ts';
