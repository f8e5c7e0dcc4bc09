import type { Network } from './network.ts';

/** What `network.json` says of a running network, for scripts: addresses, and a link that signs each person in. */
export type NetworkFile = {
  hub: { url: string };
  nodes: { url: string; authority: string; band: string }[];
  people: { id: string; name: string; role: string; roles: string[]; authority: string; signInUrl: string }[];
};

/** The content of `network.json`. `role` is what the person is mainly here for; `roles` are all that they hold. */
export function describeNetwork(network: Network): NetworkFile {
  return {
    hub: { url: network.hub.url },
    nodes: network.nodes.map(({ authority, node }) => ({
      url: node.url,
      authority: authority.name,
      band: authority.band,
    })),
    people: network.people.map((person) => ({
      id: person.id,
      name: person.name,
      role: person.roles.includes('lead') ? 'lead' : (person.roles[0] ?? 'practitioner'),
      roles: person.roles,
      authority:
        network.nodes.find(({ authority }) => authority.key === person.authority)?.authority.name ?? 'National hub',
      signInUrl: network.signInUrl(person),
    })),
  };
}
