export { membersCommand } from './cli/members-command.ts';
export { type HubConfig, hubConfig } from './config.ts';
export { confirmFingerprint, invite } from './features/enrolling/enrolling.ts';
export { exportRegistry, importRegistry, openHubDatabase } from './features/registry/registry.ts';
export { releaseBuilder } from './features/releases/release-builder.ts';
export { approveRelease, prepareRelease } from './features/releases/releases.ts';
export { findRelease, listWork } from './features/releases/store.ts';
export { approveEpoch } from './features/resyncing/epochs.ts';
export { type Hub, startHub } from './service.ts';
