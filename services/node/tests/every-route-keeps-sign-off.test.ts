import diagnosticsChannel from 'node:diagnostics_channel';
import type { Access, Role } from '@practice-exchange/web';
import { type FormSession, openForm, postForm } from '@practice-exchange/web/testing';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addToDenyList } from '../src/features/anonymisation/deny-list.ts';
import { publishReview } from '../src/features/publishing/publishing.ts';
import { answerIntruderQuestion, decide, sendForReading } from '../src/features/signing-off/signing-off.ts';
import { cleanRecord, type GuardedNode, type StaffName, startGuardedNode } from './guarded-node.ts';

type Route = { readonly method: string; readonly url: string; readonly access: Access };

const rolesOf = {
  author: ['author'],
  colleague: ['author'],
  reader: ['reviewer'],
  publisher: ['publisher'],
  both: ['author', 'reviewer', 'publisher', 'lead'],
  practitioner: ['practitioner'],
} as const satisfies Record<StaffName, readonly Role[]>;

let node: GuardedNode;
let routes: Route[];
const sessions = new Map<StaffName, { session: FormSession; token: string | null }>();

beforeAll(async () => {
  node = await startGuardedNode();
  routes = await routesOf(() => node.openApp());
  for (const who of Object.keys(rolesOf) as StaffName[]) {
    const session = await node.signIn(who);
    sessions.set(who, { session, token: (await openForm(session, '/')).token });
  }
});
afterAll(() => node.stop());

/** Every route that the node registers, with who may use it: from Fastify itself, so that none can be forgotten. */
async function routesOf(open: () => Promise<FastifyInstance>): Promise<Route[]> {
  const found: Route[] = [];
  const onStart = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route: RouteOptions) => {
      for (const method of [route.method].flat()) {
        if (method !== 'HEAD') found.push({ method, url: route.url, access: route.config?.access ?? 'public' });
      }
    });
  diagnosticsChannel.subscribe('fastify.initialization', onStart);
  try {
    await open();
  } finally {
    diagnosticsChannel.unsubscribe('fastify.initialization', onStart);
  }
  return found;
}

/** Everything of a review that an attempt could change. */
async function stateOf(id: string) {
  const rows = await Promise.all(
    ['case_review', 'edition', 'sign_off', 'second_reading', 'deny_entry', 'refused_suggestion', 'publication'].map(
      (table) =>
        sql<Record<string, unknown>>`select to_jsonb(t) as row from ${sql.table(table)} t
          where t.${sql.ref(table === 'case_review' ? 'id' : 'review')} = ${id} order by to_jsonb(t)::text`.execute(
          node.database.db,
        ),
    ),
  );
  const trail = await node.database.db
    .selectFrom('audit_entry')
    .selectAll()
    .where('subject', '=', id)
    .orderBy('id')
    .execute();
  return { rows: rows.map((result) => result.rows), trail };
}

/** A form that fits every route of a review, as far as one can. */
function everything(edition: { contentHash: string }): Record<string, string> {
  return {
    contentHash: edition.contentHash,
    answer: 'nobody',
    reason: 'Please change it.',
    version: '1',
    basis: 'made-up',
    situation: 'Another text.',
    decide: 'refuse themes partner-agencies',
    value: 'Kayleigh Popescu',
    kind: 'person',
    entry: '00000000-0000-4000-8000-000000000000',
    entity: 'small-group',
    mention: 'all',
    field: 'sex',
    audience: 'network',
    'text-0': 'Another text.',
    'into-0': 'situation',
    confirm: 'yes',
  };
}

function addressOf(url: string, id: string): string {
  return url
    .replace(':id', id)
    .replace(':section', 'situation')
    .replace(':number', '1')
    .replaceAll(/:[a-z]+/gi, '1')
    .replace('*', '');
}

async function ask(who: StaffName, { method, url }: Route, id: string, form: Record<string, string>) {
  const person = sessions.get(who);
  if (!person) throw new Error(`${who} is not signed in`);
  const address = addressOf(url, id);
  return method === 'GET'
    ? (await openForm(person.session, address)).answer
    : postForm(person.session, address, form, person.token);
}

const isOfReview = ({ url }: Route) => url.startsWith('/reviews/:id');
const changes = ({ method }: Route) => method !== 'GET';

