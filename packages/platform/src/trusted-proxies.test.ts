import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { fastifyOptions } from './request-log.ts';
import { trustedProxies } from './trusted-proxies.ts';

async function addressSeen(list: string, from: string, forwardedFor: string): Promise<string> {
  const log = createLogger({ name: 'test', level: 'silent' });
  const app = Fastify(fastifyOptions(log, trustedProxies.parse(list)));
  app.get('/', async (request) => request.ip);
  const answer = await app.inject({ url: '/', remoteAddress: from, headers: { 'x-forwarded-for': forwardedFor } });
  await app.close();
  return answer.body;
}

describe('where a request comes from', () => {
  it('is where its connection comes from, whatever it says of itself', async () => {
    expect(await addressSeen('', '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
    expect(await addressSeen('198.51.100.7', '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
  });

  it('is what a proxy of ours says, and never what somebody wrote before it came to the proxy', async () => {
    expect(await addressSeen('198.51.100.7', '198.51.100.7', '203.0.113.9')).toBe('203.0.113.9');
    expect(await addressSeen('198.51.100.0/24', '198.51.100.7', '10.9.8.7, 203.0.113.9')).toBe('203.0.113.9');
    expect(await addressSeen('198.51.100.7,::1', '::1', '10.9.8.7, 203.0.113.9, 198.51.100.7')).toBe('203.0.113.9');
  });

  it.each(['true', 'loopback', '10.0.0', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.0.0.1 10.0.0.2', '10.0.0.1/8/8'])(
    'cannot be entrusted to %s',
    (list) => expect(trustedProxies.safeParse(list).success).toBe(false),
  );
});
