import type { AuditEntryTable } from './audit-entry.ts';
import type { CaseReviewTable } from './case-review.ts';
import type { ReturnEditionTable, ReturnWorkingTable } from './caseload-return.ts';
import type { DenyEntryTable } from './deny-entry.ts';
import type { DocumentTable } from './document.ts';
import type { EditionTable } from './edition.ts';
import type {
  EpochApprovalTable,
  HubStandingTable,
  SetAsidePublicationTable,
  TakenAheadTable,
} from './hub-standing.ts';
import type { KeptFormTable } from './kept-form.ts';
import type { MembershipTable } from './membership.ts';
import type { NarrowingTable } from './narrowing.ts';
import type { PersonTable } from './person.ts';
import type { PublicationTable } from './publication.ts';
import type { ReceiptTable } from './receipt.ts';
import type { RefusedSuggestionTable } from './refused-suggestion.ts';
import type { RiskReportTable } from './risk-report.ts';
import type { SecondReadingTable } from './second-reading.ts';
import type { SessionTable } from './session.ts';
import type { SignOffTable } from './sign-off.ts';
import type { SigningKeyTable } from './signing-key.ts';
import type { SyncStateTable } from './sync-state.ts';
import type { WithdrawalTable } from './withdrawal.ts';
import type { WorkingCheckTable } from './working-check.ts';

/** Every table of the node, by name. */
export type NodeSchema = {
  person: PersonTable;
  session: SessionTable;
  kept_form: KeptFormTable;
  case_review: CaseReviewTable;
  deny_entry: DenyEntryTable;
  refused_suggestion: RefusedSuggestionTable;
  working_check: WorkingCheckTable;
  edition: EditionTable;
  second_reading: SecondReadingTable;
  sign_off: SignOffTable;
  signing_key: SigningKeyTable;
  membership: MembershipTable;
  publication: PublicationTable;
  document: DocumentTable;
  return_working: ReturnWorkingTable;
  return_edition: ReturnEditionTable;
  receipt: ReceiptTable;
  hub_standing: HubStandingTable;
  epoch_approval: EpochApprovalTable;
  set_aside_publication: SetAsidePublicationTable;
  taken_ahead: TakenAheadTable;
  audit_entry: AuditEntryTable;
  withdrawal: WithdrawalTable;
  narrowing: NarrowingTable;
  risk_report: RiskReportTable;
  sync_state: SyncStateTable;
};
