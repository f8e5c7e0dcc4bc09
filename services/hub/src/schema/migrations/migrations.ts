import { registryAndSharedRecord } from './0001-registry-and-shared-record.ts';
import { joiningAndKeys } from './0002-joining-and-keys.ts';
import { quarantineAndWithdrawing } from './0003-quarantine-and-withdrawing.ts';
import { comparingAndEpochs } from './0004-comparing-and-epochs.ts';
import { releases } from './0007-releases.ts';
import { strangers } from './0008-strangers.ts';
import { recordOwners } from './0009-record-owners.ts';
import { bodiesOfKeyRotations } from './0010-bodies-of-key-rotations.ts';
import { waitingSince } from './0011-waiting-since.ts';
import { keyRecoveries } from './0012-key-recoveries.ts';
import { narrowings } from './0013-narrowings.ts';
import { riskReports } from './0014-risk-reports.ts';
import { receiptsRead } from './0015-receipts-read.ts';
import { indexComparison } from './0016-index-comparison.ts';

export const migrations = {
  '0001-registry-and-shared-record': registryAndSharedRecord,
  '0002-joining-and-keys': joiningAndKeys,
  '0003-quarantine-and-withdrawing': quarantineAndWithdrawing,
  '0004-comparing-and-epochs': comparingAndEpochs,
  '0007-releases': releases,
  '0008-strangers': strangers,
  '0009-record-owners': recordOwners,
  '0010-bodies-of-key-rotations': bodiesOfKeyRotations,
  '0011-waiting-since': waitingSince,
  '0012-key-recoveries': keyRecoveries,
  '0013-narrowings': narrowings,
  '0014-risk-reports': riskReports,
  '0015-receipts-read': receiptsRead,
  '0016-index-comparison': indexComparison,
};