describe('every route', () => {
  it('is known here, from the table of the application itself', () => {
    expect(routes.filter((route) => isOfReview(route) && changes(route)).length).toBeGreaterThanOrEqual(15);
    // Whoever neither writes, reads for others, publishes nor answers for what is shared has no business with a case review.
    const staff: readonly Role[] = ['author', 'reviewer', 'publisher', 'lead'];
    expect(
      routes.filter(
        ({ access, ...route }) =>
          isOfReview({ access, ...route }) &&
          !(typeof access === 'object' && access.roles.every((role) => staff.includes(role))),
      ),
    ).toEqual([]);
    // What anyone may send without signing in starts or ends a session, and nothing else.
    expect(
      routes.filter(
        (route) => changes(route) && route.access === 'public' && !/^\/(?:sign-in|sign-out|session)/.test(route.url),
      ),
    ).toEqual([]);
  });

  it('refuses whoever lacks its role, in words, and changes nothing', async () => {
    const { id, edition } = await node.approve();
    const before = await stateOf(id);
    const answered: string[] = [];
    for (const route of routes.filter(isOfReview)) {
      const { access } = route;
      expect(typeof access, `${route.method} ${route.url} names roles`).toBe('object');
      for (const who of Object.keys(rolesOf) as StaffName[]) {
        const roles: readonly Role[] = rolesOf[who];
        if (typeof access === 'object' && access.roles.some((role) => roles.includes(role))) continue;
        const { statusCode } = await ask(who, route, id, everything(edition));
        if (statusCode !== 403) answered.push(`${who}: ${route.method} ${route.url} was answered ${statusCode}`);
      }
    }
    expect(answered).toEqual([]);
    expect(await stateOf(id)).toEqual(before);
  });

  it('gives a review of somebody else to no other author to change', async () => {
    const { id, edition } = await node.sendForReading();
    const before = await stateOf(id);
    const authorsOnly = routes.filter(
      ({ access, ...route }) =>
        isOfReview({ access, ...route }) && typeof access === 'object' && access.roles.join() === 'author',
    );
    expect(authorsOnly.length).toBeGreaterThan(10);
    for (const route of authorsOnly) await ask('colleague', route, id, everything(edition));
    expect(await stateOf(id)).toEqual(before);
  });

  it('lets nobody be the second person of their own text, whatever is sent to whatever route', async () => {
    const id = await node.begin(cleanRecord, node.people.both);
    await sendForReading(node.context, node.people.both, id);
    const form = everything(await node.editionOf(id));
    for (const route of routes.filter((candidate) => isOfReview(candidate) && changes(candidate))) {
      await ask('both', route, id, form);
    }
    const { db } = node.database;
    expect(await db.selectFrom('second_reading').selectAll().where('review', '=', id).execute()).toEqual([]);
    const signed = await db.selectFrom('sign_off').select('part').where('review', '=', id).execute();
    expect(signed.map(({ part }) => part)).not.toContain('second-person');
    const review = await db.selectFrom('case_review').select('state').where('id', '=', id).executeTakeFirstOrThrow();
    expect(['approved', 'published']).not.toContain(review.state);
    expect(await db.selectFrom('publication').selectAll().where('review', '=', id).execute()).toEqual([]);
  });

  it('publishes nothing that is not approved as it is', async () => {
    const { people, context } = node;
    const approved = await node.approve();
    await addToDenyList(context, people.author, approved.id, { kind: 'person', value: 'Kayleigh Popescu' });
    const returned = await node.sendForReading();
    const { contentHash } = returned.edition;
    await answerIntruderQuestion(context, people.reader, { id: returned.id, contentHash, answer: 'nobody' });
    await decide(context, people.reader, { id: returned.id, contentHash, approve: false, reason: 'Shorter, please.' });
    for (const id of [await node.begin(), (await node.sendForReading()).id, approved.id, returned.id]) {
      const before = await stateOf(id);
      for (const route of routes.filter(
        ({ url, ...rest }) => changes({ url, ...rest }) && isOfReview({ url, ...rest }),
      )) {
        if (route.url.endsWith('/publish')) await ask('publisher', route, id, everything({ contentHash }));
      }
      expect(await stateOf(id)).toEqual(before);
    }
  });
});

describe('a step that cannot be written in the audit trail', () => {
  it('is not taken, whichever it is', async () => {
    const { context, people, database } = node;
    const draft = await node.begin();
    const { id: sent, edition } = await node.sendForReading();
    const { contentHash } = edition;
    const { id: answered, edition: answeredEdition } = await node.sendForReading();
    await answerIntruderQuestion(context, people.reader, {
      id: answered,
      contentHash: answeredEdition.contentHash,
      answer: 'nobody',
    });
    const { id: approved } = await node.approve();
    const given = { id: answered, contentHash: answeredEdition.contentHash };
    const steps: [string, () => Promise<unknown>][] = [
      [draft, () => sendForReading(context, people.author, draft)],
      [draft, () => addToDenyList(context, people.author, draft, { kind: 'person', value: 'Kayleigh' })],
      [sent, () => answerIntruderQuestion(context, people.reader, { id: sent, contentHash, answer: 'nobody' })],
      [answered, () => decide(context, people.reader, { ...given, approve: true })],
      [answered, () => decide(context, people.reader, { ...given, approve: false, reason: 'Shorter.' })],
      [approved, () => publishReview(context, people.publisher, approved)],
    ];
    await sql`alter table audit_entry add constraint none_for_now check (false) not valid`.execute(database.db);
    try {
      for (const [id, step] of steps) {
        const before = await stateOf(id);
        await expect(step()).rejects.toThrow(/none_for_now/);
        expect(await stateOf(id)).toEqual(before);
      }
      // And over every route that an author, a reader or a publisher has: an answer of 5xx or a refusal, and no change.
      for (const id of [draft, sent, answered, approved]) {
        const before = await stateOf(id);
        for (const route of routes.filter((candidate) => isOfReview(candidate) && changes(candidate))) {
          for (const who of ['author', 'reader', 'publisher'] as const) {
            await ask(who, route, id, {
              ...everything(id === answered ? answeredEdition : edition),
              choice: 'typed',
              resolves: 'conflict',
            });
          }
        }
        expect(await stateOf(id)).toEqual(before);
      }
    } finally {
      await sql`alter table audit_entry drop constraint none_for_now`.execute(database.db);
    }
  });
});
