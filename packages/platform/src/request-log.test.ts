import { Writable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';
import { problemDocuments } from './problem-documents.ts';
import { fastifyOptions, requestLog } from './request-log.ts';

let text: string;
let log: Logger;
const lines = () =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line): Record<string, unknown> => JSON.parse(line));

beforeEach(() => {
  text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  log = createLogger({ name: 'node', level: 'trace', destination });
});

describe('a log line', () => {
  it('has a name, a level in words and a time', () => {
    log.info({ publication: 7 }, 'published');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        name: 'node',
        publication: 7,
        msg: 'published',
      },
    ]);
  });

  it('never holds an error’s message, whichever way the error is given', () => {
    const cause = new AppError({ code: 'inner', status: 500, title: 'x', message: 'Zebedee again' });
    const error = Object.assign(new Error('Zebedee lives\nat 12 Acacia Avenue', { cause }), {
      code: 'OUTER',
      detail: 'Zebedee',
    });
    log.error(error);
    log.error({ err: error });
    log.error({ err: error }, 'publishing failed');
    log.warn({ err: 'Zebedee' });
    log.child({ requestId: 'r' }).error(error);
    expect(text).not.toMatch(/Zebedee|Acacia/);
    expect(lines().map(({ msg }) => msg)).toEqual(['OUTER', 'OUTER', 'publishing failed', 'string', 'OUTER']);
    expect(lines()[0]?.err).toMatchObject({
      code: 'OUTER',
      type: 'Error',
      stack: expect.stringMatching(/^at .*request-log\.test/),
      cause: { code: 'inner', type: 'AppError' },
    });
  });

  it('leaves out what may be a secret, a person or their words', () => {
    const secrets = {
      password: 's3cret',
      token: 's3cret',
      q: 's3cret',
      email: 's3cret',
      url: '/x?q=s3cret',
      body: 's3cret',
    };
    log.info({ ...secrets, id: 1 }, 'top');
    log.info({ person: { ...secrets, id: 1 } }, 'one down');
    expect(text).not.toContain('s3cret');
    expect(lines()[1]).toMatchObject({ person: { id: 1 } });
  });
});

describe('the line of a request', () => {
  let app: FastifyInstance;

  beforeEach(async () => {
    app = Fastify(fastifyOptions(log));
    await app.register(requestLog);
    await app.register(problemDocuments);
    app.get('/reviews/:id', async () => ({}));
    app.get('/refused', async () => {
      throw new AppError({ code: 'no-sign-off', status: 409, title: 'x', message: 'Zebedee' });
    });
    app.get('/away', async () => {
      throw new AppError({ code: 'hub-away', status: 503, title: 'x', message: 'Zebedee' });
    });
    app.get('/broken', async () => {
      throw new TypeError('Zebedee');
    });
  });
  afterEach(() => app.close());

  async function lineFor(url: string) {
    await app.inject({ url, headers: { 'user-agent': 'Zebedee', cookie: 'sid=Zebedee', 'x-request-id': 'Zebedee' } });
    await vi.waitUntil(() => lines().some((line) => line.msg === 'request'));
    expect(text).not.toContain('Zebedee');
    const [line, ...more] = lines();
    expect(more).toEqual([]);
    return line;
  }

  it('has method, route pattern, status and duration, and no address', async () => {
    expect(await lineFor('/reviews/Zebedee?q=Zebedee')).toEqual({
      level: 'info',
      time: expect.any(String),
      name: 'node',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      method: 'GET',
      route: '/reviews/:id',
      status: 200,
      durationMs: expect.any(Number),
      msg: 'request',
    });
  });

  it('has no route for an address that does not exist', async () => {
    const line = await lineFor('/Zebedee');
    expect(line).toMatchObject({ level: 'info', status: 404, code: 'not-found' });
    expect(line).not.toHaveProperty('route');
  });

  it('has the code of what was refused', async () => {
    const line = await lineFor('/refused');
    expect(line).toMatchObject({ level: 'info', status: 409, code: 'no-sign-off' });
    expect(line).not.toHaveProperty('err');
  });

  it('warns of being unavailable', async () => {
    expect(await lineFor('/away')).toMatchObject({ level: 'warn', status: 503, code: 'hub-away' });
  });

  it('is an error, with where it was thrown, for a fault of ours', async () => {
    expect(await lineFor('/broken')).toMatchObject({
      level: 'error',
      status: 500,
      code: 'TypeError',
      err: { code: 'TypeError', stack: expect.stringContaining('request-log.test') },
    });
  });
});
