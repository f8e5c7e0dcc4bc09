import { newId } from '@practice-exchange/platform';
import {
  hubPaths,
  type OnBehalfOf,
  type PublicationIntent,
  type PublicationItem,
  sealPublication,
  sha256,
  signRequestToken,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { DemoSignIn, type Role, savePeople } from '@practice-exchange/web';
import { postForm, signInAs } from '@practice-exchange/web/testing';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hubApp } from '../src/app.ts';
import { paths } from '../src/paths.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const staff: { id: string; name: string; roles: Role[] }[] = [
  { id: 'op', name: 'Operator', roles: ['operator'] },
  { id: 'analyst', name: 'Analyst', roles: ['analyst'] },
];

/** Words that only the record holds: in its title, in its text, and one that is found by a misspelling of it. */
const words = ['Kaleidoscope', 'quixotic', 'perambulation'] as const;
const isShown = (answer: string) => words.some((word) => answer.toLowerCase().includes(word.toLowerCase()));

type Route = { method: 'GET' | 'POST'; address: string };
type Reader = 'its owner' | 'another authority';

describe('once a record is withdrawn', { timeout: 120_000 }, () => {
  let test: TestHub;
  let app: FastifyInstance;
  let members: Record<Reader, TestMember>;
  let routes: Route[];
  let item: PublicationItem;
  let engineReturns: () => void;
  const record = newId();
  const report = newId();
  const twin = newId();
  const before = new Map<string, unknown>();

  beforeAll(async () => {
    test = await startTestHub();
    const people = staff.map((each) => ({ ...each, title: each.name, description: each.name }));
    app = await hubApp(test.hub.context, new DemoSignIn({ production: false, people }));
    await savePeople(
      test.hub.context.database as never,
      staff.map(({ id, name, roles }) => ({ subject: id, name, jobTitle: name, roles })),
    );
    routes = routesOf(app.printRoutes({ commonPrefix: false }));
    members = { 'its owner': await test.enrol(), 'another authority': await test.enrol({ region: 'south-west' }) };
    const owner = members['its owner'];
    const codes = { interventions: ['mentoring'], setting: 'community', outcome: 'escalated' } as const;
    const publish = (id: string, changes: object): PublicationIntent => ({
      ...{ op: 'publish', record: id, audience: wholeNetwork },
      body: exampleLearning(changes),
    });
    let { head } = owner;
    const send = async (intent: PublicationIntent) => {
      const sealed = sealPublication(head, intent, { key: owner.key, created: new Date().toISOString() });
      head = sealed.head;
      await owner.client.publish([sealed.item]);
      return sealed.item;
    };
    await send(publish(twin, { title: 'The visit that stays' }));
    await test.hub.context.jobs.drain();
    for (const [reader, question, answer] of await askReaders()) before.set(`${reader}: ${question}`, answer);
    item = await send(
      publish(record, {
        title: `${words[0]} and the visit that goes`,
        situation: `A ${words[1]} visit was made.`,
        whatWorked: `A ${words[2]} in the park, before anything was asked.`,
        ...codes,
      }),
    );
    await test.hub.context.jobs.drain();
    const shown = (await askReaders()).filter(([, , answer]) => isShown(JSON.stringify(answer)));
    // Else nothing would be proved by its absence.
    expect(shown.length).toBeGreaterThan(8);
    await members['another authority'].client.reportRisk({
      ...{ id: report, record, how: 'known-locally' },
      says: `Everybody here knows the ${words[0]}, and the ${words[1]} visit.`,
    });
    expect(JSON.stringify(await owner.client.riskReports())).toContain(words[0]);
    // The engine goes on holding it until it is said otherwise.
    const { index } = test.hub.context;
    const remove = index.remove.bind(index);
    index.remove = async () => {
      throw new Error('the engine is away');
    };
    engineReturns = () => {
      index.remove = remove;
    };
    await send({ op: 'withdraw', record, revision: 2 });
  });
  afterAll(async () => {
    await app.close();
    await test.stop();
  });

  /** What a reader may ask so that a record is found, counted, suggested or named: the answer must be that of a hub without it. */
  const questions: readonly { path: string; body: object }[] = [
    ...[
      ...words.map((q) => ({ q })),
      ...['kaleidoskope', 'quixotik', `"${words[2]}"`, 'visit', ''].map((q) => ({ q })),
      { q: '', sort: 'newest' },
      { q: 'visit', page: 2 },
      { q: 'visit', favour: 'like-mine' },
      { q: '', filters: { setting: ['community'] } },
      { q: words[0], filters: { outcome: ['escalated'], likeMine: true } },
    ].flatMap((body) => [
      { path: hubPaths.search, body },
      ...('sort' in body || 'page' in body ? [] : [{ path: hubPaths.whatWasDone, body }]),
    ]),
    { path: hubPaths.anonymityCounts, body: { codes: { setting: ['community'] } } },
  ];

  async function askReaders() {
    const answers: [Reader, string, unknown][] = [];
    for (const reader of Object.keys(members) as Reader[]) {
      for (const { path, body } of questions) {
        const answer = await ask(members[reader], { method: 'POST', address: path }, body);
        expect(answer.status, `${path} ${JSON.stringify(body)}: ${answer.text}`).toBe(200);
        answers.push([reader, `${path} ${JSON.stringify(body)}`, JSON.parse(answer.text)]);
      }
      for (const path of [hubPaths.learning.replace(':id', twin), hubPaths.directory]) {
        const answer = await ask(members[reader], { method: 'GET', address: path });
        answers.push([reader, path, JSON.parse(answer.text)]);
      }
    }
    return answers;
  }

  /** One request of a node, on behalf of a person where the hub asks for one. */
  async function ask(member: TestMember, { method, address }: Route, body?: object) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const iat = Math.floor(Date.now() / 1000);
    const [path = ''] = address.split('?');
    const token = await signRequestToken(
      {
        ...{ iss: member.node, aud: test.hub.context.hub.id, iat, exp: iat + 60, jti: newId() },
        ...{ method, path, body: sha256(text), sub: person.subject, role: person.role },
      },
      member.key,
    );
    const headers = { authorization: `Bearer ${token}`, ...(text ? { 'content-type': 'application/json' } : {}) };
    const answer = await fetch(`${test.url}${address}`, { method, headers, ...(text ? { body: text } : {}) });
    return { status: answer.status, text: await answer.text() };
  }

  /** What each address that takes something is sent, so that it would show the record if it could. */
  const sent: Readonly<Record<string, () => object>> = {
    [hubPaths.search]: () => ({ q: words[0] }),
    [hubPaths.whatWasDone]: () => ({ q: words[0] }),
    [hubPaths.anonymityCounts]: () => ({ codes: { setting: ['community'] } }),
    [hubPaths.publications]: () => ({ items: [item] }),
    [hubPaths.repairs]: () => ({ items: [item] }),
    [hubPaths.withdrawals]: () => ({ envelope: item.envelope }),
    [hubPaths.tombstonesConfirmed]: () => ({ upTo: 0 }),
    [hubPaths.enrolments]: () => ({ record }),
    [hubPaths.keyRetirements]: () => ({ kid: record }),
    [hubPaths.keyRecoveries]: () => ({ node: record }),
    [hubPaths.manifest]: () => ({ manifest: record }),
    [hubPaths.epochs]: () => ({ request: record }),
    [hubPaths.riskReports]: () => ({ id: newId(), record, how: 'other', says: 'Is it there still?' }),
    [hubPaths.riskReportAnswer]: () => ({ says: 'It stays as it is.' }),
  };

  // Hidden by the commit, while the index holds it still; and once every copy is destroyed.
  describe.each([['before its copies are destroyed'], ['after that']])('%s', (when) => {
    beforeAll(async () => {
      if (when === 'before its copies are destroyed') return;
      engineReturns();
      await test.hub.context.jobs.drain();
    });

    it('WIT-1, AUD-5: every answer to a reader is that of a hub that never had it', async () => {
      for (const [reader, question, answer] of await askReaders()) {
        expect(answer, `${reader}: ${question}`).toEqual(before.get(`${reader}: ${question}`));
      }
    });

    it('WIT-1, WIT-3, MAN-9: no address of a node shows a word of it, whatever is sent there', async () => {
      const asked = routes.filter(({ address }) => address.startsWith('/api/v1/') && isOfNodes(address));
      expect(asked.map(({ address }) => address)).toEqual(expect.arrayContaining(Object.values(hubPaths).slice(1)));
      for (const member of Object.values(members)) {
        for (const route of asked) {
          const id = route.address === hubPaths.riskReportAnswer ? report : record;
          const address = route.address.replace(':id', id).replace(':chunk', record.slice(-2));
          const body = route.method === 'POST' ? sent[route.address]?.() : undefined;
          // A new address that takes something has to say above what it is sent.
          expect(route.method === 'POST' && body === undefined, route.address).toBe(false);
          const answer = await ask(member, { ...route, address }, body);
          expect(answer.status, address).toBeLessThan(500);
          expect(isShown(answer.text), `${route.method} ${address}: ${answer.text}`).toBe(false);
          // A body travels as bytes: those of what remains are read, too.
          for (const [, bytes = ''] of answer.text.matchAll(/"body":"([\w-]+)"/g)) {
            expect(isShown(Buffer.from(bytes, 'base64url').toString('utf8')), address).toBe(false);
          }
        }
        const { status } = await ask(member, { method: 'GET', address: hubPaths.learning.replace(':id', record) });
        expect(status).toBe(410);
      }
    });

    it('WIT-3: no page or form of the hub shows a word of it to anybody who works there', async () => {
      const pages = routes.filter(({ address }) => !isOfNodes(address));
      expect(pages.filter(({ method }) => method === 'GET').length).toBeGreaterThan(15);
      expect(pages.filter(({ method }) => method === 'POST').length).toBeGreaterThan(8);
      for (const { id } of staff) {
        const session = await signInAs(app, id);
        for (const { method, address } of pages.filter((page) => page.address !== '/sign-out')) {
          const filled = address === paths.riskReport ? report : record;
          const url = address.replaceAll(/:\w+/g, (name) => (name === ':theme' ? 'ownership-and-consensus' : filled));
          const fields = { id: record, record, node: record, reason: 'It is asked for.' };
          const answer =
            method === 'GET'
              ? await app.inject({ method, url: `${url}?record=${record}`, cookies: session.cookies })
              : await postForm(session, url, fields);
          expect(answer.statusCode, `${method} ${url}`).toBeLessThan(500);
          expect(isShown(answer.body), `${method} ${url}`).toBe(false);
        }
      }
    });
  });
});

const ofNodes = new Set<string>(Object.values(hubPaths));
const isOfNodes = (address: string) => ofNodes.has(address);

/** The addresses of a printed route tree, with their parameters as they are declared. */
function routesOf(tree: string): Route[] {
  const path: string[] = [];
  const routes = new Map<string, Route>();
  for (const line of tree.split('\n')) {
    const match = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (!match) continue;
    const depth = (match[1] ?? '').length / 4;
    path.length = depth;
    path[depth] = match[2] ?? '';
    const address = path.join('');
    if (address.includes('*')) continue;
    for (const method of ['GET', 'POST'] as const) {
      if (match[3]?.split(', ').includes(method)) routes.set(`${method} ${address}`, { method, address });
    }
  }
  return [...routes.values()];
}
