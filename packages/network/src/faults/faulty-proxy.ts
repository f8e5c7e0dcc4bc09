import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Random, randomFrom } from './random.ts';

/** What the proxy does to a request or to its answer. */
export const wireFaults = [
  'drop-request',
  'drop-answer',
  'duplicate',
  'replay-old',
  'reorder',
  'delay',
  'truncate-request',
  'truncate-answer',
] as const;
export type WireFault = (typeof wireFaults)[number];

type Passing = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer };
type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** A line between one node and the hub that loses, repeats, reorders, delays and cuts what it carries. */
export type FaultyProxy = {
  readonly url: string;
  /** How likely each request meets a fault, 0 to 1. */
  weather(chance: number): void;
  /** Carries nothing until it is mended. */
  cut(): void;
  mend(): void;
  readonly met: Readonly<Record<WireFault, number>>;
  /** Forgets everything that it met and carried, takes its chances from `random` from now on, and ends what is under way. */
  begin(random: Random): void;
  close(): Promise<void>;
};

const reorderAtMostMs = 150;
const oldKept = 8;

/** Starts a proxy on a free port. `hubUrl` is asked for every request, as the hub comes back at other ports. */
export async function startFaultyProxy(hubUrl: () => string | null): Promise<FaultyProxy> {
  let random = randomFrom('not begun');
  const met = Object.fromEntries(wireFaults.map((fault) => [fault, 0])) as Record<WireFault, number>;
  const old: Passing[] = [];
  let chance = 0;
  let isCut = false;
  let overtaken: (() => void) | null = null;

  async function carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const passing: Passing = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: incoming.headers,
      body: await bodyOf(incoming),
    };
    if (isCut) return void outgoing.destroy();
    const fault = random.chance(chance) ? random.pick(wireFaults) : null;
    if (fault) met[fault] += 1;
    if (fault === 'delay') await pause(random.below(200));
    if (fault === 'reorder') await untilOvertaken();
    else overtaken?.();
    if (fault === 'drop-request') return void outgoing.destroy();
    if (fault === 'replay-old' && old.length > 0) await forward(hubUrl(), random.pick(old)).catch(() => undefined);
    if (fault === 'duplicate') void forward(hubUrl(), passing).catch(() => undefined);
    old.push(passing);
    if (old.length > oldKept) old.shift();
    const sent =
      fault === 'truncate-request' ? { ...passing, body: passing.body.subarray(0, passing.body.length / 2) } : passing;
    const answer = await forward(hubUrl(), sent);
    if (fault === 'drop-answer' || isCut) return void outgoing.destroy();
    write(outgoing, answer, fault === 'truncate-answer');
  }

  async function untilOvertaken(): Promise<void> {
    const passed = new Promise<void>((resolve) => {
      overtaken = resolve;
    });
    await Promise.race([passed, pause(reorderAtMostMs)]);
  }

  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    incoming.on('error', () => undefined);
    carry(incoming, outgoing).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    weather(value) {
      chance = value;
    },
    cut() {
      isCut = true;
      server.closeAllConnections();
    },
    mend() {
      isCut = false;
    },
    met,
    begin(chances) {
      random = chances;
      chance = 0;
      isCut = false;
      old.length = 0;
      for (const fault of wireFaults) met[fault] = 0;
      server.closeAllConnections();
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Sends with the headers as they were, so that a body that was cut short is shorter than its Content-Length says. */
async function forward(hubUrl: string | null, { method, path, headers, body }: Passing): Promise<Answer> {
  if (hubUrl === null) throw new Error('the hub is not there');
  const sent = request(new URL(path, hubUrl), { method, headers: { ...headers, connection: 'close' }, agent: false });
  const isCut = headers['content-length'] !== undefined && Number(headers['content-length']) > body.length;
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  if (isCut) {
    sent.write(body);
    setTimeout(() => sent.destroy(), 20);
  } else {
    sent.end(body);
  }
  const [answer] = await answered;
  return { status: answer.statusCode ?? 502, headers: answer.headers, body: await bodyOf(answer) };
}

function write(outgoing: ServerResponse, { status, headers, body }: Answer, cutShort: boolean): void {
  const { connection: _, 'transfer-encoding': __, ...kept } = headers;
  outgoing.writeHead(status, { ...kept, 'content-length': String(body.length) });
  if (!cutShort) return void outgoing.end(body);
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
