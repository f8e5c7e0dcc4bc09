import { createHash } from 'node:crypto';
import { AppError, type Database } from '@practice-exchange/platform';
import { HubClient, type OnBehalfOf, type PersonRole, pseudonymOf, type SigningKey } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { type Membership, readMembership } from '../identity/membership.ts';

/** This node's way to the hub. Before it has joined, every use says so in a sentence. */
export class Network {
  readonly #database: Database<NodeSchema>;
  readonly #key: SigningKey;
  readonly #pseudonymSecret: Uint8Array;
  #joined: { membership: Membership; client: HubClient } | null = null;

  constructor(options: { database: Database<NodeSchema>; key: SigningKey; secret: string }) {
    this.#database = options.database;
    this.#key = options.key;
    this.#pseudonymSecret = createHash('sha256').update(`pseudonyms\n${options.secret}`).digest();
  }

  /** The membership, or null before the node has joined. */
  async membership(): Promise<Membership | null> {
    return (await this.#open())?.membership ?? null;
  }

  /** Reads the membership again at the next use: its epoch has changed. */
  forget(): void {
    this.#joined = null;
  }

  /** The client that speaks to the hub. Throws `not-joined` (503) before the node has joined. */
  async hub(): Promise<HubClient> {
    const joined = await this.#open();
    if (!joined) {
      throw new AppError({
        code: 'not-joined',
        status: 503,
        title: 'This node has not joined the network yet',
        message: 'This node has not joined the network yet. Its administrator can join it with an invitation.',
      });
    }
    return joined.client;
  }

  /** Somebody here as the hub may know them: a pseudonym and a role, never a name. */
  onBehalfOf(person: Person): OnBehalfOf {
    return { subject: pseudonymOf(this.#pseudonymSecret, person.id), role: roleFor(person) };
  }

  async #open(): Promise<{ membership: Membership; client: HubClient } | null> {
    if (this.#joined) return this.#joined;
    const membership = await readMembership(this.#database);
    if (!membership) return null;
    const client = new HubClient({
      hubUrl: membership.hub.url,
      hubId: membership.hub.id,
      node: membership.node,
      key: this.#key,
    });
    this.#joined = { membership, client };
    return this.#joined;
  }
}

function roleFor({ roles }: Person): PersonRole {
  if (roles.includes('lead') || roles.includes('publisher')) return 'lead';
  return roles.includes('administrator') ? 'administrator' : 'practitioner';
}
