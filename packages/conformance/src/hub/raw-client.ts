import { randomUUID } from 'node:crypto';
import {
  type OnBehalfOf,
  problemMediaType,
  type RequestClaims,
  type SigningKey,
  sha256,
  signRequestToken,
} from '@practice-exchange/protocol';
import { must } from '../report.ts';

/** An answer as it came. */
export type Answer = {
  readonly status: number;
  readonly code: string | null;
  readonly json: unknown;
  readonly type: string;
};

/** What may be otherwise than it should be, in one request. */
export type Wrong = {
  readonly claims?: Partial<RequestClaims>;
  readonly key?: SigningKey;
  readonly token?: string | null;
  readonly contentType?: string;
  readonly person?: OnBehalfOf;
};

/** Sends requests that may break any rule: what the typed client would never send. */
export class RawClient {
  readonly hubUrl: string;
  readonly hub: string;
  readonly node: string;
  key: SigningKey;

  constructor(options: { hubUrl: string; hub: string; node: string; key: SigningKey }) {
    this.hubUrl = options.hubUrl;
    this.hub = options.hub;
    this.node = options.node;
    this.key = options.key;
  }

  get(path: string, wrong: Wrong = {}): Promise<Answer> {
    return this.#send('GET', path, undefined, wrong);
  }

  post(path: string, body: unknown, wrong: Wrong = {}): Promise<Answer> {
    return this.#send('POST', path, JSON.stringify(body), wrong);
  }

  /** A token for a request, with whatever of it is wrong. */
  token(method: 'GET' | 'POST', path: string, body: string, { claims = {}, key, person }: Wrong = {}): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return signRequestToken(
      {
        iss: this.node,
        aud: this.hub,
        iat,
        exp: iat + 60,
        jti: randomUUID(),
        method,
        path: path.split('?', 1)[0] ?? path,
        body: sha256(body),
        ...(person ? { sub: person.subject, role: person.role } : {}),
        ...claims,
      },
      key ?? this.key,
    );
  }

  async #send(method: 'GET' | 'POST', path: string, body: string | undefined, wrong: Wrong): Promise<Answer> {
    const token = wrong.token === undefined ? await this.token(method, path, body ?? '', wrong) : wrong.token;
    const response = await fetch(`${this.hubUrl}${path}`, {
      method,
      redirect: 'error',
      headers: {
        ...(body === undefined ? {} : { 'content-type': wrong.contentType ?? 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const json = parse(text);
    return { status: response.status, code: codeIn(json), json, type: response.headers.get('content-type') ?? '' };
  }
}

/** Throws unless an answer is a problem document with a code. */
export function mustBeRefused(answer: Answer, ...codes: readonly string[]): void {
  must(codes.includes(answer.code ?? ''), `answered ${answer.status} ${answer.code ?? ''}, not ${codes.join(' or ')}`);
  must(answer.type.includes(problemMediaType), `the refusal is ${answer.type}, not a problem document (ERR-1)`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeIn(json: unknown): string | null {
  const code = (json as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}
