import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  workspaces: {
    '.': { entry: ['infra/run.mjs', 'infra/checks/main.ts'], project: ['infra/**/*.{ts,mjs}'] },
    'packages/*': {
      entry: ['src/cli/*.ts', 'src/**/*-worker.ts', 'src/testing/*.ts', 'bench/*.ts', 'client/*.js'],
      project: ['src/**/*.ts', 'bench/**/*.ts'],
    },
    'services/*': { entry: ['src/main.ts', 'src/testing/*.ts'], project: ['src/**/*.ts'] },
  },
  ignoreExportsUsedInFile: true,
};

export default config;
