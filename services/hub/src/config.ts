import { readConfig, trustedProxies } from '@practice-exchange/platform';
import { protocolLimits } from '@practice-exchange/protocol';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** Every setting of the hub, by the name of its environment variable. */
export const hubSettings = z.object({
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
    .describe('a redis:// address, or nothing for jobs in this process, which needs HUB_PARTS to be all'),
  MEILI_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of Meilisearch, or nothing for the embedded index, which needs HUB_PARTS to be all'),
  MEILI_API_KEY: z.string().min(16).optional().describe("Meilisearch's key, at least 16 characters"),
  DATA_DIRECTORY: z
    .string()
    .optional()
    .describe('a directory for the embedded index, or nothing to rebuild it at each start'),
  SECRET: z.string().min(32).describe('a secret of at least 32 characters'),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of the OpenID Connect issuer, https in production'),
  OIDC_CLIENT_ID: z.string().min(1).optional().describe('the client id registered with the issuer'),
  OIDC_CLIENT_SECRET: z.string().min(1).optional().describe('the client secret registered with the issuer'),
  ADMINISTRATOR_SUBJECT: z
    .string()
    .min(1)
    .optional()
    .describe("the issuer's subject for the first operator, together with ADMINISTRATOR_NAME, or neither"),
  ADMINISTRATOR_NAME: z
    .string()
    .min(1)
    .optional()
    .describe("the first operator's name, together with ADMINISTRATOR_SUBJECT, or neither"),
  STATISTICS: z
    .enum(['public', 'signed-in'])
    .default('signed-in')
    .describe('who may read released statistics: public, or signed-in for analysts and operators alone'),
  REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(protocolLimits.requestsPerMinute)
    .optional()
    .describe(`how much a node may ask in a minute, 1 to ${protocolLimits.requestsPerMinute}`),
  MAINTENANCE: z.enum(['true', 'false']).optional().describe('true while nodes are asked to come back later, or false'),
  TRUSTED_PROXIES: trustedProxies,
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
  /** `prefix` begins the names of the hub's indexes there: `learning`, unless a test says otherwise. */
  meilisearch: { url: string; apiKey: string | undefined; prefix?: string } | null;
  dataDirectory: string | null;
  secret: string;
  openIdConnect: { issuer: string; clientId: string; clientSecret: string } | null;
  /** Given an account as operator at start, unless they have one. */
  administrator?: { subject: string; name: string };
  /** Whether anybody may read what is released; otherwise analysts and operators alone. */
  statisticsArePublic: boolean;
  /** What a node may ask in a minute, where it is less than the protocol allows. Advertised. */
  requestsPerMinute?: number;
  /** What somebody who is no member yet may ask in a minute, where it is not the usual. */
  strangersRequestsPerMinute?: number;
  /** Whether nodes are asked to come back later. */
  maintenance?: boolean;
  /** The proxies whose word about where a request comes from is believed; none where it is not said. */
  trustedProxies?: readonly string[];
  logLevel: z.infer<typeof hubSettings>['LOG_LEVEL'];
};

/** What each setting needs of the others. It runs beside the checks of each, so a value may be missing or wrong still. */
function checkTogether(value: Partial<z.output<typeof hubSettings>>, context: z.RefinementCtx): void {
  const refuse = (name: keyof typeof hubSettings.shape, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  const signIn = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
  if (value.NODE_ENV === 'production' || signIn.some((name) => value[name])) {
    for (const name of signIn) if (!value[name]) refuse(name, 'is needed to sign people in');
  }
  if (value.NODE_ENV === 'production' && value.OIDC_ISSUER?.startsWith('http:')) refuse('OIDC_ISSUER', 'is not https');
  // Workers share neither a queue nor an index that lives in one process.
  if (value.HUB_PARTS === 'api' || value.HUB_PARTS === 'worker') {
    for (const name of ['REDIS_URL', 'MEILI_URL'] as const) if (!value[name]) refuse(name, 'is needed by parts');
  }
  const administrator = ['ADMINISTRATOR_SUBJECT', 'ADMINISTRATOR_NAME'] as const;
  if (administrator.some((name) => value[name])) {
    for (const name of administrator) if (!value[name]) refuse(name, 'is needed with the other');
  }
}

/** Reads the hub's settings from an environment. Throws `ConfigError` naming every mistake at once. */
export function hubConfig(env: Record<string, string | undefined>): HubConfig {
  const read = readConfig(hubSettings.superRefine(checkTogether, { when: () => true }), env);
  const production = read.NODE_ENV === 'production';
  const { ADMINISTRATOR_SUBJECT: subject, ADMINISTRATOR_NAME: name } = read;
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
    ...(subject && name ? { administrator: { subject, name } } : {}),
    statisticsArePublic: read.STATISTICS === 'public',
    ...(read.REQUESTS_PER_MINUTE ? { requestsPerMinute: read.REQUESTS_PER_MINUTE } : {}),
    ...(read.MAINTENANCE === 'true' ? { maintenance: true } : {}),
    trustedProxies: read.TRUSTED_PROXIES,
    logLevel: read.LOG_LEVEL,
  };
}
