import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { createLogger, newId } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import { type LearningRecord, splitRecord, wholeNetwork } from '@practice-exchange/protocol';
import { DemoSignIn, type Person, type Role, savePeople } from '@practice-exchange/web';
import { type FormSession, signInAs } from '@practice-exchange/web/testing';
import type { FastifyInstance } from 'fastify';
import { createNodeContext, type NodeContext } from '../src/context.ts';
import { checkDrafts } from '../src/features/anonymisation/checking.ts';
import { beginReview } from '../src/features/reviews/reviews.ts';
import {
  answerIntruderQuestion,
  decide,
  editionToRead,
  sendForReading,
} from '../src/features/signing-off/signing-off.ts';
import { migrations } from '../src/schema/migrations/migrations.ts';
import type { NodeSchema } from '../src/schema/node-schema.ts';

const staff = {
  author: ['author'],
  colleague: ['author'],
  reader: ['reviewer'],
  publisher: ['publisher'],
  both: ['author', 'reviewer', 'publisher', 'lead'],
  practitioner: ['practitioner'],
} as const satisfies Record<string, readonly Role[]>;

export type StaffName = keyof typeof staff;

/** A node on a database of its own, with a stand-in for the hub that remembers what it was sent. */
export type GuardedNode = Awaited<ReturnType<typeof startGuardedNode>>;

/** A text that the guard lets through, complete. */
export const cleanRecord: LearningRecord = {
  title: 'Explaining why we came',
  summary: 'A parent refused every visit until somebody explained what would be written down.',
  situation: 'The child repeated slogans from videos. The parent said that nobody had explained why we came.',
  response: 'A worker and a teacher met the parent away from the home and explained what would be recorded.',
  whatHappened: 'The parent agreed to a visit. No further concern was found.',
  whatWorked: 'A plain explanation and one named contact.',
  whatDidNot: 'Letters in formal language.',
  learningPoints: ['Explain first, ask second.', 'Meet where the family feels at ease.'],
  nextTime: 'We would ring before we write.',
  themes: ['families-and-communities'],
  concernCategories: ['extreme-right-wing'],
  referralSource: 'school',
  agencies: ['childrens-social-care', 'school'],
  thresholdDecision: 'early-help',
  interventions: ['whole-family-work'],
  familyEngagementStart: 'refused',
  familyEngagementEnd: 'cooperative',
  legitimacyChallenges: ['parent-carer'],
  outcome: 'no-concern-found',
  ageBand: '13-to-15',
  sex: 'male',
  setting: 'secondary-school',
  region: 'london',
  period: '2025-Q1',
};

export async function startGuardedNode() {
  const { database, url: databaseUrl, drop } = await testDatabase<NodeSchema>({ template: 'node', migrations });
  const logLines: string[] = [];
  const log = createLogger({
    name: 'node',
    level: 'trace',
    destination: new Writable({
      write(chunk, _encoding, done) {
        logLines.push(String(chunk));
        done();
      },
    }),
  });
  const sent: { url: string; body: string }[] = [];
  let sharing = 0;
  const hub = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      sent.push({ url: request.url ?? '', body: Buffer.concat(chunks).toString('utf8') });
      const counts = request.url?.endsWith('/anonymity-counts');
      response.writeHead(counts ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(counts ? { count: sharing } : {}));
    });
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  const hubUrl = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  const context: NodeContext = await createNodeContext(
    {
      id: 'node-test',
      production: false,
      demo: true,
      url: 'http://node.test',
      hubUrl,
      listen: { host: '127.0.0.1', port: 0 },
      authority: {
        name: 'Test Borough Council',
        onsCode: 'E99000009',
        region: 'london',
        type: 'london-borough',
        childPopulation: 50_000,
      },
      databaseUrl,
      redisUrl: null,
      secret: 'a secret that only this test knows, and nobody else',
      logLevel: 'trace',
    },
    log,
  );
  await savePeople(
    database as never,
    Object.entries(staff).map(([subject, roles]) => ({ subject, name: `The ${subject}`, jobTitle: subject, roles })),
  );
  const rows = await database.db.selectFrom('person').select(['id', 'subject', 'name', 'roles']).execute();
  const people = Object.fromEntries(
    rows.map(({ id, subject, name, roles }) => [subject, { id, name, roles: roles as Role[] }]),
  ) as unknown as Record<StaffName, Person>;
  await database.db
    .insertInto('membership')
    .values({
      node: newId(),
      authority: newId(),
      hub_id: newId(),
      hub_url: hubUrl,
      hub_keys: JSON.stringify([]),
      epoch: 1,
      state: 'live',
      may_publish: true,
      is_served: true,
      live_at: new Date(),
    })
    .execute();
  for (const job of ['deliver', 'fetch-receipts', 'withdraw-ahead', 'send-risk-reports'])
    context.jobs.define(job, async () => undefined);
  context.jobs.define('check-anonymity', () => checkDrafts(context));
  await context.jobs.start();
  let app: FastifyInstance | null = null;
  let url = '';
  const openApp = async () => {
    if (app) return app;
    const { nodeApp } = await import('../src/app.ts');
    app = await nodeApp(context, demoSignIn());
    await app.ready();
    return app;
  };

  const signOff = async (id: string, contentHash: string) => {
    await answerIntruderQuestion(context, people.reader, { id, contentHash, answer: 'nobody' });
    await decide(context, people.reader, { id, contentHash, approve: true });
  };

  return {
    context,
    openApp,
    database,
    people,
    logLines,
    /** Everything that left this node over HTTP. */
    sent,
    /** How many records the hub says share codes, from now on. */
    hubCounts(count: number) {
      sharing = count;
    },
    /** The address of the node's pages, for a browser. */
    async listen(): Promise<string> {
      if (url === '') url = await (await openApp()).listen({ host: '127.0.0.1', port: 0 });
      return url;
    },
    signIn: (who: StaffName): Promise<FormSession> => openApp().then((opened) => signInAs(opened, who)),
    begin: (record: LearningRecord = cleanRecord, author: Person = people.author) =>
      beginReview(context, author, workingFrom(record)),
    editionOf: (id: string) => editionToRead(context, id),
    async sendForReading(record: LearningRecord = cleanRecord) {
      const id = await beginReview(context, people.author, workingFrom(record));
      await sendForReading(context, people.author, id);
      return { id, edition: await editionToRead(context, id) };
    },
    async approve(record: LearningRecord = cleanRecord) {
      const { id, edition } = await this.sendForReading(record);
      await signOff(id, edition.contentHash);
      return { id, edition };
    },
    /** Has a review that was changed since read and approved again. */
    async signOffAgain(id: string) {
      await sendForReading(context, people.author, id);
      await signOff(id, (await editionToRead(context, id)).contentHash);
    },
    async stop() {
      await app?.close();
      await context.close();
      await new Promise((resolve) => hub.close(resolve));
      await drop();
    },
  };
}

function demoSignIn(): DemoSignIn {
  return new DemoSignIn({
    production: false,
    people: Object.entries(staff).map(([id, roles]) => ({ id, name: `The ${id}`, roles, title: id, description: id })),
  });
}

/** A record as its author would have it in the working text. */
export function workingFrom(record: LearningRecord) {
  return { ...splitRecord(record), audience: wholeNetwork };
}
