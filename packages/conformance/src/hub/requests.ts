import { randomUUID } from 'node:crypto';
import { generatePrivateJwk, hubPaths, openSigningKey, sha256 } from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { mustBeRefused, type Wrong } from './raw-client.ts';
import type { Subject } from './subject.ts';

const person = { subject: 'A'.repeat(43), role: 'practitioner' } as const;

/** Looks at every rule of requests, with a search and a request for receipts. */
export async function checkRequests({ recorder, raw }: Subject): Promise<void> {
  const search = (wrong: Wrong = {}) => raw.post(hubPaths.search, { q: '' }, { person, ...wrong });
  const now = Math.floor(Date.now() / 1000);
  const refuses = (rule: string, what: string, wrong: Wrong, ...codes: string[]) =>
    recorder.check(rule, what, async () => mustBeRefused(await search(wrong), ...codes));

  await recorder.check('RED-1', 'answers a search, in which no synthetic record is found', async () => {
    const answer = await search();
    must(answer.status === 200, `answered ${answer.status} ${answer.code ?? ''}`);
    must(!JSON.stringify(answer.json).includes('Synthetic record of the conformance run'), 'one is found');
  });
  await refuses('REQ-1', 'refuses a request without a token', { token: null }, 'token-missing');
  await refuses('REQ-2', 'refuses what is no token of this protocol', { token: 'a.b.c' }, 'token-invalid');
  await refuses('REQ-3', 'refuses an id that is no UUID', { claims: { jti: 'again' } }, 'token-invalid');
  const stranger = openSigningKey(generatePrivateJwk());
  await refuses('REQ-4', 'refuses a key that is not registered', { key: stranger }, 'token-unknown-issuer');
  await refuses('REQ-5', 'refuses a token for another hub', { claims: { aud: randomUUID() } }, 'token-wrong-audience');
  await refuses('REQ-6', 'refuses a token that lives too long', { claims: { exp: now + 600 } }, 'token-too-long');
  await refuses(
    'REQ-7',
    'refuses a token that is over',
    { claims: { iat: now - 120, exp: now - 61 } },
    'token-expired',
  );
  await refuses(
    'REQ-7',
    'refuses one from later',
    { claims: { iat: now + 600, exp: now + 660 } },
    'token-not-yet-valid',
  );
  await refuses(
    'REQ-8',
    'refuses a token for another path',
    { claims: { path: '/api/v1/receipts' } },
    'token-wrong-request',
  );
  await refuses('REQ-8', 'refuses a token for another body', { claims: { body: sha256('x') } }, 'token-wrong-body');
  await recorder.check('REQ-9', 'accepts a token once', async () => {
    const token = await raw.token('POST', hubPaths.search, JSON.stringify({ q: '' }), { person });
    must((await search({ token })).status === 200, 'not even once');
    mustBeRefused(await search({ token }), 'token-replayed');
  });
  await recorder.check('REQ-12', 'answers a search for a person only', async () => {
    mustBeRefused(await raw.post(hubPaths.search, { q: '' }), 'person-required');
  });
  await recorder.check('REQ-14', 'takes JSON only', async () => {
    const answer = await search({ contentType: 'text/plain' });
    must(answer.status === 415, `answered ${answer.status}`);
  });
  await recorder.check('ERR-5', 'answers what does not exist as not found', async () => {
    mustBeRefused(await raw.get(`/api/v1/learning/${randomUUID()}`, { person }), 'not-found');
  });
  await recorder.check('ERR-1', 'refuses in problem documents', async () => {
    const answer = await raw.post(hubPaths.publications, { items: [] });
    mustBeRefused(answer, 'request-invalid');
    must(answer.status === 400, `the status is ${answer.status}`);
  });
}
