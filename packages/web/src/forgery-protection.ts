import { hkdfSync } from 'node:crypto';
import csrfProtection from '@fastify/csrf-protection';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ApiPrefixes, isForApi } from './access.ts';
import { jsonOnly, notAllowed } from './refusals.ts';

const unsafeMethods = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export function isUnsafe(method: string): boolean {
  return unsafeMethods.has(method);
}

/**
 * Refuses requests that another site made the browser send (CWE-352). Three layers: `Sec-Fetch-Site` where the browser says it;
 * a token in every form of an HTML route, bound by HMAC to the session, so that a token of another session or of before
 * sign-in is refused; and for the API with a session cookie, a JSON content type, which no form can send.
 */
export async function protectFromForgery(
  app: FastifyInstance,
  options: {
    readonly id: string;
    readonly production: boolean;
    readonly secret: string;
    readonly apiPrefixes: ApiPrefixes;
  },
): Promise<void> {
  const hmacKey = Buffer.from(hkdfSync('sha256', options.secret, '', 'practice-exchange csrf', 32)).toString('base64');
  await app.register(csrfProtection, {
    sessionPlugin: '@fastify/cookie',
    cookieKey: `${options.production ? '__Host-' : ''}${options.id}-csrf`,
    cookieOpts: { path: '/', httpOnly: true, sameSite: 'strict', secure: options.production, signed: true },
    csrfOpts: { hmacKey, userInfo: true },
    getToken: tokenIn,
    getUserInfo: sessionName,
    logLevel: 'info',
  });

  app.addHook('preHandler', (request, reply, done) => {
    if (request.is404 || !isUnsafe(request.method)) return done();
    const site = request.headers['sec-fetch-site'];
    if (site === 'cross-site' || site === 'same-site') {
      return done(notAllowed('The request came from another site.'));
    }
    if (isForApi(request, options.apiPrefixes)) return done(refuseFormForApi(request));
    if (request.routeOptions.config.csrf === 'not-checked') return done();
    return app.csrfProtection(request, reply, done);
  });
}

/** What the token of a request is bound to: its session, or nobody's. */
export function sessionName(request: FastifyRequest): string {
  return request.session?.tokenHash ?? 'nobody';
}

function tokenIn(request: FastifyRequest): string | undefined {
  const header = request.headers['x-csrf-token'];
  if (typeof header === 'string') return header;
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || !('_csrf' in body)) return undefined;
  // A form with files is parsed to fields that hold their value.
  const field = body._csrf;
  if (typeof field === 'string') return field;
  if (typeof field === 'object' && field !== null && 'value' in field && typeof field.value === 'string') {
    return field.value;
  }
  return undefined;
}

function refuseFormForApi(request: FastifyRequest): Error | undefined {
  if (!request.session || request.method !== 'POST') return undefined;
  if (request.headers['content-type']?.startsWith('application/json')) return undefined;
  return jsonOnly();
}
