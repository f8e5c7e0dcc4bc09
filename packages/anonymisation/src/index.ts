export {
  type AnonymityCheck,
  type AnonymityOptions,
  type AnonymityResult,
  checkAnonymity,
  guardVersion,
} from './check-anonymity.ts';
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
export { structuredIdentifiers } from './structured-identifiers.ts';
