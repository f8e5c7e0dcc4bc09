import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { advisoryLock } from './advisory-lock.ts';
import { Database } from './database.ts';
import type { Migrations } from './migrations.ts';
import { type TestDatabase, testDatabase } from './testing/index.ts';

type Schema = { note: { id: number; words: string } };

const migrations: Migrations = {
  '0001-note': {
    up: async (db) => {
      await sql`create table note (id bigint primary key, words text not null)`.execute(db);
    },
  },
};

let test: TestDatabase<Schema>;
let database: Database<Schema>;

beforeAll(async () => {
  test = await testDatabase<Schema>({ template: 'platform', migrations });
  database = test.database;
});
afterAll(() => test.drop());

describe('a statement that is asked again and again', () => {
  it('is prepared once for a connection, and anew when its table was altered', async () => {
    const own = await testDatabase<Schema>({ template: 'platform', migrations });
    const { db } = own.database;
    const columns = async () => Object.keys((await db.selectFrom('note').selectAll().executeTakeFirst()) ?? {});
    await write(own.database, 1);
    for (let times = 0; times < 3; times += 1) expect(await columns()).toEqual(['id', 'words']);
    const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db);
    expect(rows.filter(({ statement }) => statement === 'select * from "note"')).toHaveLength(1);
    await sql`alter table note add column more text`.execute(db);
    await expect(columns()).rejects.toThrow(/cached plan/);
    expect(await columns()).toEqual(['id', 'words', 'more']);
    await own.drop();
  });
});

const notes = async (from: Database<Schema> = database) =>
  (await from.db.selectFrom('note').select('id').orderBy('id').execute()).map(({ id }) => id);
const write = (to: Database<Schema>, id: number) => to.db.insertInto('note').values({ id, words: 'x' }).execute();

