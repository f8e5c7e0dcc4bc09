import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { holdsAny, type Role } from './person.ts';
import { notAllowed, notSignedIn } from './refusals.ts';

/** Who may use a route. There is no default: a route that does not say is refused when it is registered. */
export type Access = 'public' | 'signed-in' | { readonly roles: readonly [Role, ...Role[]] };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. Required of every route. */
    access?: Access;
    /** `not-checked` leaves out the CSRF token on an unsafe method. Say why beside it. */
    csrf?: 'not-checked';
  }
}

/** Paths whose answers are JSON: refused with a problem document, never with a page or a redirect. */
export type ApiPrefixes = readonly string[];

export function isForApi(request: FastifyRequest, prefixes: ApiPrefixes): boolean {
  return prefixes.some((prefix) => request.url.startsWith(prefix));
}

/** Throws when a route does not declare its access: a mistake found at start, not by whoever finds the open page. */
export function requireDeclaredAccess(route: RouteOptions, openPrefixes: readonly string[]): void {
  if (route.config?.access !== undefined) return;
  if (openPrefixes.some((prefix) => isUnder(route.url, prefix))) {
    route.config = { ...route.config, access: 'public' };
    return;
  }
  throw new Error(
    `${[route.method].flat().join(', ')} ${route.url} does not say who may use it: give its config an access`,
  );
}

/** Lets the request through or refuses it: people are sent to sign in, programs get 401; the wrong role gets 403. */
export async function guardAccess(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    apiPrefixes,
    mayKeepForm,
  }: { readonly apiPrefixes: ApiPrefixes; readonly mayKeepForm: (request: FastifyRequest) => boolean },
): Promise<FastifyReply | undefined> {
  if (request.is404) return undefined;
  const access = request.routeOptions.config.access;
  if (access === 'public') return undefined;
  if (access === undefined) throw notAllowed('Nobody may use this address.');
  if (!request.person) {
    if (isForApi(request, apiPrefixes)) throw notSignedIn();
    // Goes on only until its body is read: it is kept then, and answered with the way to sign in.
    if (mayKeepForm(request)) return undefined;
    const to = canBeOpened(request) ? request.url : '/';
    return reply.redirect(`/sign-in?to=${encodeURIComponent(to)}`, 303);
  }
  if (access !== 'signed-in' && !holdsAny(request.person, access.roles)) {
    throw notAllowed('Your role does not include this.');
  }
  return undefined;
}

function canBeOpened(request: FastifyRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  const url = request.routeOptions.url;
  return url !== undefined && request.server.hasRoute({ method: 'GET', url });
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}
