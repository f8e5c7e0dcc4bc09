import type { IncomingMessage } from 'node:http';
import { checkRequestClaims, requestTokenHeader, sha256, verifyBytes } from '@practice-exchange/protocol';
import { must } from '../report.ts';
import type { NodeLog } from './node-log.ts';
import type { Observer } from './observer.ts';

const used = new WeakMap<NodeLog, Set<string>>();

/** Looks at the request token of a request as a hub would, and gives whether it is on behalf of a person. */
export function checkToken(
  observer: Observer,
  {
    hub,
    log,
    request,
    path,
    body,
  }: { hub: string; log: NodeLog; request: IncomingMessage; path: string; body: Buffer },
): { isForPerson: boolean } {
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  if (!observer.holds('REQ-1', 'carries a token', token !== '', `none for ${path}`)) return { isForPerson: false };
  const [header = '', payload = '', signature = ''] = token.split('.');
  observer.see('REQ-2', 'signs its tokens with its key', () => {
    const { alg, typ, kid } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    must(alg === requestTokenHeader.alg && typ === requestTokenHeader.typ, `the header says ${alg}, ${typ}`);
    const key = log.keys.get(kid);
    must(key !== undefined, 'the key is not registered');
    must(
      verifyBytes(key, Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url')),
      'it does not verify',
    );
  });
  let isForPerson = false;
  observer.see('REQ-3', 'says in its tokens what they are for', () => {
    const claims = checkRequestClaims(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')), {
      method: request.method ?? '',
      path,
      bodyHash: sha256(body),
      now: Math.floor(Date.now() / 1000),
      audience: hub,
    });
    must(claims.iss === log.node, 'the issuer is another node');
    const before = used.get(log) ?? new Set();
    used.set(log, before);
    observer.holds('REQ-9', 'uses a token once', !before.has(claims.jti), 'a token came twice');
    before.add(claims.jti);
    isForPerson = claims.sub !== undefined;
  });
  return { isForPerson };
}