describe('a transaction', () => {
  it('commits what it wrote, then runs its effects once', async () => {
    const seen: number[][] = [];
    const pending: Promise<void>[] = [];
    const answer = await database.transaction(async (tx) => {
      expect(tx.isTransaction).toBe(true);
      tx.onCommit(() => pending.push(notes().then((ids) => void seen.push(ids))));
      await write(tx, 1);
      expect(await notes()).not.toContain(1);
      return 'done';
    });
    await Promise.all(pending);
    expect(answer).toBe('done');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain(1);
  });

  it('leaves nothing and runs no effect when it throws', async () => {
    const before = await notes();
    let effects = 0;
    const failure = new Error('on purpose');
    const outcome = database.transaction(async (tx) => {
      tx.onCommit(() => {
        effects += 1;
      });
      await write(tx, 2);
      throw failure;
    });
    await expect(outcome).rejects.toBe(failure);
    expect(await notes()).toEqual(before);
    expect(effects).toBe(0);
  });

  it('rejects, and runs no effect, when a statement that was swallowed made it impossible to commit', async () => {
    const before = await notes();
    let effects = 0;
    const outcome = database.transaction(async (tx) => {
      tx.onCommit(() => {
        effects += 1;
      });
      await write(tx, 3);
      await sql`select 1 / 0`.execute(tx.db).catch(() => undefined);
    });
    await expect(outcome).rejects.toThrow();
    expect(await notes()).toEqual(before);
    expect(effects).toBe(0);
  });

  it('refuses queries and effects on its handle once it has ended, whichever way they are sent', async () => {
    const before = await notes();
    let kept: Database<Schema> | undefined;
    await database.transaction(async (tx) => {
      kept = tx;
    });
    const ended = kept;
    if (!ended) throw new Error('the transaction gave no handle');
    await expect(write(ended, 4)).rejects.toThrow(/already committed/);
    await expect(sql`insert into note values (4, 'x')`.execute(ended.db)).rejects.toThrow(/already committed/);
    const compiled = ended.db.insertInto('note').values({ id: 4, words: 'x' }).compile();
    await expect((async () => ended.db.executeQuery(compiled))()).rejects.toThrow(/already committed/);
    expect(() => ended.onCommit(() => undefined)).toThrow(/ended/);
    expect(await notes()).toEqual(before);
  });

  it('rolls back the queries that a failed Promise.all left waiting, too', async () => {
    const before = await notes();
    const stragglers: Promise<unknown>[] = [];
    const outcome = database.transaction(async (tx) => {
      const all = [sql`select 1 / 0`.execute(tx.db), ...[5, 6, 7, 8].map((id) => write(tx, id))];
      stragglers.push(...all);
      await Promise.all(all);
    });
    await expect(outcome).rejects.toThrow(/division by zero/);
    await Promise.allSettled(stragglers);
    expect(await notes()).toEqual(before);
  });

  it('refuses to nest', async () => {
    const before = await notes();
    const outcome = database.transaction(async (tx) => {
      await write(tx, 9);
      await tx.transaction((inner) => write(inner, 10));
    });
    await expect(outcome).rejects.toThrow(/must not run inside/);
    expect(await notes()).toEqual(before);
  });

  it('keeps the isolation it is given', async () => {
    const level = await database.transaction(
      async (tx) =>
        (await sql<{ level: string }>`select current_setting('transaction_isolation') level`.execute(tx.db)).rows,
      { isolation: 'serializable' },
    );
    expect(level).toEqual([{ level: 'serializable' }]);
  });

  it('goes on with the other effects when one throws, and stays committed', async () => {
    let second = 0;
    await database.transaction(async (tx) => {
      tx.onCommit(() => {
        throw new Error('on purpose');
      });
      tx.onCommit(() => {
        second += 1;
      });
      await write(tx, 11);
    });
    expect(second).toBe(1);
    expect(await notes()).toContain(11);
  });

  it('fails, runs no effect and leaves the rest working when the server ends its connection between two queries', async () => {
    const before = await notes();
    let effects = 0;
    const outcome = database.transaction(async (tx) => {
      tx.onCommit(() => {
        effects += 1;
      });
      await write(tx, 12);
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx.db);
      const ended = async () => {
        const still = await sql`select from pg_stat_activity where pid = ${rows[0]?.pid}`.execute(database.db);
        return still.rows.length === 0;
      };
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
      await vi.waitUntil(ended);
    });
    await expect(outcome).rejects.toThrow(/connection/i);
    expect(await notes()).toEqual(before);
    expect(effects).toBe(0);
  });

  it('gives its connection back, however it ends', async () => {
    for (let round = 0; round < 12; round += 1) {
      await database.transaction(() => Promise.reject(new Error('on purpose'))).catch(() => undefined);
      await database.transaction(async (tx) => void (await notes(tx)));
    }
    await database.ping();
  });
});

describe('assertions', () => {
  it('tell a transaction from the database', async () => {
    expect(database.isTransaction).toBe(false);
    expect(() => database.assertTransaction()).toThrow(/must run inside/);
    expect(() => database.onCommit(() => undefined)).toThrow(/must run inside/);
    database.assertNoTransaction();
    await database.transaction(async (tx) => {
      tx.assertTransaction();
      expect(() => tx.assertNoTransaction()).toThrow(/must not run inside/);
      await expect(tx.migrate()).rejects.toThrow(/must not run inside/);
      await expect(tx.close()).rejects.toThrow(/must not run inside/);
    });
  });
});

describe('an advisory lock', () => {
  it('lets one transaction at a time through, each seeing what the last one wrote', async () => {
    const base = 100;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        database.transaction(async (tx) => {
          await advisoryLock(tx, 'counter');
          const taken = (await notes(tx)).filter((id) => id >= base);
          await write(tx, base + taken.length);
        }),
      ),
    );
    expect((await notes()).filter((id) => id >= base)).toEqual(Array.from({ length: 8 }, (_, index) => base + index));
  });

  it('is refused outside a transaction', async () => {
    await expect(advisoryLock(database, 'counter')).rejects.toThrow(/must run inside/);
  });
});

