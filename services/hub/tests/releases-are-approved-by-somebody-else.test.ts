import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cellKey } from '@practice-exchange/disclosure';
import { newId } from '@practice-exchange/platform';
import { regionsAudience, wholeNetwork } from '@practice-exchange/protocol';
import { unzipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { exampleReturn } from '../src/testing/example-return.ts';
import { type Publisher, publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub } from '../src/testing/test-hub.ts';
import { Visitor } from '../src/testing/visitor.ts';

const first = '2026-Q1';
const second = '2026-Q2';
const people = [
  { id: 'ann', name: 'Ann', roles: ['analyst' as const] },
  { id: 'ben', name: 'Ben', roles: ['analyst' as const] },
  { id: 'olu', name: 'Olu', roles: ['operator' as const] },
];

/** Records of two kinds in every respect, so that each number of a line has enough behind it. */
function learningOf(at: number) {
  return exampleLearning(
    at % 2 === 0
      ? {}
      : {
          themes: ['partner-agencies'],
          concernCategories: ['islamist'],
          referralSource: 'police',
          thresholdDecision: 'channel',
          interventions: ['mentoring'],
          familyEngagementStart: 'cooperative',
          familyEngagementEnd: 'refused',
          legitimacyChallenges: ['not-challenged'],
          outcome: 'escalated',
          ageBand: '16-to-17',
          region: 'south-west',
        },
  );
}

describe('a release', () => {
  let test: TestHub;
  let logs: Publisher[];
  let ann: Visitor;
  let ben: Visitor;
  let olu: Visitor;
  const anybody = () => new Visitor(test.url);
  const learning: string[] = [];

  beforeAll(async () => {
    test = await startTestHub({ statisticsArePublic: true }, people);
    const members = [await test.enrol(), await test.enrol(), await test.enrol()];
    logs = members.map((member) => publishAs(test, member));
    for (const log of logs) {
      const records = Array.from({ length: 8 }, newId);
      learning.push(...records);
      await log.publish(
        ...records.map((record, at) => ({
          op: 'publish' as const,
          record,
          audience: wholeNetwork,
          body: learningOf(at),
        })),
        { op: 'return', record: newId(), revision: 1, body: exampleReturn(first, 40) },
        { op: 'return', record: newId(), revision: 1, body: exampleReturn(second, 48) },
      );
    }
    await sql`update learning_record set published_at = '2026-02-10T12:00:00Z'`.execute(database());
    [ann, ben, olu] = (await Promise.all(
      people.map(async ({ id }) => {
        const visitor = new Visitor(test.url);
        await visitor.get(`/sign-in/demo/${id}`);
        return visitor;
      }),
    )) as [Visitor, Visitor, Visitor];
  });
  afterAll(() => test.stop());

  function database() {
    return test.hub.context.database.db;
  }

  /** Every row that a release consists of. */
  async function everything() {
    const of = (table: 'release' | 'release_table' | 'release_record') =>
      database().selectFrom(table).selectAll().execute();
    return JSON.stringify(await Promise.all([of('release'), of('release_table'), of('release_record')]));
  }

  async function prepare(visitor: Visitor, quarter: string, note = ''): Promise<{ id: string; hash: string }> {
    const answer = await visitor.post('/releases', '/releases', { quarter, note });
    expect(answer.status).toBe(303);
    const id = answer.location?.split('/').at(-1) ?? '';
    await test.hub.context.jobs.drain();
    return { id, hash: await hashOf(id) };
  }

  async function hashOf(id: string): Promise<string> {
    const row = await database().selectFrom('release').select('content_hash').where('id', '=', id).executeTakeFirst();
    return row?.content_hash ?? '';
  }

  /** How many learning records of the first quarter a draft truly counts. */
  async function counted(id: string): Promise<number | undefined> {
    const row = await database()
      .selectFrom('release_decision')
      .select('decisions')
      .where('release', '=', id)
      .where('table_id', '=', 'learning-by-theme')
      .executeTakeFirstOrThrow();
    return row.decisions.find(({ cell }) => cell === cellKey('learning', first, {}))?.count;
  }

  async function approve(visitor: Visitor, { id, hash }: { id: string; hash: string }, auditNote = '') {
    const page = `/releases/drafts/${id}`;
    return visitor.post(`${page}/approve`, page, { contentHash: hash, seen: 'yes', auditNote });
  }

  it('is seen by nobody while it is a draft, and its true counts by analysts alone', { timeout: 60_000 }, async () => {
    const draft = await prepare(ann, first);
    for (const path of ['/', '/releases', `/releases/${first}`, '/data-catalogue', '/explore', '/trends/cases']) {
      const { body } = await anybody().get(path);
      // The nonce is drawn by lot, and the address of an asset is a hash: either may hold these digits.
      const told = body.replaceAll(/ nonce="[0-9a-f]+"|\/assets\/[0-9a-f]+\//g, '');
      expect(told, path).not.toContain('120');
    }
    expect((await anybody().get(`/releases/${first}`)).status).toBe(404);
    expect((await anybody().get(`/tables/referrals-${first}-v1`)).status).toBe(404);
    expect((await anybody().get(`/api/v1/tables/referrals-${first}-v1/data.csv`)).status).toBe(404);
    expect(JSON.parse((await anybody().get('/api/v1/releases')).body)).toEqual({ releases: [] });
    const preview = `/releases/drafts/${draft.id}/tables/referrals-by-source`;
    expect((await anybody().get(preview)).status).toBe(303);
    expect((await olu.get(preview)).status).toBe(403);

    const seen = await database().selectFrom('audit_entry').select('action').execute();
    expect(seen.map(({ action }) => action)).not.toContain('unsuppressed-table-seen');
    const { status, body } = await ben.get(preview);
    expect(status).toBe(200);
    expect(body).toContain('Published, rounded to the nearest 5.');
    const after = await database().selectFrom('audit_entry').select('action').execute();
    expect(after.map(({ action }) => action)).toContain('unsuppressed-table-seen');
  });

  it('is not approved by who prepared it: not by the page, not by raw SQL', async () => {
    const { id, content_hash: hash } = await database()
      .selectFrom('release')
      .select(['id', 'content_hash'])
      .where('state', '=', 'draft')
      .executeTakeFirstOrThrow();
    const before = await everything();
    const refused = await approve(ann, { id, hash: hash ?? '' });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('somebody else must approve it');
    const person = (subject: string) => sql`(select id from person where subject = ${subject})`;
    const raw = (by: string, approved: string) =>
      sql`update release set state = 'approved', approved_by = ${person(by)}, approved_hash = ${approved}, approved_at = now()
        where id = ${id}`.execute(database());
    await expect(raw('ann', hash ?? '')).rejects.toThrow(/nobody_approves_their_own/);
    await expect(raw('olu', hash ?? '')).rejects.toThrow(/only an analyst approves/);
    await expect(raw('ben', '0'.repeat(64))).rejects.toThrow();
    expect((await approve(ben, { id, hash: 'f'.repeat(64) })).status).toBe(409);
    expect(await everything()).toBe(before);
  });

  it('is served once a second person approved it, the same on the page and in every download', async () => {
    const draft = await database()
      .selectFrom('release')
      .select('id')
      .where('state', '=', 'draft')
      .executeTakeFirstOrThrow();
    expect((await approve(ben, { id: draft.id, hash: await hashOf(draft.id) })).status).toBe(303);

    const permalink = `referrals-by-source-${first}-v1`;
    const [page, csv, json, ods] = await Promise.all([
      anybody().get(`/tables/${permalink}`),
      anybody().get(`/api/v1/tables/${permalink}/data.csv`),
      anybody().get(`/api/v1/tables/${permalink}`),
      fetch(`${test.url}/api/v1/tables/${permalink}/table.ods`).then((answer) => answer.arrayBuffer()),
    ]);
    const lines = csv.body.trim().split('\r\n');
    expect(lines[0]).toBe(
      'time_period,time_identifier,geographic_level,country_code,country_name,referral_source,number_of_referrals',
    );
    const fromCsv = new Map(
      lines.slice(1).map((line): [string, string] => {
        const [, label = '', value = ''] = /,("[^"]*"|[^,]*),([^,]*)$/.exec(line) ?? [];
        return [label.replaceAll('"', ''), value];
      }),
    );
    expect(fromCsv.get('Education')).toBe('60');
    expect(fromCsv.get('Police')).toBe('30');
    expect(fromCsv.get('Total')).toBe('120');
    const table = JSON.parse(json.body) as {
      cells: { at: Record<string, string>; value?: number; symbol?: string }[];
      dimensions: { codes: { code: string; label: string }[] }[];
    };
    const labels = new Map(table.dimensions[0]?.codes.map(({ code, label }) => [code, label]));
    expect(table.cells).toHaveLength(lines.length - 1);
    for (const { at, value, symbol } of table.cells) {
      const label = labels.get(at['referral-source'] ?? '') ?? '';
      const published = fromCsv.get(label);
      expect(published, label).toBe(symbol ?? String(value));
      const shown = symbol === undefined ? String(value) : `[${symbol}]`;
      const row = new RegExp(
        `<th scope="row"[^>]*>${label.replace(/[()]/g, '.').replaceAll("'", '&#39;')}</th>\\s*<td[^>]*>(?:<abbr[^>]*>)?([^<]*)`,
      ).exec(page.body);
      expect(row?.[1], label).toBe(shown);
    }
    const sheet = new TextDecoder().decode(unzipSync(new Uint8Array(ods))['content.xml']);
    const rows = [...sheet.matchAll(/<table:table-row>(.*?)<\/table:table-row>/g)].map(([, row = '']) =>
      [...row.matchAll(/<text:p>(.*?)<\/text:p>/g)].map(([, text = '']) => text),
    );
    for (const [label, value] of fromCsv) {
      const published = /^[a-z]$/.test(value) ? `[${value}]` : value;
      expect(
        rows.some((row) => row.at(-2) === label.replaceAll('&', '&amp;') && row.at(-1) === published),
        label,
      ).toBe(true);
    }
    expect(sheet).not.toMatch(/covered-table-cell|<table:table-cell[^>]*\/>|<text:p><\/text:p>/);
  });

  it.each([
    { language: 'python', command: ['python3', '-c'], last: '', says: /^\d+ rows, [1-9]\d* with a number/ },
    {
      language: 'r',
      command: ['Rscript', '-e'],
      last: 'cat(sum(!is.na(value)), "numbers")',
      says: /\s[1-9]\d* numbers$/,
    },
  ])(
    'is read by the lines in $language on the page',
    async ({ language, command, last, says }) => {
      const { body } = await anybody().get(`/tables/referrals-by-source-${first}-v1`);
      const lines = new RegExp(`aria-labelledby="snippet-${language}"><code>([\\s\\S]*?)</code>`).exec(body)?.[1] ?? '';
      const program = lines
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&lt;', '<')
        .replace(test.hub.context.config.url, test.url);
      const [interpreter = '', option = ''] = command;
      // Not in step with this process, which has to answer it.
      const run = await promisify(execFile)(interpreter, [option, `${program}\n${last}`]).catch((error) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (run === null) return;
      expect(run.stderr).toBe('');
      expect(run.stdout.trimEnd()).toMatch(says);
    },
    60_000,
  );

  it('never changes afterwards, whoever asks the database', async () => {
    const before = await everything();
    const statements = [
      sql`update release set note = 'other' where state = 'approved'`,
      sql`update release set state = 'draft' where state = 'approved'`,
      sql`update release set approved_by = prepared_by where state = 'approved'`,
      sql`update release set approved_by = (select id from person where subject = 'olu') where state = 'approved'`,
      sql`update release set approved_at = now() where state = 'approved'`,
      sql`update release set audit_note = 'other' where state = 'approved'`,
      sql`update release set coverage = '{}' where state = 'approved'`,
      sql`update release set audit = '{"passed": true}' where state = 'approved'`,
      sql`update release set content_hash = '' where state = 'approved'`,
      sql`delete from release where state = 'approved'`,
      sql`update release_table set cells = '[]'`,
      sql`delete from release_table`,
      sql`insert into release_table select release, 'more', 99, specification, cells from release_table limit 1`,
      sql`update release_record set record = '{}'`,
      sql`delete from release_record`,
    ];
    for (const statement of statements) await expect(statement.execute(database())).rejects.toThrow();
    expect(await everything()).toBe(before);
    expect(await database().selectFrom('release_decision').selectAll().execute()).toEqual([]);
  });

  it('is corrected by a new version with a note alone', async () => {
    const before = await everything();
    const refused = await ann.post('/releases', '/releases', { quarter: first, note: '' });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('Say what the new version corrects');
    expect(await everything()).toBe(before);
  });

  it('loses its draft in the moment that something it counts is withdrawn, and the next one does not count it', async () => {
    const draft = await prepare(ann, second);
    expect(draft.hash).toMatch(/^[0-9a-f]{64}$/);
    const total = async (name: string) => {
      const { body } = await anybody().get(`/api/v1/tables/learning-by-theme-${name}`);
      const { cells } = JSON.parse(body) as { cells: { at: Record<string, string>; value?: number }[] };
      const cell = cells.find(({ at }) => at.period === first && at.theme === 'Total');
      return cell?.value ?? JSON.stringify(cell);
    };
    expect(await total(`${first}-v1`)).toBe(25);
    expect(await counted(draft.id)).toBe(24);

    // Three, three and two of each authority: enough for the rule between releases to let the number change.
    const gone = [0, 1, 2].flatMap((of) =>
      learning.slice(of * 8, of * 8 + (of === 2 ? 2 : 3)).map((record) => ({ of, record })),
    );
    for (const { of, record } of gone) await logs[of]?.publish({ op: 'withdraw', record, revision: 2 });
    const discarded = await database()
      .selectFrom('release')
      .select(['state', 'failure'])
      .where('id', '=', draft.id)
      .executeTakeFirst();
    expect(discarded).toEqual({ state: 'discarded', failure: 'withdrawal' });
    expect(
      await database().selectFrom('release_table').select('release').where('release', '=', draft.id).execute(),
    ).toEqual([]);
    expect((await approve(ben, draft)).status).toBe(409);

    const next = await prepare(ann, second);
    expect(await counted(next.id)).toBe(16);
    // So few records are behind this test that the two releases together tell of hidden ones: somebody has to answer for it.
    const before = await everything();
    expect((await approve(ben, next)).status).toBe(422);
    expect(await everything()).toBe(before);
    expect((await approve(ben, next, 'Nobody is behind the records of a test')).status).toBe(303);
    expect(await total(`${first}-v1`)).toBe(25);
    expect(await total(`${second}-v1`)).not.toBe(25);
    const earlier = await anybody().get(`/tables/learning-by-theme-${first}-v1`);
    expect(earlier.body).toContain('has been withdrawn since');
    expect(earlier.body).toContain('There is a newer release');
    const now = await anybody().get(`/tables/learning-by-theme-${second}-v1`);
    expect(now.status).toBe(200);
    expect(now.body).not.toContain('has been withdrawn since');
  }, 60_000);

  it('loses its draft when something it counts is narrowed, and keeps it when only some could see what changed', {
    timeout: 60_000,
  }, async () => {
    const stateOf = (id: string) =>
      database().selectFrom('release').select(['state', 'failure']).where('id', '=', id).executeTakeFirst();
    const [log] = logs;
    const record = learning[3] ?? '';
    const draft = await prepare(ann, second, 'Two were counted twice');
    expect(await counted(draft.id)).toBe(16);
    const rescope = (revision: number, audience: ReturnType<typeof regionsAudience>) =>
      log?.publish({ op: 'rescope', record, revision, audience });
    await rescope(2, regionsAudience(['london']));
    expect(await stateOf(draft.id)).toEqual({ state: 'discarded', failure: 'withdrawal' });
    expect(
      await database().selectFrom('release_table').select('release').where('release', '=', draft.id).execute(),
    ).toEqual([]);
    const before = await everything();
    expect((await approve(ben, draft, 'Nobody is behind the records of a test')).status).toBe(409);
    expect(await everything()).toBe(before);

    // No national number counts what only some may see: moving it, taking it back and opening it to all change none.
    const next = await prepare(ann, second, 'Two were counted twice');
    expect(await counted(next.id)).toBe(15);
    await rescope(3, regionsAudience(['north-east']));
    await log?.publish({ op: 'withdraw', record, revision: 4 });
    const opened = newId();
    const audience = regionsAudience(['london']);
    await log?.publish({ op: 'publish', record: opened, audience, body: learningOf(0) });
    await log?.publish({ op: 'rescope', record: opened, revision: 2, audience: wholeNetwork });
    expect(await stateOf(next.id)).toEqual({ state: 'draft', failure: null });
    expect(await counted(next.id)).toBe(15);
  });
});
