import type { Database } from '@practice-exchange/platform';
import type { NodeSchema } from '../../schema/node-schema.ts';

/**
 * A place where this node keeps something of other authorities' learning for its people. Whoever builds one adds it to
 * `copyStores`: what others take back is then removed from it, and the hub is told only after it was looked at again.
 */
export type CopyStore = {
  readonly name: string;
  /** Removes all that it keeps of the records. Doing it again changes nothing. */
  remove(tx: Database<NodeSchema>, records: readonly string[]): Promise<void>;
  /** Whether it still keeps anything of one of the records. */
  holds(tx: Database<NodeSchema>, records: readonly string[]): Promise<boolean>;
};
