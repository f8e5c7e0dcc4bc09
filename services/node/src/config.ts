import { readConfig, trustedProxies } from '@practice-exchange/platform';
import type { AuthorityProfile } from '@practice-exchange/protocol';
import { authorities } from '@practice-exchange/vocabulary';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** Every setting of a node, by the name of its environment variable. */
export const nodeSettings = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'])
    .default('development')
    .describe('production, development or test'),
  HOST: z.string().default('127.0.0.1').describe('an address to listen on'),
  PORT: port.default(4001).describe('a port, 0 to 65535'),
  NODE_URL: z.url({ protocol: /^https?$/ }).describe('the http(s) address at which staff reach this node'),
  HUB_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the http(s) address of the hub that is proposed when joining, or nothing'),
  AUTHORITY_ONS_CODE: z
    .string()
    .refine((code) => authorities.some((authority) => authority.onsCode === code))
    .describe('the ONS code of one of the 153 English authorities, such as E06000001'),
  AUTHORITY_CHILD_POPULATION: z.coerce.number().int().min(1).describe('the number of children who live in the area'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('a postgres:// address'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('a redis:// address, or nothing for jobs in this process'),
  SECRET: z.string().min(32).describe('a secret of at least 32 characters'),
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .describe('the address of the OpenID Connect issuer, https in production'),
  OIDC_CLIENT_ID: z.string().min(1).describe('the client id registered with the issuer'),
  OIDC_CLIENT_SECRET: z.string().min(1).describe('the client secret registered with the issuer'),
  ADMINISTRATOR_SUBJECT: z
    .string()
    .min(1)
    .optional()
    .describe("the issuer's subject for the first administrator, together with ADMINISTRATOR_NAME, or neither"),
  ADMINISTRATOR_NAME: z
    .string()
    .min(1)
    .optional()
    .describe("the first administrator's name, together with ADMINISTRATOR_SUBJECT, or neither"),
  TRUSTED_PROXIES: trustedProxies,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('a log level'),
});

export type NodeConfig = {
  /** Short and unique on the host: names cookies and queues. */
  id: string;
  production: boolean;
  demo: boolean;
  url: string;
  /** Proposed to the administrator who joins; from then on the membership says where the hub is. */
  hubUrl: string | null;
  listen: { host: string; port: number };
  authority: AuthorityProfile;
  databaseUrl: string;
  redisUrl: string | null;
  secret: string;
  /** Given an account as administrator at start, unless they have one. */
  administrator?: { subject: string; name: string };
  /** The proxies whose word about where a request comes from is believed; none where it is not said. */
  trustedProxies?: readonly string[];
  logLevel: z.infer<typeof nodeSettings>['LOG_LEVEL'];
};

/** How staff sign in: what OpenID Connect needs. */
export type OpenIdConnectSettings = { issuer: string; clientId: string; clientSecret: string };

/** What each setting needs of the others. It runs beside the checks of each, so a value may be missing or wrong still. */
function checkTogether(value: Partial<z.output<typeof nodeSettings>>, context: z.RefinementCtx): void {
  const refuse = (name: keyof typeof nodeSettings.shape, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  if (value.NODE_ENV === 'production' && value.OIDC_ISSUER?.startsWith('http:')) refuse('OIDC_ISSUER', 'is not https');
  const administrator = ['ADMINISTRATOR_SUBJECT', 'ADMINISTRATOR_NAME'] as const;
  if (administrator.some((name) => value[name])) {
    for (const name of administrator) if (!value[name]) refuse(name, 'is needed with the other');
  }
}

/** What the command line needs of a node's settings: where it keeps things, and for whom it is. */
export function nodeCommandConfig(
  env: Record<string, string | undefined>,
): Pick<NodeConfig, 'databaseUrl' | 'secret' | 'hubUrl' | 'authority'> {
  const read = readConfig(
    nodeSettings.pick({
      HUB_URL: true,
      AUTHORITY_ONS_CODE: true,
      AUTHORITY_CHILD_POPULATION: true,
      DATABASE_URL: true,
      SECRET: true,
    }),
    env,
  );
  return {
    databaseUrl: read.DATABASE_URL,
    secret: read.SECRET,
    hubUrl: read.HUB_URL?.replace(/\/$/, '') ?? null,
    authority: profileOf(read),
  };
}

/** Reads a node's settings from an environment. Throws `ConfigError` naming every mistake at once. */
export function nodeConfig(env: Record<string, string | undefined>): {
  config: NodeConfig;
  openIdConnect: OpenIdConnectSettings;
} {
  const read = readConfig(nodeSettings.superRefine(checkTogether, { when: () => true }), env);
  const { ADMINISTRATOR_SUBJECT: subject, ADMINISTRATOR_NAME: name } = read;
  const authority = profileOf(read);
  return {
    config: {
      id: `node-${authority.onsCode.toLowerCase()}`,
      production: read.NODE_ENV === 'production',
      demo: false,
      url: read.NODE_URL.replace(/\/$/, ''),
      hubUrl: read.HUB_URL?.replace(/\/$/, '') ?? null,
      listen: { host: read.HOST, port: read.PORT },
      authority,
      databaseUrl: read.DATABASE_URL,
      redisUrl: read.REDIS_URL ?? null,
      secret: read.SECRET,
      ...(subject && name ? { administrator: { subject, name } } : {}),
      trustedProxies: read.TRUSTED_PROXIES,
      logLevel: read.LOG_LEVEL,
    },
    openIdConnect: {
      issuer: read.OIDC_ISSUER,
      clientId: read.OIDC_CLIENT_ID,
      clientSecret: read.OIDC_CLIENT_SECRET,
    },
  };
}

function profileOf(read: { AUTHORITY_ONS_CODE: string; AUTHORITY_CHILD_POPULATION: number }): AuthorityProfile {
  const authority = authorities.find((candidate) => candidate.onsCode === read.AUTHORITY_ONS_CODE);
  if (!authority) throw new Error('AUTHORITY_ONS_CODE was checked and is not there');
  const { name, onsCode, region, type } = authority;
  return { name, onsCode, region, type, childPopulation: read.AUTHORITY_CHILD_POPULATION };
}
