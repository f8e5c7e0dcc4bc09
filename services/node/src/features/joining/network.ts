import { createHash } from 'node:crypto';
import { AppError, type Database } from '@practice-exchange/platform';
import { HubClient, type OnBehalfOf, type PersonRole, pseudonymOf } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { type Membership, readMembership } from '../identity/membership.ts';
import type { NodeKeys } from '../identity/node-keys.ts';

/** This node's way to the hub. Before it has joined, every use says so in a sentence. */
export class Network {
  readonly #database: Database<NodeSchema>;
  readonly #keys: NodeKeys;
  readonly #pseudonymSecret: Uint8Array;
  #client: { of: string; client: HubClient } | null = null;

  constructor(options: { database: Database<NodeSchema>; keys: NodeKeys; secret: string }) {
    this.#database = options.database;
    this.#keys = options.keys;
    this.#pseudonymSecret = createHash('sha256').update(`pseudonyms\n${options.secret}`).digest();
  }

  /** The membership, or null before the node has joined. */
  membership(): Promise<Membership | null> {
    return readMembership(this.#database);
  }

  /** The client that speaks to the hub, with the key that signs now. Throws `not-joined` (503) before the node has joined. */
  async hub(): Promise<HubClient> {
    const membership = await this.membership();
    if (!membership) {
      throw new AppError({
        code: 'not-joined',
        status: 503,
        title: 'This node has not joined the network yet',
        message: 'This node has not joined the network yet. Its administrator can join it with an invitation.',
      });
    }
    const key = await this.#keys.current();
    const { node, hub } = membership;
    const of = [node, hub.id, hub.url, key.kid].join('\n');
    // One client as long as nothing changes: it remembers how far the hub's clock is from ours.
    if (this.#client?.of !== of) {
      this.#client = { of, client: new HubClient({ hubUrl: hub.url, hubId: hub.id, node, key }) };
    }
    return this.#client.client;
  }

  /** Somebody here as the hub may know them: a pseudonym and a role, never a name. */
  onBehalfOf(person: Person): OnBehalfOf {
    return { subject: pseudonymOf(this.#pseudonymSecret, person.id), role: roleFor(person) };
  }
}

function roleFor({ roles }: Person): PersonRole {
  if (roles.includes('lead') || roles.includes('publisher')) return 'lead';
  return roles.includes('administrator') ? 'administrator' : 'practitioner';
}
