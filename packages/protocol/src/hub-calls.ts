import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { sha256 } from './digest.ts';
import { parseJson, problemOf } from './hub-answer.ts';
import { HubProblem } from './hub-problem.ts';
import type { SigningKey } from './keys.ts';
import { protocolLimits } from './limits.ts';
import { problemMediaType } from './problem.ts';
import { type OnBehalfOf, signRequestToken } from './request-token.ts';

export type HubClientOptions = {
  /** Where the hub is: `https://hub.example`, with no path. */
  readonly hubUrl: string;
  /** The hub's id, from its well-known document as a person confirmed it. */
  readonly hubId: string;
  /** This node's id. */
  readonly node: string;
  /** Without a key there is no client, and so no send. */
  readonly key: SigningKey;
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds since 1970, for tests. */
  readonly now?: () => number;
  /** How long to wait for an answer, 10 seconds unless given. */
  readonly timeoutMs?: number;
};

/** One request of a node, and the shape of its answer. */
export type Call<T> = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly person?: OnBehalfOf;
  readonly timeoutMs?: number;
  readonly response: z.ZodType<T>;
};

/**
 * How a node asks its hub: each request signed with the node's key, each answer checked against its schema, and the hub's time
 * learned from its answers. Throws `HubProblem` and nothing else for what the hub or the network did.
 */
export class HubCalls {
  readonly options: Required<HubClientOptions>;
  // How far the hub's clock is ahead of this machine's, learned from its answers: tokens are dated in the hub's time, so
  // that a node whose clock is an hour out can still speak.
  #clockOffsetMs = 0;

  constructor(options: HubClientOptions) {
    const url = new URL(options.hubUrl);
    if (url.pathname !== '/' || url.search !== '' || url.hash !== '') throw new TypeError('hubUrl holds no path');
    this.options = {
      ...options,
      hubUrl: url.origin,
      fetch: options.fetch ?? globalThis.fetch,
      now: options.now ?? Date.now,
      timeoutMs: options.timeoutMs ?? 10_000,
    };
  }

  async send<T>(call: Call<T>): Promise<T> {
    const body = call.body === undefined ? '' : JSON.stringify(call.body);
    const offsetBefore = this.#clockOffsetMs;
    try {
      return await this.#sendOnce(call, body);
    } catch (error) {
      const isClock = error instanceof HubProblem && clockCodes.has(error.code);
      // Once, and only when the answer taught us something about the hub's clock.
      if (!isClock || Math.abs(this.#clockOffsetMs - offsetBefore) < 1000) throw error;
      return await this.#sendOnce(call, body);
    }
  }

  async #sendOnce<T>(call: Call<T>, body: string): Promise<T> {
    const { hubUrl, fetch, timeoutMs } = this.options;
    const url = `${hubUrl}${call.path}${call.query === undefined ? '' : `?${call.query}`}`;
    const headers: Record<string, string> = {
      accept: `application/json, ${problemMediaType}`,
      authorization: `Bearer ${await this.#token(call, body)}`,
    };
    if (call.method === 'POST') headers['content-type'] = 'application/json';
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: call.method,
        headers,
        ...(call.method === 'POST' ? { body } : {}),
        redirect: 'error',
        signal: AbortSignal.timeout(call.timeoutMs ?? timeoutMs),
      });
      text = await response.text();
    } catch (cause) {
      throw new HubProblem('unreachable', 0, { cause });
    }
    this.#learnClock(response);
    const answer = parseJson(text);
    if (!response.ok) throw problemOf(response, answer);
    const parsed = call.response.safeParse(answer);
    if (!parsed.success) throw new HubProblem('unexpected-answer', response.status);
    return parsed.data;
  }

  #token(call: Call<unknown>, body: string): Promise<string> {
    const { hubId, node, key, now } = this.options;
    const iat = Math.floor((now() + this.#clockOffsetMs) / 1000);
    return signRequestToken(
      {
        iss: node,
        aud: hubId,
        iat,
        exp: iat + protocolLimits.tokenSeconds,
        jti: randomUUID(),
        method: call.method,
        path: call.path,
        body: sha256(body),
        ...(call.person === undefined ? {} : { sub: call.person.subject, role: call.person.role }),
      },
      key,
    );
  }

  #learnClock(response: Response): void {
    const date = Date.parse(response.headers.get('date') ?? '');
    // The Date header counts whole seconds; smaller differences are rounding.
    if (Number.isFinite(date) && Math.abs(date - this.options.now()) >= 2000) {
      this.#clockOffsetMs = date - this.options.now();
    } else if (Number.isFinite(date)) {
      this.#clockOffsetMs = 0;
    }
  }
}

const clockCodes: ReadonlySet<string> = new Set(['token-expired', 'token-not-yet-valid']);
