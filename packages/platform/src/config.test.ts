import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, readConfig } from './config.ts';

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(4000).describe('A port, 1 to 65535'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).describe('the address of a PostgreSQL database, postgres://…'),
  NODE_SECRET: z.string().min(32).describe('at least 32 characters'),
  BAND: z.enum(['low', 'medium', 'high']).optional(),
});
const valid = { DATABASE_URL: 'postgres://u:p@db/x', NODE_SECRET: 'x'.repeat(32) };

function mistakesIn(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  throw new Error('the environment was taken for valid');
}

describe('reading the configuration', () => {
  it('gives typed settings, with defaults, and nothing else of the environment', () => {
    expect(readConfig(schema, { ...valid, PORT: '4100', HOME: '/root' })).toEqual({ ...valid, PORT: 4100 });
    expect(readConfig(schema, valid).PORT).toBe(4000);
  });

  it('takes a variable that is set to nothing for one that is not set', () => {
    expect(readConfig(schema, { ...valid, PORT: '', BAND: '  ' })).toEqual({ ...valid, PORT: 4000 });
  });

  it('names every mistake at once: the variable, what is expected, what was given', () => {
    expect(
      mistakesIn({ PORT: '99999', DATABASE_URL: 'mysql://db', NODE_SECRET: 'x'.repeat(32), BAND: 'tall' }),
    ).toEqual([
      'PORT: expected a port, 1 to 65535; given "99999"',
      'DATABASE_URL: expected the address of a PostgreSQL database, postgres://…; given "mysql://db"',
      'BAND: expected one of "low"|"medium"|"high"; given "tall"',
    ]);
    expect(mistakesIn({})).toEqual([
      'DATABASE_URL: expected the address of a PostgreSQL database, postgres://…; it is not set',
      'NODE_SECRET: expected at least 32 characters; it is not set',
    ]);
  });

  it('says a variable once, however much is wrong with it', () => {
    expect(mistakesIn({ ...valid, PORT: '-0.5' })).toEqual(['PORT: expected a port, 1 to 65535; given "-0.5"']);
  });

  it('never shows a secret, nor the password in an address, nor more than a line of a value', () => {
    const mistakes = mistakesIn({
      NODE_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://admin:hunter3@db/x',
      BAND: `high${'!'.repeat(500)}`,
    });
    expect(mistakes.join('\n')).not.toMatch(/hunter/);
    expect(mistakes).toContain('NODE_SECRET: expected at least 32 characters; given a value that is not shown');
    expect(mistakes.join('\n')).toContain('mysql://…@db/x');
    expect(Math.max(...mistakes.map((line) => line.length))).toBeLessThan(200);
  });

  it('makes a message of them that can be printed as it is', () => {
    const read = () => readConfig(schema, {});
    expect(read).toThrow(/^2 settings are not valid:\n {2}DATABASE_URL: .*\n {2}NODE_SECRET: .*$/);
  });

  it('passes on a rule about several settings', () => {
    const both = schema.refine((settings) => settings.PORT !== 4001, 'PORT 4001 is the hub’s');
    expect(() => readConfig(both, { ...valid, PORT: '4001' })).toThrow(/PORT 4001 is the hub’s/);
  });
});
