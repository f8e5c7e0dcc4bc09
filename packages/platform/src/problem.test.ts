import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { createLogger } from './logger.ts';
import { problemAnswer, problemFor } from './problem.ts';
import { problemDocuments } from './problem-documents.ts';
import { fastifyOptions } from './request-log.ts';

describe('a problem document', () => {
  it('says what an AppError says below 500', () => {
    const error = new AppError({
      code: 'edition-not-signed-off',
      status: 409,
      title: 'Not signed off',
      message: 'A second person has to sign this edition off first.',
      errors: [{ field: 'title', message: 'is empty' }],
      retryAfterSeconds: 3,
    });
    expect(problemAnswer(error, { instance: 'urn:uuid:1' })).toEqual({
      problem: {
        type: 'urn:practice-exchange:problem:edition-not-signed-off',
        title: 'Not signed off',
        status: 409,
        detail: 'A second person has to sign this edition off first.',
        code: 'edition-not-signed-off',
        instance: 'urn:uuid:1',
        errors: [{ field: 'title', message: 'is empty' }],
      },
      retryAfterSeconds: 3,
    });
  });

  it('says nothing of our insides from 500 on', () => {
    const secret = 'relation "case_review" at 10.0.0.7';
    const ours = new AppError({
      code: 'engine-away',
      status: 503,
      title: 'Search is away',
      message: secret,
      errors: [{ field: 'x', message: secret }],
    });
    for (const error of [
      ours,
      new Error(secret),
      new TypeError(secret),
      secret,
      { message: secret },
      null,
      undefined,
    ]) {
      const problem = problemFor(error);
      expect(problem.status).toBeGreaterThanOrEqual(500);
      expect(JSON.stringify(problem)).not.toContain('case_review');
    }
    expect(problemFor(ours)).toMatchObject({ code: 'engine-away', status: 503, title: 'Search is away' });
    expect(problemFor(new Error(secret))).toMatchObject({ code: 'internal-error', status: 500 });
  });

  it('lists what a zod schema found, by field', () => {
    const schema = z.object({
      title: z.string().min(1, 'is empty.'),
      codes: z.object({ themes: z.array(z.enum(['a'])) }),
    });
    const { error } = schema.safeParse({ title: '', codes: { themes: ['b'] } });
    const problem = problemFor(error);
    expect(problem).toMatchObject({ status: 400, code: 'not-valid', detail: '2 things in the request are not valid.' });
    expect(problem.errors?.map(({ field }) => field)).toEqual(['title', 'codes.themes.0']);
    const single = schema.safeParse({ title: '', codes: { themes: [] } });
    expect(problemFor(single.error).detail).toBe('title: is empty.');
  });

  it('keeps a library’s 4xx but not its words, which may quote the input', () => {
    const error = Object.assign(new Error('Unexpected token in {"name": "Zebedee"}'), { statusCode: 400, code: 'X' });
    expect(problemFor(error)).toMatchObject({ status: 400, code: 'bad-request' });
    expect(JSON.stringify(problemFor(error))).not.toContain('Zebedee');
    expect(problemFor({ statusCode: 418 })).toMatchObject({ status: 418, code: 'http-418' });
    expect(problemFor({ statusCode: 502, message: 'inside' })).toMatchObject({ status: 500, code: 'internal-error' });
  });
});

describe('a JSON API', () => {
  let app: FastifyInstance;

  beforeAll(async () => {
    app = Fastify({ ...fastifyOptions(createLogger({ name: 'test', level: 'silent' })), bodyLimit: 200 });
    await app.register(problemDocuments);
    const body = { type: 'object', required: ['q'], properties: { q: { type: 'string', maxLength: 5 } } };
    // A response schema that no problem document fits must not get in the way of one.
    const response = {
      '2xx': { type: 'object' },
      '4xx': { type: 'object', properties: { never: { type: 'string' } } },
    };
    app.post('/search', { schema: { body, response } }, async () => ({ total: 0 }));
    app.get('/busy', async () => {
      throw new AppError({ code: 'busy', status: 503, title: 'Busy', message: 'inside', retryAfterSeconds: 1.2 });
    });
    app.get('/broken', async () => {
      throw new Error('inside');
    });
    app.get('/limited', async (_request, reply) => {
      reply.header('retry-after', '30');
      throw Object.assign(new Error('Rate limit exceeded, retry in 30 seconds'), { statusCode: 429 });
    });
    await app.ready();
  });
  afterAll(() => app.close());

  const json = { 'content-type': 'application/json' };
  it.each([
    ['bad JSON', { method: 'POST', url: '/search', headers: json, payload: '{"q": "Zebedee' }, 400, 'bad-request'],
    ['no body', { method: 'POST', url: '/search', headers: json, payload: '' }, 400, 'bad-request'],
    [
      'a body that is not valid',
      { method: 'POST', url: '/search', headers: json, payload: '{"q":"Zebedee"}' },
      400,
      'not-valid',
    ],
    [
      'a body that is too large',
      { method: 'POST', url: '/search', headers: json, payload: `"${'x'.repeat(300)}"` },
      413,
      'body-too-large',
    ],
    [
      'another media type',
      { method: 'POST', url: '/search', headers: { 'content-type': 'text/csv' }, payload: 'q' },
      415,
      'unsupported-media-type',
    ],
    ['an address that does not exist', { method: 'GET', url: '/nothing?q=Zebedee' }, 404, 'not-found'],
    ['an address that cannot be read', { method: 'GET', url: '/%E0%A4%A' }, 400, 'bad-request'],
    ['being busy', { method: 'GET', url: '/busy' }, 503, 'busy'],
    ['a fault of ours', { method: 'GET', url: '/broken' }, 500, 'internal-error'],
    ['too many requests', { method: 'GET', url: '/limited' }, 429, 'rate-limited'],
  ] as const)('answers %s by a problem document', async (_name, request, status, code) => {
    const response = await app.inject(request);
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    const problem = response.json();
    expect(problem).toMatchObject({ status, code, type: `urn:practice-exchange:problem:${code}` });
    expect(problem.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(problem.detail).toMatch(/^[A-Za-z].*\.$/);
    expect(response.body).not.toMatch(/Zebedee|inside/);
  });

  it('says when to come back', async () => {
    expect((await app.inject('/busy')).headers['retry-after']).toBe('2');
    expect((await app.inject('/limited')).headers['retry-after']).toBe('30');
  });

  it('names the field that is wrong', async () => {
    const response = await app.inject({ method: 'POST', url: '/search', headers: json, payload: '{"q":"Zebedee"}' });
    expect(response.json().errors).toEqual([{ field: 'q', message: 'must NOT have more than 5 characters' }]);
    expect(response.json().detail).toBe('q: must NOT have more than 5 characters.');
  });
});
