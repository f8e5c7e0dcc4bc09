import { hkdfSync } from 'node:crypto';
import csrfProtection from '@fastify/csrf-protection';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiPrefixes, isForApi } from './access.ts';
import type { KeptForms } from './kept-forms.ts';
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
    readonly keptForms: KeptForms | null;
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

  app.addHook('preHandler', async (request, reply) => {
    if (request.is404 || !isUnsafe(request.method)) return;
    if (isFromElsewhere(request)) throw notAllowed('The request came from another site.');
    if (isForApi(request, options.apiPrefixes)) {
      refuseFormForApi(request);
      return;
    }
    if (request.routeOptions.config.csrf === 'not-checked') return;
    const forged = await forgeryIn(app, request, reply);
    if (!forged) return;
    // The page was opened in an earlier session of the same person: what they wrote is shown again, under a token that fits.
    const { keptForms } = options;
    const person = request.person?.id;
    if (
      !keptForms ||
      !request.routeOptions.config.keptOverSignIn ||
      !person ||
      keptForms.lastPerson(request) !== person
    ) {
      throw forged;
    }
    await keptForms.keep(request, reply, person);
    return reply.redirect(request.url.split('?', 1)[0] ?? '/', 303);
  });
}

/** Whether the browser says that another site had it send this. */
export function isFromElsewhere(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

/** What is wrong with the request's token, or null. */
function forgeryIn(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Promise<Error | null> {
  return new Promise((resolve) => {
    // The library answers by itself; a reply that only listens lets a late form be kept instead.
    const listener = Object.create(reply, { send: { value: (error: Error) => resolve(error) } }) as FastifyReply;
    app.csrfProtection(request, listener, () => resolve(null));
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

function refuseFormForApi(request: FastifyRequest): void {
  if (!request.session || request.method !== 'POST') return;
  if (!request.headers['content-type']?.startsWith('application/json')) throw jsonOnly();
}
