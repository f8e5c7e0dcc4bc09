// `npm run bench:statistics`: what the national statistics cost with a million learning records in the hub's database. Prints how
// long a release takes to prepare, and the 95th percentile of each page over 200 requests. `--records N`, `--json FILE`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  approveRelease,
  findRelease,
  type Hub,
  prepareRelease,
  releaseBuilder,
  startHub,
} from '@practice-exchange/hub';
import { createLogger, newId, optionsOrUsage, startEmbeddedPostgres } from '@practice-exchange/platform';
import { learningFields } from '@practice-exchange/vocabulary';
import { DemoSignIn, type Person, savePeople } from '@practice-exchange/web';
import { sql } from 'kysely';
import { simulatedAuthorities } from '../src/demo/simulated-authorities.ts';
import { randomFrom } from '../src/faults/random.ts';
import { percentile } from './percentiles.ts';

const values = optionsOrUsage('npm run bench:statistics -- [--records N] [--json FILE]', {
  records: { type: 'string' },
  json: { type: 'string' },
});
const records = Number(values.records ?? 1_000_000);
const requests = 200;
const aimMs = 150;
const quarter = '2026-Q2';

const directory = await mkdtemp(join(tmpdir(), 'practice-exchange-statistics-'));
const postgres = await startEmbeddedPostgres({ directory, durable: false });
const hub = await startHub(
  {
    production: false,
    demo: true,
    url: 'http://127.0.0.1',
    listen: { host: '127.0.0.1', port: 0 },
    parts: { api: true, worker: false },
    databaseUrl: await postgres.ensureDatabase('hub'),
    redisUrl: null,
    meilisearch: null,
    dataDirectory: null,
    secret: 'the secret of a hub that is only measured',
    openIdConnect: null,
    statisticsArePublic: true,
    logLevel: 'error',
  },
  new DemoSignIn({ people: [], production: false }),
  createLogger({ name: 'hub', level: 'error' }),
);
try {
  const { database } = hub.context;
  const began = performance.now();
  await fill(hub);
  const held = await database.db
    .selectFrom('learning_record')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  console.log(`${held.count} learning records of 153 authorities put in, ${seconds(began)} s`);
  const built = performance.now();
  await release(hub);
  const building = Number(seconds(built));
  console.log(`a release prepared, built and audited from them in ${building} s`);
  const pages: { path: string; p50: number; p95: number; met: boolean }[] = [];
  const table = `referrals-by-region-and-category-${quarter}-v1`;
  for (const path of [
    '/',
    '/trends/cases',
    '/trends/families-and-communities',
    '/explore?table=referrals-by-source',
    '/data-catalogue',
    '/methodology',
    '/releases',
    `/releases/${quarter}`,
    `/tables/${table}`,
    `/api/v1/tables/${table}/data.csv`,
    `/api/v1/tables/${table}/table.ods`,
  ]) {
    const times: number[] = [];
    for (let at = 0; at < requests; at += 1) {
      const start = performance.now();
      const answer = await fetch(new URL(path, hub.url));
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
      times.push(performance.now() - start);
    }
    const p95 = percentile(times, 0.95);
    pages.push({ path, p50: percentile(times, 0.5), p95, met: p95 < aimMs });
    console.log(
      `${p95 < aimMs ? 'met   ' : 'MISSED'}  ${path.padEnd(62)} p95 ${p95.toFixed(0).padStart(4)} ms, median ${percentile(times, 0.5).toFixed(0).padStart(4)} ms, aim ${aimMs} ms`,
    );
  }
  if (values.json) {
    await writeFile(
      values.json,
      `${JSON.stringify({ records: held.count, buildingSeconds: building, pages }, null, 2)}\n`,
    );
  }
} finally {
  await hub.stop();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}

