import type { FastifyInstance } from 'fastify';

type Answer = Awaited<ReturnType<FastifyInstance['inject']>>;

/** A browser's cookies, without a browser. */
export type FormSession = { readonly app: FastifyInstance; readonly cookies: Record<string, string> };

/** Signs a demo person in and gives the browser that did it. Throws when that was refused. */
export async function signInAs(
  app: FastifyInstance,
  personId: string,
  cookies: Record<string, string> = {},
): Promise<FormSession> {
  const session = { app, cookies: { ...cookies } };
  const answer = await app.inject({ method: 'GET', url: `/sign-in/demo/${personId}`, cookies: session.cookies });
  if (answer.statusCode !== 303) throw new Error(`signing in as ${personId} was answered ${answer.statusCode}`);
  remember(session, answer);
  return session;
}

/** Opens a page and gives the answer with the token of its first form, or null when it has none. */
export async function openForm(session: FormSession, url: string): Promise<{ answer: Answer; token: string | null }> {
  const answer = await session.app.inject({ method: 'GET', url, cookies: session.cookies });
  remember(session, answer);
  return { answer, token: /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? null };
}

/** Sends a form as a browser does: opens its page first for the token, unless `token` is given (null: send none). */
export async function postForm(
  session: FormSession,
  url: string,
  fields: Readonly<Record<string, string>>,
  token?: string | null,
): Promise<Answer> {
  const sent = token === undefined ? (await openForm(session, url)).token : token;
  const answer = await session.app.inject({
    method: 'POST',
    url,
    cookies: session.cookies,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ ...fields, ...(sent === null ? {} : { _csrf: sent }) }).toString(),
  });
  remember(session, answer);
  return answer;
}

function remember(session: FormSession, answer: Answer): void {
  for (const { name, value, maxAge, expires } of answer.cookies) {
    if (maxAge === 0 || (expires && expires.getTime() <= Date.now())) delete session.cookies[name];
    else session.cookies[name] = value;
  }
}
