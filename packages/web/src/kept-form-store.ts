import type { Database } from '@practice-exchange/platform';

/** A form that arrived too late. Neither the token nor what was typed can be read from it. */
export type KeptForm = {
  readonly tokenHash: string;
  readonly path: string;
  readonly person: string;
  readonly sealed: Buffer;
  readonly keptAt: Date;
};

/** Where forms that arrived too late are kept: one for each browser and path. */
export interface KeptFormStore {
  /** Keeps a form in place of an earlier one of the same browser and path. Each person has at most twenty; the oldest go. */
  keep(form: KeptForm): Promise<void>;
  find(tokenHash: string, path: string, person: string): Promise<Pick<KeptForm, 'sealed' | 'keptAt'> | null>;
  remove(tokenHash: string, path: string, person: string): Promise<void>;
  /** Forgets forms kept before a time. Gives how many. */
  forget(before: Date): Promise<number>;
}

/** The table behind it: `kept_form` (token_hash text, path text, person uuid, sealed bytea, kept_at timestamptz). */
export type KeptFormSchema = {
  kept_form: { token_hash: string; path: string; person: string; sealed: Buffer; kept_at: Date };
};

const mostForEach = 20;

/** Kept forms in PostgreSQL. */
export class PostgresKeptForms implements KeptFormStore {
  readonly #database: Database<KeptFormSchema>;

  constructor(database: Database<KeptFormSchema>) {
    this.#database = database;
  }

  async keep(form: KeptForm): Promise<void> {
    const row = {
      token_hash: form.tokenHash,
      path: form.path,
      person: form.person,
      sealed: form.sealed,
      kept_at: form.keptAt,
    };
    await this.#database.db
      .insertInto('kept_form')
      .values(row)
      .onConflict((conflict) => conflict.columns(['token_hash', 'path']).doUpdateSet(row))
      .execute();
    await this.#database.db
      .deleteFrom('kept_form')
      .where('person', '=', form.person)
      .where('kept_at', '<', (query) =>
        query
          .selectFrom('kept_form as k')
          .select('k.kept_at')
          .where('k.person', '=', form.person)
          .orderBy('k.kept_at', 'desc')
          .offset(mostForEach - 1)
          .limit(1),
      )
      .execute();
  }

  async find(tokenHash: string, path: string, person: string): Promise<Pick<KeptForm, 'sealed' | 'keptAt'> | null> {
    const row = await this.#database.db
      .selectFrom('kept_form')
      .select(['sealed', 'kept_at'])
      .where('token_hash', '=', tokenHash)
      .where('path', '=', path)
      .where('person', '=', person)
      .executeTakeFirst();
    return row ? { sealed: row.sealed, keptAt: row.kept_at } : null;
  }

  async remove(tokenHash: string, path: string, person: string): Promise<void> {
    await this.#database.db
      .deleteFrom('kept_form')
      .where('token_hash', '=', tokenHash)
      .where('path', '=', path)
      .where('person', '=', person)
      .execute();
  }

  async forget(before: Date): Promise<number> {
    const forgotten = await this.#database.db.deleteFrom('kept_form').where('kept_at', '<', before).executeTakeFirst();
    return Number(forgotten.numDeletedRows);
  }
}
