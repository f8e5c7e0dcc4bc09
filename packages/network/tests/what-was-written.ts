import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { format } from 'node:util';
import { Redis } from 'ioredis';
import { vi } from 'vitest';

/** What was written from the start of listening on, by where. */
export type Overheard = {
  /** Every address that the hub was asked. */
  readonly askedOfHub: string[];
  readonly printed: string[];
  /** Every command that Redis was given, with its keys and values. */
  readonly toldToRedis: string[];
  stop(): Promise<void>;
};

/** Listens to the addresses that a host is asked in this process, to what the process prints, and to a Redis. */
export async function overhear(hubUrl: () => string, redisUrl: string | undefined): Promise<Overheard> {
  const askedOfHub: string[] = [];
  const printed: string[] = [];
  const toldToRedis: string[] = [];
  const hear = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (request.headers.host === new URL(hubUrl()).host) askedOfHub.push(request.url ?? '');
  };
  subscribe('http.server.request.start', hear);
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(format(...words)));
  }
  const restore = (['stdout', 'stderr'] as const).map((stream) => {
    const { write } = process[stream];
    process[stream].write = ((chunk: Uint8Array | string, ...rest: never[]) => {
      printed.push(String(chunk));
      return write.call(process[stream], chunk, ...rest);
    }) as typeof write;
    return () => {
      process[stream].write = write;
    };
  });
  const monitor = redisUrl === undefined ? null : await monitorOf(redisUrl, (line) => void toldToRedis.push(line));
  return {
    askedOfHub,
    printed,
    toldToRedis,
    async stop() {
      unsubscribe('http.server.request.start', hear);
      vi.restoreAllMocks();
      for (const put of restore) put();
      monitor?.destroy();
    },
  };
}

/** Hears every command that a Redis is given, a line each. Over a bare connection: a client's may take a line for an answer of its own. */
async function monitorOf(redisUrl: string, hear: (line: string) => void): Promise<Socket> {
  const { hostname, port } = new URL(redisUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  const lines = createInterface({ input: socket });
  socket.write('MONITOR\r\n');
  await once(lines, 'line');
  lines.on('line', hear);
  return socket;
}

/** Has a Redis write all that it holds into its directory, uncompressed, so that it can be read as any other file. */
export async function writeDown(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    await redis.config('SET', 'rdbcompression', 'no');
    await redis.save();
  } finally {
    redis.disconnect();
  }
}

/** Which of the words are in which files of a folder, in any case of letters: "word in file". */
export async function wordsInFiles(words: readonly string[], folder: string): Promise<string[]> {
  const found = new Set<string>();
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    // What ends one piece begins the next, so that no word is cut in two.
    let end = '';
    for await (const chunk of createReadStream(path, 'latin1')) {
      for (const word of wordsIn(words, `${end}${chunk}`)) found.add(`${word} in ${path.slice(folder.length)}`);
      end = String(chunk).slice(-30);
    }
  }
  return [...found];
}

/** Which of the words a text holds, in any case of letters, given in small ones. A word has nothing that a regular expression reads otherwise. */
export function wordsIn(words: readonly string[], text: string): string[] {
  const held = text.match(new RegExp(words.join('|'), 'gi')) ?? [];
  return [...new Set(held.map((word) => word.toLowerCase()))];
}
