export type { Block, BlockAudit } from './audit/audit-block.ts';
export * from './catalogue/dimensions.ts';
export * from './catalogue/sources.ts';
export { tableCatalogue } from './catalogue/table-catalogue.ts';
export { cellKey } from './cell-space.ts';
export { DisclosureError } from './disclosure-error.ts';
export { explain } from './explain.ts';
export * from './model.ts';
export { completeYears, financialYearOf, quartersOf, shiftQuarter } from './periods.ts';
export * from './rates.ts';
export {
  type AuditSummary,
  buildRelease,
  type Release,
  type ReleaseInput,
} from './release/build-release.ts';
export type { Share, Utility } from './release/utility.ts';
export { roundToBase } from './rounding.ts';
export * from './symbols.ts';
