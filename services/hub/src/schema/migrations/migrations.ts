import { registryAndSharedRecord } from './0001-registry-and-shared-record.ts';
import { quarantineAndWithdrawing } from './0003-quarantine-and-withdrawing.ts';

export const migrations = {
  '0001-registry-and-shared-record': registryAndSharedRecord,
  '0003-quarantine-and-withdrawing': quarantineAndWithdrawing,
};
