import type { NodeConfig } from '@practice-exchange/node';

/** The settings of a node that only tests use; `settings` says what matters to one. */
export function testNodeConfig(settings: Pick<NodeConfig, 'id' | 'databaseUrl'> & Partial<NodeConfig>): NodeConfig {
  return {
    production: false,
    demo: true,
    url: 'http://127.0.0.1',
    hubUrl: null,
    listen: { host: '127.0.0.1', port: 0 },
    authority: {
      name: 'Test Borough Council',
      onsCode: 'E99000007',
      region: 'london',
      type: 'london-borough',
      childPopulation: 50_000,
    },
    redisUrl: null,
    secret: 'the secret of a node that only tests use',
    logLevel: 'silent',
    ...settings,
  };
}
