import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: ['infra/checks/main.ts'],
      project: ['infra/**/*.{ts,mjs}'],
      // Run by name from infra/checks, or by another tool.
      ignoreDependencies: ['@biomejs/biome', '@swc/core', 'dependency-cruiser'],
    },
    'packages/*': {
      entry: ['src/cli/*.ts', 'src/**/*-worker.ts', 'src/testing/*.ts', 'bench/*.ts', 'client/*.js'],
      project: ['src/**/*.ts', 'bench/**/*.ts'],
    },
    'packages/network': {
      entry: ['src/main.ts', 'src/**/main.ts', 'bench/main.ts', 'bench/statistics.ts'],
      project: ['src/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts'],
    },
    'packages/web': {
      entry: ['src/testing/*.ts', 'client/*.js'],
      project: ['src/**/*.ts', 'client/*.js'],
      // Templates, styles and the browser's script are taken from its folder.
      ignoreDependencies: ['govuk-frontend'],
      ignoreUnresolved: ['./govuk-frontend.min.js'],
    },
    'services/*': {
      entry: ['src/main.ts', 'src/testing/*.ts', 'src/**/*-worker.ts', 'src/cli/*.ts'],
      project: ['src/**/*.ts', 'tests/**/*.ts'],
    },
  },
  ignoreExportsUsedInFile: true,
};

export default config;
