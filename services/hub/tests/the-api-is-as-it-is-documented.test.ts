import { newId } from '@practice-exchange/platform';
import { DemoSignIn, type Person } from '@practice-exchange/web';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hubApp } from '../src/app.ts';
import { approveRelease, prepareRelease } from '../src/features/releases/releases.ts';
import { findRelease } from '../src/features/releases/store.ts';
import { exampleReturn } from '../src/testing/example-return.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub } from '../src/testing/test-hub.ts';

type Content = Record<string, { schema: object }>;
type Operation = {
  tags?: string[];
  summary?: string;
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description: string; content?: Content }>;
};
type Description = { openapi: string; paths: Record<string, Record<string, Operation>> };

const quarter = '2026-Q1';
const people = ['ann', 'ben'].map((id) => ({ id, name: id, roles: ['analyst' as const] }));
// Formats are for readers: what a download holds is tested where it is made.
const ajv = new Ajv({ strict: true, formats: { binary: true } });

/** Method and path of every route, read from the tree that the router prints. HEAD follows GET. */
function routesOf(tree: string): string[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', segment, methods = ''] = /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \(([^)]*)\))?/.exec(line) ?? [];
    if (segment === undefined) return [];
    const depth = indent.length / 4;
    parents.splice(depth, Number.POSITIVE_INFINITY, segment);
    const path = parents.join('');
    return methods
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD')
      .map((method) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  });
}

