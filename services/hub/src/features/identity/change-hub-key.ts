import { AppError, advisoryLock } from '@practice-exchange/platform';
import { publicJwkSchema, signSuccession } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { makeKey } from './identity.ts';
import { endOlderKeys, insertKey } from './store.ts';

/** How long every process of the hub has to list a new key before one signs with it, and how long the older may still sign. */
const overlap = { announcedForMs: 120_000, olderSignsForMs: 24 * 60 * 60 * 1000 } as const;

/**
 * Makes the hub's next key. The key that signs now signs for it; it is listed at once and signs two minutes later, and the
 * older one may sign for a day more. Gives the new key's id.
 */
export async function changeHubKey(
  context: Pick<HubContext, 'database' | 'hub' | 'config'>,
  change: { operator: string | null; reason: string; announcedForMs?: number },
): Promise<string> {
  const { hub, config } = context;
  const made = makeKey(config.secret);
  const from = new Date(Date.now() + (change.announcedForMs ?? overlap.announcedForMs));
  await context.database.transaction(async (tx) => {
    await advisoryLock(tx, 'hub-identity');
    await hub.refresh();
    if (hub.keys.some((key) => key.from > new Date())) {
      throw new AppError({
        code: 'hub-key-pending',
        status: 409,
        title: 'A new key is on its way',
        message: 'The hub has a new key already that does not sign yet. Wait until it does.',
      });
    }
    const succession = signSuccession(hub.id, publicJwkSchema.parse(made.publicJwk), hub.key);
    await insertKey(tx, { ...made, from, succession });
    await endOlderKeys(tx, made.kid, new Date(from.getTime() + overlap.olderSignsForMs));
    await audit(tx, {
      person: change.operator,
      node: null,
      action: 'hub-key-changed',
      subjectType: 'hub-key',
      subject: made.kid,
      detail: { reason: change.reason },
    });
  });
  await hub.refresh();
  return made.kid;
}
