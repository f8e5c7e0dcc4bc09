import pg from 'pg';
import { errorCode } from './errors.ts';

const textsAtMost = 500;
const valuesAtMost = 24;

/** Names of prepared statements, one for each text, for all connections of the process. */
const names = new Map<string, string>();
let lastName = 0;

/**
 * A connection that prepares what it is asked again and again (the extended query protocol of PostgreSQL, named statements),
 * so that the server reads and plans it once for each connection. Statements with many values are not prepared: their texts
 * differ with the number of rows. A pooler between must keep prepared statements (pgbouncer 1.21 and later does).
 */
export class PreparingClient extends pg.Client {
  // pg declares eight ways to call this; Kysely calls it by a text and its values, and everything else is passed on.
  // biome-ignore lint/suspicious/noExplicitAny: the declared overloads cannot be overridden one by one
  override query(...given: any[]): any {
    const [text, values] = given;
    const query = super.query as (...args: unknown[]) => Promise<unknown>;
    if (given.length !== 2 || typeof text !== 'string' || !Array.isArray(values)) return query.apply(this, given);
    const name = values.length <= valuesAtMost ? nameFor(text) : undefined;
    if (name === undefined) return query.call(this, text, values);
    return query.call(this, { name, text, values }).catch((error: unknown) => {
      // A table was altered since: "cached plan must not change result type". The next use is prepared anew.
      if (errorCode(error) === '0A000') names.delete(text);
      throw error;
    });
  }
}

function nameFor(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= textsAtMost) return known;
  lastName += 1;
  const name = `px${lastName}`;
  names.set(text, name);
  return name;
}
