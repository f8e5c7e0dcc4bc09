import { ConfigError } from '@practice-exchange/platform';
import { describe, expect, it } from 'vitest';
import { hubConfig, hubSettings } from './config.ts';

const minimal = {
  HUB_URL: 'https://hub.example/',
  DATABASE_URL: 'postgres://hub:a-password@db/hub',
  SECRET: 'a secret that only this test knows 0123456789',
};
const openIdConnect = {
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_CLIENT_ID: 'practice-exchange',
  OIDC_CLIENT_SECRET: 'the-client-secret',
};

function mistakesIn(env: Record<string, string | undefined>): string[] {
  try {
    hubConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  throw new Error('the environment was taken for valid');
}

const namesOf = (mistakes: string[]) => mistakes.map((mistake) => mistake.split(':')[0]);

describe("the hub's settings", () => {
  it('are few when everything is embedded', () => {
    expect(hubConfig(minimal)).toEqual({
      production: false,
      demo: true,
      url: 'https://hub.example',
      listen: { host: '127.0.0.1', port: 4000 },
      parts: { api: true, worker: true },
      databaseUrl: minimal.DATABASE_URL,
      redisUrl: null,
      meilisearch: null,
      dataDirectory: null,
      secret: minimal.SECRET,
      openIdConnect: null,
      statisticsArePublic: false,
      trustedProxies: [],
      logLevel: 'info',
    });
  });

  it('name the proxies that are believed, in production none unless it is said', () => {
    const production = { ...minimal, ...openIdConnect, NODE_ENV: 'production' };
    expect(hubConfig(production).trustedProxies).toEqual([]);
    const proxies = hubConfig({ ...production, TRUSTED_PROXIES: '10.0.0.7, 10.1.0.0/16' }).trustedProxies;
    expect(proxies).toEqual(['10.0.0.7', '10.1.0.0/16']);
    expect(namesOf(mistakesIn({ ...minimal, TRUSTED_PROXIES: 'true' }))).toEqual(['TRUSTED_PROXIES']);
  });

  it('name every mistake at once, each setting by itself and what they need of one another', () => {
    const mistakes = mistakesIn({
      NODE_ENV: 'production',
      PORT: '70000',
      HUB_URL: 'hub.example',
      HUB_PARTS: 'worker',
      DATABASE_URL: 'mysql://hub:hunter2@db/hub',
      MEILI_API_KEY: 'hunter3',
      SECRET: 'hunter4',
      OIDC_ISSUER: 'http://issuer.example',
      OIDC_CLIENT_SECRET: 'hunter5',
      ADMINISTRATOR_SUBJECT: '7f3c9e',
      LOG_LEVEL: 'loud',
    });
    expect([...mistakes].sort()).toEqual([
      "ADMINISTRATOR_NAME: expected the first operator's name, together with ADMINISTRATOR_SUBJECT, or neither; it is not set",
      'DATABASE_URL: expected a postgres:// address; given "mysql://…@db/hub"',
      'HUB_URL: expected the http(s) address at which nodes reach the hub; given "hub.example"',
      'LOG_LEVEL: expected a log level; given "loud"',
      "MEILI_API_KEY: expected meilisearch's key, at least 16 characters; given a value that is not shown",
      'MEILI_URL: expected the address of Meilisearch, or nothing for the embedded index, which needs HUB_PARTS to be all; it is not set',
      'OIDC_CLIENT_ID: expected the client id registered with the issuer; it is not set',
      'OIDC_ISSUER: expected the address of the OpenID Connect issuer, https in production; given "http://issuer.example"',
      'PORT: expected a port, 0 to 65535; given "70000"',
      'REDIS_URL: expected a redis:// address, or nothing for jobs in this process, which needs HUB_PARTS to be all; it is not set',
      'SECRET: expected a secret of at least 32 characters; given a value that is not shown',
    ]);
    expect(mistakes.join('\n')).not.toMatch(/hunter|7f3c9e/);
  });

  it('say what every one of them expects', () => {
    const silent = Object.entries(hubSettings.shape).filter(([, setting]) => !setting.description);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('name those that are missing altogether', () => {
    expect(namesOf(mistakesIn({}))).toEqual(['HUB_URL', 'DATABASE_URL', 'SECRET']);
    expect(namesOf(mistakesIn({ NODE_ENV: 'production' }))).toEqual([
      ...['HUB_URL', 'DATABASE_URL', 'SECRET'],
      ...Object.keys(openIdConnect),
    ]);
  });

  it('ask for all of OpenID Connect in production, and for all or nothing of it elsewhere', () => {
    expect(namesOf(mistakesIn({ ...minimal, NODE_ENV: 'production' }))).toEqual(Object.keys(openIdConnect));
    for (const [name, value] of Object.entries(openIdConnect)) {
      const others = Object.keys(openIdConnect).filter((other) => other !== name);
      expect(namesOf(mistakesIn({ ...minimal, [name]: value })), name).toEqual(others);
    }
    expect(hubConfig({ ...minimal, ...openIdConnect, NODE_ENV: 'production' })).toMatchObject({
      production: true,
      demo: false,
      openIdConnect: {
        issuer: 'https://issuer.example',
        clientId: 'practice-exchange',
        clientSecret: 'the-client-secret',
      },
    });
  });

  it('let parts run apart only with a queue and an index that they share', () => {
    const shared = { REDIS_URL: 'redis://redis:6379', MEILI_URL: 'http://meilisearch:7700' };
    for (const part of ['api', 'worker']) {
      expect(namesOf(mistakesIn({ ...minimal, HUB_PARTS: part })), part).toEqual(['REDIS_URL', 'MEILI_URL']);
      const { MEILI_URL: _, ...redisOnly } = shared;
      expect(namesOf(mistakesIn({ ...minimal, ...redisOnly, HUB_PARTS: part })), part).toEqual(['MEILI_URL']);
      expect(hubConfig({ ...minimal, ...shared, HUB_PARTS: part }).parts, part).toEqual({
        api: part === 'api',
        worker: part === 'worker',
      });
    }
  });

  it('name the first operator by subject and name, or not at all', () => {
    const both = { ADMINISTRATOR_SUBJECT: '7f3c9e', ADMINISTRATOR_NAME: 'Amara Osei' };
    expect(hubConfig({ ...minimal, ...both }).administrator).toEqual({ subject: '7f3c9e', name: 'Amara Osei' });
    for (const [name, value] of Object.entries(both)) {
      const others = Object.keys(both).filter((other) => other !== name);
      expect(namesOf(mistakesIn({ ...minimal, [name]: value })), name).toEqual(others);
    }
    expect(hubConfig({ ...minimal, ADMINISTRATOR_SUBJECT: '', ADMINISTRATOR_NAME: '' })).not.toHaveProperty(
      'administrator',
    );
  });
});
