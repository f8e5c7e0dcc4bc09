import type {
  AuditSummary,
  Decision,
  PublishedCell,
  ReleaseRecord,
  TableSpecification,
  Utility,
} from '@practice-exchange/disclosure';
import type { Region } from '@practice-exchange/vocabulary';
import type { Generated, JSONColumnType } from 'kysely';

export type ReleaseState = 'building' | 'draft' | 'approved' | 'failed' | 'discarded';

/** Who is behind the numbers of a release: names and populations, which are public. */
export type ReleaseCoverage = {
  /** All quarters that the release counts, oldest first. */
  readonly quarters: readonly string[];
  /** Authorities that take part, and whether they have returned the release's quarter. */
  readonly authorities: readonly { readonly name: string; readonly region: Region; readonly returned: boolean }[];
  /** By quarter and region: children who live where authorities have returned. */
  readonly population: Readonly<Record<string, Readonly<Partial<Record<Region, number>>>>>;
  /** Authorities that have published learning, by name. */
  readonly publishers: readonly string[];
};

/** A set of national tables for a quarter: built, looked at by a second person, and then never changed. */
export type ReleaseTable = {
  id: string;
  quarter: string;
  version: number;
  name: Generated<string>;
  state: Generated<ReleaseState>;
  note: string | null;
  prepared_by: string;
  prepared_at: Generated<Date>;
  built_on: string | null;
  progress: JSONColumnType<{ step: string; at: number; of: number }> | null;
  failure: string | null;
  cut_at: Date | null;
  content_hash: string | null;
  coverage: JSONColumnType<ReleaseCoverage> | null;
  audit: JSONColumnType<AuditSummary> | null;
  utility: JSONColumnType<Utility> | null;
  approved_by: string | null;
  approved_hash: string | null;
  approved_at: Date | null;
  audit_note: string | null;
};

/** One published table of a release, with its specification as it was then. */
export type ReleaseTableTable = {
  release: string;
  table_id: string;
  position: number;
  specification: JSONColumnType<TableSpecification>;
  cells: JSONColumnType<readonly PublishedCell[]>;
};

/** Why each cell of a draft is as it is, with the true counts. Private. */
export type ReleaseDecisionTable = {
  release: string;
  table_id: string;
  decisions: JSONColumnType<readonly Decision[]>;
};

/** What later releases need of this one. Private. */
export type ReleaseRecordTable = {
  release: string;
  record: JSONColumnType<ReleaseRecord>;
};