describe('values', () => {
  const one = async (expression: string) => {
    const { rows } = await sql<{ value: unknown }>`select ${sql.raw(expression)} as value`.execute(database.db);
    return rows[0]?.value;
  };

  it.each([
    ['count(*)', 1],
    ['9007199254740991::bigint', Number.MAX_SAFE_INTEGER],
    ['array[1, null, -2]::bigint[]', [1, null, -2]],
    [`'{"b": [1, {"a": null}]}'::jsonb`, { b: [1, { a: null }] }],
    [`date '2024-03-31'`, '2024-03-31'],
    [`timestamptz '2024-03-31 12:00:00.123+01'`, new Date('2024-03-31T11:00:00.123Z')],
    ['1.10::numeric', '1.10'],
  ])('reads %s as what it is', async (expression, expected) => {
    expect(await one(expression)).toEqual(expected);
  });

  it.each(['9007199254740992::bigint', '-9007199254740992::bigint', 'array[9007199254740992]::bigint[]'])(
    'refuses %s, which a number cannot hold exactly',
    async (expression) => {
      await expect(one(expression)).rejects.toThrow(/too large/);
      await database.ping();
    },
  );
});

describe('migrating', () => {
  const bare = (more: Migrations) =>
    testDatabase<Schema>({ template: 'platform-bare', migrations: {} }).then((made) => ({
      made,
      connect: () => Database.connect<Schema>({ url: made.url, migrations: more, poolSize: 2 }),
    }));

  it('is safe when several start at once, each with its own connections', async () => {
    const { made, connect } = await bare(migrations);
    const starters = Array.from({ length: 6 }, connect);
    await Promise.all(starters.map((starter) => starter.migrate()));
    expect(await notes(starters[0])).toEqual([]);
    const applied = await sql<{ name: string }>`select name from kysely_migration`.execute(made.database.db);
    expect(applied.rows).toEqual([{ name: '0001-note' }]);
    await Promise.all(starters.map((starter) => starter.close()));
    await made.drop();
  });

  it('changes nothing when one of them fails, and says which', async () => {
    const failing: Migrations = {
      ...migrations,
      '0002-broken': {
        up: async (db) => {
          await sql`create table half (id int)`.execute(db);
          await sql`select nonsense`.execute(db);
        },
      },
    };
    const { made, connect } = await bare(failing);
    const starter = connect();
    await expect(starter.migrate()).rejects.toMatchObject({ code: 'migration-failed', message: /0002-broken/ });
    const { rows } = await sql`select from pg_tables where tablename in ('note', 'half')`.execute(made.database.db);
    expect(rows).toHaveLength(0);
    await starter.close();
    await made.drop();
  });

  it('refuses a database that a newer version has migrated', async () => {
    const { made, connect } = await bare(migrations);
    const newer = connect();
    await newer.migrate();
    const older = Database.connect<Schema>({ url: made.url, migrations: {} });
    await expect(older.migrate()).rejects.toMatchObject({ code: 'migration-failed' });
    await newer.close();
    await older.close();
    await made.drop();
  });
});

describe('a test database', () => {
  it('is a copy: what one writes, another does not see', async () => {
    const [one, other] = await Promise.all([
      testDatabase<Schema>({ template: 'platform', migrations }),
      testDatabase<Schema>({ template: 'platform', migrations }),
    ]);
    await write(one.database, 1);
    expect(await notes(one.database)).toEqual([1]);
    expect(await notes(other.database)).toEqual([]);
    await Promise.all([one.drop(), other.drop()]);
    const gone = Database.connect<Schema>({ url: one.url, migrations });
    await expect(gone.ping()).rejects.toMatchObject({ code: '3D000' });
    await gone.close();
  });
});

describe('closing', () => {
  it('ends the connections, once and again', async () => {
    const unused = Database.connect<Schema>({ url: test.url, migrations });
    await unused.close();
    const used = Database.connect<Schema>({ url: test.url, migrations, applicationName: 'closing' });
    await used.ping();
    await used.close();
    await used.close();
    // The server ends a session a moment after its client has closed the connection.
    await vi.waitFor(async () => {
      const { rows } = await sql`select from pg_stat_activity where application_name = 'closing'`.execute(database.db);
      expect(rows).toHaveLength(0);
    });
  });
});
