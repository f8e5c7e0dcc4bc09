import { type Database, newId } from '@practice-exchange/platform';
import type { NewPerson, SignInSchema } from './postgres-sessions.ts';

/**
 * Gives a person an account and gives back its id; null when somebody has that subject already, active or not. Nothing of an account that
 * is there is changed: it can be called at every start, and roles taken away since stay away.
 */
export async function giveFirstAccount(database: Database<SignInSchema>, person: NewPerson): Promise<string | null> {
  const given = await database.db
    .insertInto('person')
    .values({
      id: newId(),
      subject: person.subject,
      name: person.name,
      job_title: person.jobTitle,
      roles: [...person.roles],
      active: true,
    })
    .onConflict((conflict) => conflict.column('subject').doNothing())
    .returning('id')
    .executeTakeFirst();
  return given?.id ?? null;
}
