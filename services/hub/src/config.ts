import { readConfig } from '@practice-exchange/platform';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** Every setting of the hub, by the name of its environment variable. */
const settings = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'])
    .default('development')
    .describe('production, development or test'),
  HOST: z.string().default('127.0.0.1').describe('an address to listen on'),
  PORT: port.default(4000).describe('a port, 0 to 65535'),
  HUB_URL: z.url({ protocol: /^https?$/ }).describe('the http(s) address at which nodes reach the hub'),
  HUB_PARTS: z
    .enum(['api', 'worker', 'all'])
    .default('all')
    .describe('api (answers requests), worker (does the work behind) or all'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('a postgres:// address'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('a redis:// address, or nothing for jobs in this process'),
  MEILI_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of Meilisearch, or nothing for the embedded index'),
  MEILI_API_KEY: z.string().min(16).optional().describe("Meilisearch's key, at least 16 characters"),
  DATA_DIRECTORY: z
    .string()
    .optional()
    .describe('a directory for the embedded index, or nothing to rebuild it at each start'),
  SECRET: z.string().min(32).describe('a secret of at least 32 characters'),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of the OpenID Connect issuer'),
  OIDC_CLIENT_ID: z.string().min(1).optional().describe('the client id registered with the issuer'),
  OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('the client secret registered with the issuer'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('a log level'),
});

export type HubConfig = {
  production: boolean;
  demo: boolean;
  url: string;
  listen: { host: string; port: number };
  parts: { api: boolean; worker: boolean };
  databaseUrl: string;
  redisUrl: string | null;
  meilisearch: { url: string; apiKey: string | undefined } | null;
  dataDirectory: string | null;
  secret: string;
  openIdConnect: { issuer: string; clientId: string; clientSecret: string } | null;
  logLevel: z.infer<typeof settings>['LOG_LEVEL'];
};

/** Reads the hub's settings from an environment. Throws `ConfigError` naming every mistake at once. */
export function hubConfig(env: Record<string, string | undefined>): HubConfig {
  const read = readConfig(
    settings.superRefine((value, context) => {
      const given = [value.OIDC_ISSUER, value.OIDC_CLIENT_ID, value.OIDC_CLIENT_SECRET].filter(Boolean).length;
      if (given === 1 || given === 2 || (given === 0 && value.NODE_ENV === 'production')) {
        for (const name of ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const) {
          if (!value[name]) context.addIssue({ code: 'custom', path: [name], message: 'is needed to sign people in' });
        }
      }
    }),
    env,
  );
  const production = read.NODE_ENV === 'production';
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = read;
  return {
    production,
    demo: !production && !issuer,
    url: read.HUB_URL.replace(/\/$/, ''),
    listen: { host: read.HOST, port: read.PORT },
    parts: { api: read.HUB_PARTS !== 'worker', worker: read.HUB_PARTS !== 'api' },
    databaseUrl: read.DATABASE_URL,
    redisUrl: read.REDIS_URL ?? null,
    meilisearch: read.MEILI_URL ? { url: read.MEILI_URL, apiKey: read.MEILI_API_KEY } : null,
    dataDirectory: read.DATA_DIRECTORY ?? null,
    secret: read.SECRET,
    openIdConnect: issuer && clientId && clientSecret ? { issuer, clientId, clientSecret } : null,
    logLevel: read.LOG_LEVEL,
  };
}