describe('the OpenAPI document that is served', () => {
  let test: TestHub;
  let description: Description;
  const statistics = () =>
    Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        operation.tags?.includes('National statistics') ? [{ path, method, operation }] : [],
      ),
    );

  beforeAll(async () => {
    test = await startTestHub({ statisticsArePublic: true }, people);
    for (const referrals of [40, 44, 48]) {
      const log = publishAs(test, await test.enrol());
      await log.publish({ op: 'return', record: newId(), revision: 1, body: exampleReturn(quarter, referrals) });
    }
    const { context } = test.hub;
    const rows = await context.database.db
      .selectFrom('person')
      .select(['id', 'name', 'roles'])
      .orderBy('name')
      .execute();
    const [ann, ben] = rows as unknown as [Person, Person];
    // The second is a correction, so that a note is answered as well.
    for (const note of ['', 'One authority had counted a case twice.']) {
      const id = await prepareRelease(context, ann, { quarter, note });
      await context.jobs.drain();
      const draft = await findRelease(context.database, id);
      await approveRelease(context, ben, { id, contentHash: draft?.content_hash ?? '', auditNote: 'A test' });
    }
    description = (await (await fetch(`${test.url}/openapi.json`)).json()) as Description;
  }, 120_000);
  afterAll(() => test.stop());

  /** Asks an address of the document with these values in it, and holds the answer against the document. */
  async function ask(path: string, values: Record<string, string>) {
    const operation = description.paths[path]?.get;
    const address = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(values[name] ?? ''));
    const answer = await fetch(`${test.url}${address}`);
    const [mediaType = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const { responses = {} } = operation ?? {};
    const said = responses[answer.status] ?? responses[`${Math.floor(answer.status / 100)}XX`];
    const schema = said?.content?.[mediaType]?.schema;
    if (schema === undefined) throw new Error(`${address}: ${answer.status} as ${mediaType} is not documented`);
    const body = /json/.test(mediaType) ? await answer.json() : await answer.text();
    const fits = ajv.compile(schema);
    expect(fits(body), `${address}: ${ajv.errorsText(fits.errors)}`).toBe(true);
    return { status: answer.status, body: body as never };
  }

  it('names every address of the API that is served, and no other', async () => {
    const app = await hubApp(test.hub.context, new DemoSignIn({ people: [], production: false }));
    try {
      await app.ready();
      const served = routesOf(app.printRoutes({ commonPrefix: false })).filter((route) => route.includes(' /api/v1/'));
      const documented = Object.entries(description.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      expect(served.length).toBeGreaterThan(25);
      expect(documented.filter((route) => route.includes(' /api/v1/')).sort()).toEqual(served.sort());
    } finally {
      await app.close();
    }
  });

  it('says of every address of the statistics what it is for, what it takes and what it answers', () => {
    expect(statistics().map(({ path, method }) => `${method} ${path}`)).toHaveLength(9);
    for (const { path, method, operation } of statistics()) {
      expect(method).toBe('get');
      expect(operation.summary, path).toMatch(/^[A-Z]/);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation.parameters?.map(({ name }) => name) ?? [], path).toEqual(named);
      for (const [status, { content }] of Object.entries(operation.responses))
        expect(Object.keys(content ?? {}), `${path} ${status}`).not.toEqual([]);
    }
  });

  it('is kept to by every answer of the statistics, for every release and every table of it', {
    timeout: 60_000,
  }, async () => {
    type Release = { name: string; note: string | null };
    const { releases } = (await ask('/api/v1/releases', {})).body as { releases: Release[] };
    expect(releases.map(({ name, note }) => [name, note !== null])).toEqual([
      [`${quarter}-v2`, true],
      [`${quarter}-v1`, false],
    ]);
    const asked = new Set<string>();
    const tell = async (path: string, values: Record<string, string> = {}) => {
      asked.add(path);
      const { status, body } = await ask(path, values);
      expect(status, path).toBe(200);
      return body;
    };
    await tell('/api/v1/releases');
    await tell('/api/v1/changes');
    await tell('/api/v1/tables');
    for (const release of [quarter, ...releases.map(({ name }) => name)]) {
      const { tables } = (await tell('/api/v1/releases/{release}', { release })) as { tables: { permalink: string }[] };
      expect(tables.length).toBeGreaterThanOrEqual(25);
      await tell('/api/v1/releases/{release}/tables.ods', { release });
      if (release === quarter) continue;
      for (const { permalink } of tables) {
        const table = (await tell('/api/v1/tables/{permalink}', { permalink })) as { cells: unknown[] };
        const csv = (await tell('/api/v1/tables/{permalink}/data.csv', { permalink })) as string;
        expect(csv.trim().split('\r\n'), permalink).toHaveLength(table.cells.length + 1);
        await tell('/api/v1/tables/{permalink}/metadata.csv', { permalink });
      }
      const [first] = tables;
      await tell('/api/v1/tables/{permalink}/table.ods', { permalink: first?.permalink ?? '' });
    }
    expect([...asked].sort()).toEqual(
      statistics()
        .map(({ path }) => path)
        .sort(),
    );
  });

  it('is kept to by what is refused', async () => {
    for (const { path, operation } of statistics()) {
      const [parameter] = operation.parameters ?? [];
      if (parameter === undefined) continue;
      for (const value of ['no-such-thing', `referrals-${quarter}-v9`, '2031-Q1', '%', 'x'.repeat(400)]) {
        const { status, body } = await ask(path, { [parameter.name]: value });
        expect([400, 404, 414], `${path} ${value}`).toContain(status);
        expect(body).toMatchObject({ status });
      }
    }
  });

  it('would not be kept to by an answer with another field, another type or another symbol', () => {
    const schema = description.paths['/api/v1/tables/{permalink}']?.get?.responses[200]?.content?.['application/json'];
    const fits = ajv.compile<unknown>({ ...schema?.schema });
    const at = { period: quarter };
    const table = {
      ...{ id: 'a', permalink: 'a', release: 'r', quarter, title: 'A', measure: 'm', unit: 'u', source: 's' },
      ...{
        period: 'quarter',
        notes: [],
        dimensions: [],
        cells: [
          { at, value: 5 },
          { at, symbol: 'c' },
        ],
      },
    };
    expect(fits(table)).toBe(true);
    const { unit, ...without } = table;
    expect(unit).toBe('u');
    for (const other of [
      { ...table, authority: 'x' },
      without,
      { ...table, cells: [{ at, value: '5' }] },
      { ...table, cells: [{ at, symbol: 'q' }] },
      { ...table, cells: [{ at, value: 5, symbol: 'c' }] },
    ])
      expect(fits(other), JSON.stringify(other)).toBe(false);
  });
});
