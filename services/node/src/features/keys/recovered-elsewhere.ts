import type { Database } from '@practice-exchange/platform';
import { followRecoveries, type MembershipResponse } from '@practice-exchange/protocol';
import type { NodeSchema } from '../../schema/node-schema.ts';
import { audit } from '../audit/store.ts';
import type { Membership } from '../identity/membership.ts';
import { currentKey, insertLostKeys, listKeys, saveProblem, saveRecoveryKey } from '../identity/store.ts';

/** What keeps a node from sending until its keys are changed with the recovery key. */
export type KeyProblem = 'key-not-trusted' | 'recovery-not-proven';

/**
 * Learns of changes by the recovery key that this database does not know of, because it was restored from a backup that is
 * older. Each is verified from the recovery key that is known here; the signing keys that they brought are this node's, though
 * the private parts are lost. Notes, and gives, what then keeps the node from sending: its signing key is no longer trusted, or no
 * signed change leads to the recovery key that the hub names. Throws `recovery-invalid` when one was not signed as it must be.
 */
export async function learnRecoveries(
  tx: Database<NodeSchema>,
  { node, hub, recoveryKid }: Membership,
  standing: MembershipResponse,
): Promise<KeyProblem | null> {
  if (recoveryKid === null) return null;
  const followed = followRecoveries(standing.recoveries, { hub: hub.id, node, recoveryKid });
  const own = new Set((await listKeys(tx)).map(({ kid }) => kid));
  const lost = new Map([...followed.keys].filter(([kid]) => !own.has(kid)));
  if (lost.size > 0) {
    await insertLostKeys(tx, lost, new Map(standing.keys.map(({ kid, from }) => [kid, from])));
    const detail = { keys: [...lost.keys()].join(' ') };
    await audit(tx, { person: null, action: 'recoveries-learned', subjectType: 'membership', subject: node, detail });
  }
  await saveRecoveryKey(tx, followed.recoveryKid);
  const current = await currentKey(tx);
  const isMarked = standing.keys.some(({ kid, notTrustedAfter }) => kid === current?.kid && notTrustedAfter !== null);
  const isProven = followed.recoveryKid === standing.recovery;
  const problem = !isProven ? 'recovery-not-proven' : isMarked ? 'key-not-trusted' : null;
  if (problem !== null) await saveProblem(tx, problem);
  return problem;
}