/** 153 authorities with eight quarters of returns, and records of 240 kinds, in the database as publications leave them. */
async function fill({ context: { database } }: Hub): Promise<void> {
  const simulated = simulatedAuthorities(quarter, 8);
  const random = randomFrom('statistics');
  const kinds = Array.from({ length: 240 }, (_, at) =>
    Object.fromEntries([
      ['title', `Record of kind ${at}`],
      ...learningFields.map(({ field, codes, several }) => {
        const first = random.pick<{ code: string }>(codes).code;
        const second = random.pick<{ code: string }>(codes).code;
        return [field, several ? [...new Set([first, second])] : first];
      }),
    ]),
  );
  await database.transaction(async (tx) => {
    const run = (statement: ReturnType<typeof sql>) => statement.execute(tx.db);
    // What the triggers check one by one is true of all of these.
    await run(sql`set local session_replication_role = replica`);
    const authorities = Array.from({ length: 153 }, (_, at) => ({ id: newId(), node: newId(), at }));
    for (const { id, node, at } of authorities) {
      const like = simulated[at % simulated.length];
      if (!like) throw new Error('nothing is simulated');
      const { profile, statement, returns } = like;
      await run(sql`insert into authority (id, name, ons_code, region, type, child_population)
        values (${id}, ${`${profile.name} ${at}`}, ${`E98${String(at).padStart(6, '0')}`}, ${profile.region}, ${profile.type}, ${profile.childPopulation})`);
      await run(sql`insert into member (node, authority, state, may_publish, is_served, last_hash, live_at)
        values (${node}, ${id}, 'live', true, true, ${`hash ${at}`}, now())`);
      await run(sql`insert into practice_statement (authority, record, revision, content)
        values (${id}, ${newId()}, 1, ${JSON.stringify(statement)})`);
      for (const content of returns) {
        await run(sql`insert into caseload_return (authority, quarter, record, revision, content)
          values (${id}, ${content.quarter}, ${newId()}, 1, ${JSON.stringify(content)})`);
      }
    }
    await run(sql`create temporary table kind (at integer primary key, content jsonb) on commit drop`);
    for (const [at, content] of kinds.entries()) {
      await run(sql`insert into kind values (${at}, ${JSON.stringify(content)})`);
    }
    await run(sql`create temporary table place on commit drop as
      select row_number() over (order by node) - 1 as at, node, authority from member`);
    await run(sql`
      insert into record (id, node, kind, revision, audience, state)
      select md5('record ' || n)::uuid, p.node, 'learning', 1, '{"scope":"network"}', 'shared'
      from generate_series(1, ${sql.lit(records)}) n join place p on p.at = n % 153`);
    await run(sql`
      insert into learning_record (id, node, authority, revision, epoch, seq, audience_scope, content, published_at)
      select md5('record ' || n)::uuid, p.node, p.authority, 1, 1, n, 'network', k.content,
        timestamptz '2024-07-02' + (n::bigint * 7919 % 728) * interval '1 day'
      from generate_series(1, ${sql.lit(records)}) n
      join place p on p.at = n % 153 join kind k on k.at = (n::bigint * 104729 % 240)`);
  });
  await sql`analyze`.execute(database.db);
}

async function release({ context }: Hub): Promise<void> {
  await savePeople(context.database as never, [
    { subject: 'one', name: 'One', jobTitle: 'Analyst', roles: ['analyst'] },
    { subject: 'two', name: 'Two', jobTitle: 'Analyst', roles: ['analyst'] },
  ]);
  const rows = await context.database.db.selectFrom('person').select(['id', 'name']).orderBy('subject').execute();
  const [preparer, approver] = rows.map(({ id, name }): Person => ({ id, name, roles: ['analyst'] }));
  if (!preparer || !approver) throw new Error('there are not two analysts');
  const id = await prepareRelease(context, preparer, { quarter, note: '' });
  // The builder alone: a million records are not indexed here.
  await releaseBuilder(context).run();
  const draft = await findRelease(context.database, id);
  if (draft?.state !== 'draft') throw new Error(`the release is ${draft?.state}: ${draft?.failure}`);
  await approveRelease(context, approver, {
    id,
    contentHash: draft.content_hash ?? '',
    auditNote: 'Measured, not published.',
  });
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
