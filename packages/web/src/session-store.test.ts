import { InMemorySessionStore } from './session-store.ts';
import { describeSessionStore } from './testing/session-store-contract.ts';

describeSessionStore('in memory', async () => ({
  store: new InMemorySessionStore(),
  knownPerson: async (person) => person,
}));
