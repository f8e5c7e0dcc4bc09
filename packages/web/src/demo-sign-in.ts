import type { Person } from './person.ts';
import { signInNotCompleted } from './refusals.ts';
import type { Identity, SignIn, SignInStep } from './sign-in.ts';

/** Somebody to sign in as: `description` says in a sentence what they do here. */
export type DemoPerson = Person & { readonly title: string; readonly description: string };

/**
 * Sign-in for demonstrations: choose a person from a page, no password. One GET of `/sign-in/demo/:personId?to=/path` signs
 * in. It refuses to exist in production.
 */
export class DemoSignIn implements SignIn {
  readonly completionPath = '/sign-in/demo/:personId';
  readonly #people: readonly DemoPerson[];

  /** Throws when `production` is true or `NODE_ENV` is `production`, whatever else is configured. */
  constructor(options: { readonly people: readonly DemoPerson[]; readonly production: boolean }) {
    if (options.production || process.env.NODE_ENV === 'production') {
      throw new Error(
        'Demo sign-in lets anyone in without a password and cannot be used in production: configure OpenID Connect',
      );
    }
    this.#people = options.people;
  }

  async begin(): Promise<SignInStep> {
    return { page: 'sign-in/demo.njk', data: { title: 'Choose who to sign in as', people: this.#people } };
  }

  async complete(back: { readonly params: Readonly<Record<string, string>> }): Promise<Identity> {
    const person = this.#people.find((candidate) => candidate.id === back.params.personId);
    if (!person) throw signInNotCompleted();
    return { subject: person.id, name: person.name, roles: person.roles };
  }

  signOutUrl(): null {
    return null;
  }

  /** The one-GET path that signs this person in. */
  static pathFor(personId: string, returnPath = '/'): string {
    const path = `/sign-in/demo/${encodeURIComponent(personId)}`;
    return returnPath === '/' ? path : `${path}?to=${encodeURIComponent(returnPath)}`;
  }
}
