import { defineConfig } from 'vitest/config';
import { LongestFirst } from './infra/checks/longest-first.ts';

export default defineConfig({
  test: {
    include: ['{packages,services,infra}/**/*.test.ts'],
    globalSetup: ['packages/platform/src/testing/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
