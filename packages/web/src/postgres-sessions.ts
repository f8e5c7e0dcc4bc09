import { type Database, newId } from '@practice-exchange/platform';
import type { Person, Role } from './person.ts';
import type { Notice, SessionStore, StoredSession } from './session-store.ts';
import type { Admit } from './sign-in.ts';

/**
 * The two tables behind sign-in, the same in every service: `person` (id uuid, subject text unique, name, job_title, roles
 * text[], active) and `session` (token_hash text, person uuid, started_at, seen_at timestamptz, notice jsonb).
 */
export type SignInSchema = {
  person: { id: string; subject: string; name: string; job_title: string; roles: string[]; active: boolean };
  session: { token_hash: string; person: string; started_at: Date; seen_at: Date; notice: Notice | null };
};

/** Sessions kept in PostgreSQL. The person is read fresh at each request, so a role taken away is gone at once. */
export class PostgresSessionStore implements SessionStore {
  readonly #database: Database<SignInSchema>;

  constructor(database: Database<SignInSchema>) {
    this.#database = database;
  }

  async create(session: StoredSession): Promise<void> {
    await this.#database.db
      .insertInto('session')
      .values({
        token_hash: session.tokenHash,
        person: session.person.id,
        started_at: session.startedAt,
        seen_at: session.seenAt,
        notice: session.notice,
      })
      .execute();
  }

  async find(tokenHash: string): Promise<StoredSession | null> {
    const row = await this.#database.db
      .selectFrom('session as s')
      .innerJoin('person as p', 'p.id', 's.person')
      .select(['s.started_at', 's.seen_at', 's.notice', 'p.id', 'p.name', 'p.roles'])
      .where('s.token_hash', '=', tokenHash)
      .where('p.active', '=', true)
      .executeTakeFirst();
    if (!row) return null;
    return {
      tokenHash,
      person: { id: row.id, name: row.name, roles: row.roles as Role[] },
      startedAt: row.started_at,
      seenAt: row.seen_at,
      notice: row.notice,
    };
  }

  async touch(tokenHash: string, seenAt: Date): Promise<void> {
    await this.#database.db
      .updateTable('session')
      .set({ seen_at: seenAt })
      .where('token_hash', '=', tokenHash)
      .execute();
  }

  async keepNotice(tokenHash: string, notice: Notice | null): Promise<void> {
    await this.#database.db.updateTable('session').set({ notice }).where('token_hash', '=', tokenHash).execute();
  }

  async destroy(tokenHash: string): Promise<void> {
    await this.#database.db.deleteFrom('session').where('token_hash', '=', tokenHash).execute();
  }

  async destroyFor(personId: string): Promise<void> {
    await this.#database.db.deleteFrom('session').where('person', '=', personId).execute();
  }

  async forget(before: { readonly startedBefore: Date; readonly seenBefore: Date }): Promise<number> {
    const forgotten = await this.#database.db
      .deleteFrom('session')
      .where((eb) => eb.or([eb('started_at', '<', before.startedBefore), eb('seen_at', '<', before.seenBefore)]))
      .executeTakeFirst();
    return Number(forgotten.numDeletedRows);
  }
}

/** Admits whoever has an active account here, by the subject that the sign-in service names; the roles are those held here. */
export function admitKnown(database: Database<SignInSchema>): Admit {
  return async ({ subject }): Promise<Person | null> => {
    const row = await database.db
      .selectFrom('person')
      .select(['id', 'name', 'roles'])
      .where('subject', '=', subject)
      .where('active', '=', true)
      .executeTakeFirst();
    return row ? { id: row.id, name: row.name, roles: row.roles as Role[] } : null;
  };
}

/** A person to be given an account. */
export type NewPerson = { subject: string; name: string; jobTitle: string; roles: readonly Role[] };

/** Gives people accounts, or brings their name, title and roles up to date, by subject. */
export async function savePeople(database: Database<SignInSchema>, people: readonly NewPerson[]): Promise<void> {
  if (people.length === 0) return;
  await database.db
    .insertInto('person')
    .values(
      people.map(({ subject, name, jobTitle, roles }) => ({
        id: newId(),
        subject,
        name,
        job_title: jobTitle,
        roles: [...roles],
        active: true,
      })),
    )
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet((eb) => ({
        name: eb.ref('excluded.name'),
        job_title: eb.ref('excluded.job_title'),
        roles: eb.ref('excluded.roles'),
        active: true,
      })),
    )
    .execute();
}
