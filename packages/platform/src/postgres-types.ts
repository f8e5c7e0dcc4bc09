import pg from 'pg';

const { builtins } = pg.types;
/** `int8[]`; the list of built-in types that `pg` carries has no arrays. */
const bigintArray: number = 1016;
const readArray: (text: string) => (string | null)[] = pg.types.getTypeParser(bigintArray);

function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError('A bigint from the database is too large to be held exactly as a number.');
  }
  return value;
}

function parseBigintArray(text: string): (number | null)[] {
  return readArray(text).map((value) => (value === null ? null : parseBigint(value)));
}

// A calendar date has no time zone: as a Date it would move by a day depending on where the process runs.
const keepText = (text: string) => text;

/** How values are read from PostgreSQL's text format; anything not listed is read as `pg` reads it. */
export const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (oid === builtins.INT8) return parseBigint;
    if (oid === bigintArray) return parseBigintArray;
    if (oid === builtins.DATE) return keepText;
    return pg.types.getTypeParser(oid, 'text');
  },
};
