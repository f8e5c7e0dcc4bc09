import { registryAndSharedRecord } from './0001-registry-and-shared-record.ts';

export const migrations = {
  '0001-registry-and-shared-record': registryAndSharedRecord,
};
