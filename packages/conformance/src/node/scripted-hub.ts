import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  digestChunks,
  digestOfChunks,
  enrolmentRequestSchema,
  fingerprintOf,
  generatePrivateJwk,
  hubPaths,
  learningPath,
  openSigningKey,
  type Problem,
  problemFor,
  problemMediaType,
  protocolLimits,
  publicationsRequestSchema,
  signManifest,
  verifyEnrolmentProof,
} from '@practice-exchange/protocol';
import { must, type Report } from '../report.ts';
import { NodeLog } from './node-log.ts';
import { Observer } from './observer.ts';
import { ReportsOfNode } from './risk-reports.ts';
import { checkToken } from './token.ts';

/** A hub that plays a part: it takes one node through joining and looks at everything that the node sends. */
export type ScriptedHub = {
  readonly url: string;
  readonly invitation: string;
  /** A record that people at the node can read, so that one of them can report it. */
  readonly record: string;
  /** Resolves with what was seen when there is nothing more to see, or when `giveUp` was called. */
  readonly finished: Promise<Report>;
  giveUp(): void;
  close(): Promise<void>;
};

/** It takes less than the protocol allows. */
const limits = { ...protocolLimits, depth: undefined, batchItems: 2, requestBytes: 65_536 };

const notSeen: Readonly<Record<string, string>> = {
  'CHN-3': 'it is about what happens inside the node',
  'KEY-7': 'only what is sent can be seen, and no private key was',
  'LIM-3': 'the node was never asked to wait',
  'PUB-8': 'the node was never told of a gap',
  'RCP-3': 'the node was never given a bad receipt',
  'RSK-1': 'nobody at the node reported a record',
  'RSK-14': 'nobody at the node reported a record',
  'RSK-15': 'nobody at the node reported a record',
  'WIT-8': 'it is about what the node destroys',
};

/**
 * Starts the hub on a port (0: any). It stumbles on purpose: it answers the first batch with 503, breaks its second answer off,
 * asks to wait with 429, claims to have lost what it had, and gives a receipt that another key signed. It ends when the node
 * is live and has asked for risk reports; with `untilReported`, when somebody has reported the record as well.
 */
