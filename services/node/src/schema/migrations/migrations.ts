import { reviewsAndPublications } from './0001-reviews-and-publications.ts';
import { guardAndSignOff } from './0002-guard-and-sign-off.ts';
import { authoring } from './0003-authoring.ts';
import { withdrawingAndSync } from './0005-withdrawing-and-sync.ts';
import { comparingAndEpochs } from './0006-comparing-and-epochs.ts';
import { joiningAndKeys } from './0007-joining-and-keys.ts';
import { returns } from './0008-returns.ts';
import { lostKeys } from './0009-lost-keys.ts';
import { returnsAfterRestore } from './0010-returns-after-restore.ts';
import { placeAtTheHub } from './0011-place-at-the-hub.ts';
import { narrowings } from './0012-narrowings.ts';
import { riskReports } from './0013-risk-reports.ts';

export const migrations = {
  '0001-reviews-and-publications': reviewsAndPublications,
  '0002-guard-and-sign-off': guardAndSignOff,
  '0003-authoring': authoring,
  '0005-withdrawing-and-sync': withdrawingAndSync,
  '0006-comparing-and-epochs': comparingAndEpochs,
  '0007-joining-and-keys': joiningAndKeys,
  '0008-returns': returns,
  '0009-lost-keys': lostKeys,
  '0010-returns-after-restore': returnsAfterRestore,
  '0011-place-at-the-hub': placeAtTheHub,
  '0012-narrowings': narrowings,
  '0013-risk-reports': riskReports,
};
