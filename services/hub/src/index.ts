export { type HubConfig, hubConfig } from './config.ts';
export { confirmFingerprint, invite } from './features/enrolling/enrolling.ts';
export { approveEpoch } from './features/resyncing/epochs.ts';
export { type Hub, startHub } from './service.ts';