export async function startScriptedHub({
  port = 0,
  untilReported = false,
}: {
  port?: number;
  untilReported?: boolean;
} = {}): Promise<ScriptedHub> {
  const hub = randomUUID();
  const key = openSigningKey(generatePrivateJwk());
  const invitation = randomBytes(18).toString('base64url');
  const observer = new Observer();
  const log = new NodeLog({ hub, key, observer });
  const end = Promise.withResolvers<void>();
  const reports = new ReportsOfNode(observer, end.resolve);
  let notBefore = 0;
  let batches = 0;

  const answer = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
    const type = status >= 400 ? problemMediaType : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, problem: Problem, headers: Record<string, string> = {}) =>
    answer(response, problem.status, problem, headers);

  type Asked = { url: URL; isForPerson: boolean };
  const handlers: Record<string, (body: string, response: ServerResponse, asked: Asked) => void> = {
    [`GET ${hubPaths.wellKnown}`]: (_body, response) => {
      const { wellKnown: _, ...endpoints } = hubPaths;
      answer(response, 200, {
        hub,
        name: 'Scripted hub of the conformance suite',
        versions: [1],
        vocabulary: '1.0',
        keys: [{ kid: key.kid, key: key.publicJwk }],
        limits,
        endpoints,
      });
    },
    [`POST ${hubPaths.enrolments}`]: (body, response) => {
      const request = enrolmentRequestSchema.safeParse(JSON.parse(body));
      observer.holds(
        'JOI-2',
        'asks to join in the shape of the protocol',
        request.success,
        'it does not fit the schema',
      );
      observer.holds('KEY-7', 'sends no private key', !/"d"\s*:/.test(body), 'it sends a private key');
      if (!request.success) return refuse(response, problemFor('request-invalid'));
      if (request.data.invitation !== invitation) return refuse(response, problemFor('invitation-unknown'));
      observer.see('JOI-4', 'proves that it holds its key', () => verifyEnrolmentProof(request.data, hub));
      observer.holds(
        'ROT-7',
        'has a recovery key of its own',
        request.data.recoveryKey.x !== request.data.publicKey.x,
        'it is the signing key',
      );
      log.enrol(request.data.node, request.data.publicKey);
      answer(response, 200, { ...log.standing(), fingerprint: fingerprintOf(request.data.publicKey) });
    },
    [`GET ${hubPaths.membership}`]: (_body, response) => {
      log.confirm();
      answer(response, 200, log.membership());
    },
    [`GET ${hubPaths.cursor}`]: (_body, response) => answer(response, 200, { next: log.next(), ahead: [] }),
    [`POST ${hubPaths.publications}`]: (body, response) => {
      batches += 1;
      observer.holds('LIM-3', 'waits as long as it is asked to', Date.now() >= notBefore, 'it came back too early');
      const request = publicationsRequestSchema.safeParse(JSON.parse(body));
      observer.holds(
        'PUB-1',
        'sends batches in the shape of the protocol',
        request.success,
        'it does not fit the schema',
      );
      observer.holds(
        'LIM-4',
        'keeps a batch within what the hub takes',
        body.length <= limits.requestBytes && (!request.success || request.data.items.length <= limits.batchItems),
        'it is too large',
      );
      if (!request.success) return refuse(response, problemFor('request-invalid'));
      if (batches === 1 || batches === 4) {
        log.remember(request.data.items);
        notBefore = Date.now() + 2_000;
        return refuse(response, problemFor(batches === 1 ? 'unavailable' : 'too-many-requests'), {
          'retry-after': '2',
        });
      }
      const isLost = batches === 6;
      if (isLost) {
        log.loseLast();
        return refuse(response, problemFor('sequence-gap', { expected: log.next(), index: 0 }));
      }
      const outcome = log.take(request.data.items);
      if (batches === 2) {
        // Half an answer: the node cannot know that its publications were taken.
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"receipts":["');
        response.destroy();
        return;
      }
      if ('problem' in outcome) return refuse(response, outcome.problem);
      answer(response, 200, outcome);
    },
    [`GET ${hubPaths.receipts}`]: (_body, response, { url }) => {
      const after = Number(url.searchParams.get('after') ?? 0);
      answer(response, 200, log.receiptsAfter(after));
    },
    [`GET ${hubPaths.riskReports}`]: (_body, response) => {
      answer(response, 200, reports.list());
      if (log.isLive && !untilReported) end.resolve();
    },
    [`POST ${hubPaths.riskReports}`]: (body, response, { isForPerson }) => {
      const outcome = reports.take(JSON.parse(body), isForPerson);
      if ('report' in outcome) return answer(response, 200, outcome.report);
      const { problem, afterSeconds } = outcome;
      refuse(response, problem, afterSeconds === undefined ? {} : { 'retry-after': String(afterSeconds) });
    },
    [`GET ${learningPath(reports.record)}`]: (_body, response) => answer(response, 200, reports.learning()),
    [`GET ${hubPaths.tombstones}`]: (_body, response) => answer(response, 200, { tombstones: [], next: 0 }),
    [`POST ${hubPaths.manifest}`]: (_body, response) => {
      // A synthetic record is not compared, and there is nothing else.
      const chunks = digestChunks([]);
      const { epoch, seq, hash } = log.head;
      const head = { epoch, seq, hash };
      const draft = { by: 'hub' as const, hub, node: log.node, head, shared: 0, withdrawn: 0 };
      const manifest = signManifest({ ...draft, digest: digestOfChunks(chunks), at: new Date().toISOString() }, key);
      answer(response, 200, { manifest, chunks, standing: 'synchronised' });
    },
  };
  const open = new Set([`GET ${hubPaths.wellKnown}`, `POST ${hubPaths.enrolments}`]);

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const url = new URL(request.url ?? '/', 'http://hub');
      const route = `${request.method} ${url.pathname}`;
      const handle = handlers[route];
      observer.holds('REQ-13', 'puts no words into an address', !/[?&]q=/.test(url.search), 'an address holds words');
      try {
        const isForPerson =
          !open.has(route) && checkToken(observer, { hub, log, request, path: url.pathname, body }).isForPerson;
        if (handle) handle(body.toString('utf8'), response, { url, isForPerson });
        else refuse(response, problemFor('not-found'));
      } catch (error) {
        observer.see('ERR-2', 'sends what can be read', () => must(false, String(error)));
        refuse(response, problemFor('request-invalid'));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    invitation,
    record: reports.record,
    finished: end.promise.then(() => {
      observer.holds('JOI-11', 'takes a synthetic record through the conformance run', log.isLive, 'it did not');
      return observer.report(notSeen);
    }),
    giveUp: () => end.resolve(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
