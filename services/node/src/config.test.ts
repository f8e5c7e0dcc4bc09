import { ConfigError } from '@practice-exchange/platform';
import { describe, expect, it } from 'vitest';
import { nodeConfig, nodeSettings } from './config.ts';

const required = {
  NODE_URL: 'https://node.example/',
  AUTHORITY_ONS_CODE: 'E06000001',
  AUTHORITY_CHILD_POPULATION: '20000',
  DATABASE_URL: 'postgres://node:a-password@db/node',
  SECRET: 'a secret that only this test knows 0123456789',
  OIDC_ISSUER: 'https://issuer.example',
  OIDC_CLIENT_ID: 'practice-exchange',
  OIDC_CLIENT_SECRET: 'the-client-secret',
};

function mistakesIn(env: Record<string, string | undefined>): string[] {
  try {
    nodeConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  throw new Error('the environment was taken for valid');
}

const namesOf = (mistakes: string[]) => mistakes.map((mistake) => mistake.split(':')[0]);

describe("a node's settings", () => {
  it('give the authority by its code, and how its staff sign in', () => {
    const { config, openIdConnect } = nodeConfig(required);
    expect(config).toMatchObject({
      id: 'node-e06000001',
      production: false,
      demo: false,
      url: 'https://node.example',
      hubUrl: null,
      listen: { host: '127.0.0.1', port: 4001 },
      authority: { name: 'Hartlepool', onsCode: 'E06000001', region: 'north-east', childPopulation: 20_000 },
      redisUrl: null,
      trustedProxies: [],
    });
    expect(openIdConnect).toEqual({
      issuer: 'https://issuer.example',
      clientId: 'practice-exchange',
      clientSecret: 'the-client-secret',
    });
  });

  it('name every mistake at once, each setting by itself and what they need of one another', () => {
    const mistakes = mistakesIn({
      NODE_ENV: 'production',
      PORT: 'high',
      NODE_URL: 'node.example',
      AUTHORITY_ONS_CODE: 'W06000001',
      AUTHORITY_CHILD_POPULATION: '0',
      DATABASE_URL: 'mysql://node:hunter2@db/node',
      REDIS_URL: 'http://:hunter3@redis:6379',
      SECRET: 'hunter4',
      OIDC_ISSUER: 'http://issuer.example',
      OIDC_CLIENT_SECRET: 'hunter5',
      ADMINISTRATOR_NAME: 'Amara Osei',
    });
    expect([...mistakes].sort()).toEqual([
      "ADMINISTRATOR_SUBJECT: expected the issuer's subject for the first administrator, together with ADMINISTRATOR_NAME, or neither; it is not set",
      'AUTHORITY_CHILD_POPULATION: expected the number of children who live in the area; given "0"',
      'AUTHORITY_ONS_CODE: expected the ONS code of one of the 153 English authorities, such as E06000001; given "W06000001"',
      'DATABASE_URL: expected a postgres:// address; given "mysql://…@db/node"',
      'NODE_URL: expected the http(s) address at which staff reach this node; given "node.example"',
      'OIDC_CLIENT_ID: expected the client id registered with the issuer; it is not set',
      'OIDC_ISSUER: expected the address of the OpenID Connect issuer, https in production; given "http://issuer.example"',
      'PORT: expected a port, 0 to 65535; given "high"',
      'REDIS_URL: expected a redis:// address, or nothing for jobs in this process; given "http://…@redis:6379"',
      'SECRET: expected a secret of at least 32 characters; given a value that is not shown',
    ]);
    expect(mistakes.join('\n')).not.toMatch(/hunter|Amara/);
  });

  it('say what every one of them expects', () => {
    const silent = Object.entries(nodeSettings.shape).filter(([, setting]) => !setting.description);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('name those that are missing altogether, one by one and together', () => {
    expect(namesOf(mistakesIn({}))).toEqual(Object.keys(required));
    for (const name of Object.keys(required)) {
      expect(namesOf(mistakesIn({ ...required, [name]: undefined })), name).toEqual([name]);
    }
  });

  it('take an http issuer outside production only', () => {
    const local = { ...required, OIDC_ISSUER: 'http://localhost:9000' };
    expect(nodeConfig(local).openIdConnect.issuer).toBe('http://localhost:9000');
    expect(namesOf(mistakesIn({ ...local, NODE_ENV: 'production' }))).toEqual(['OIDC_ISSUER']);
  });

  it('name the first administrator by subject and name, or not at all', () => {
    const both = { ADMINISTRATOR_SUBJECT: '7f3c9e', ADMINISTRATOR_NAME: 'Amara Osei' };
    const administrator = { subject: '7f3c9e', name: 'Amara Osei' };
    expect(nodeConfig({ ...required, ...both }).config.administrator).toEqual(administrator);
    for (const [name, value] of Object.entries(both)) {
      const others = Object.keys(both).filter((other) => other !== name);
      expect(namesOf(mistakesIn({ ...required, [name]: value })), name).toEqual(others);
    }
    expect(nodeConfig(required).config).not.toHaveProperty('administrator');
  });
});
