import type { Database } from '@practice-exchange/platform';
import { type Audience, type CompactJws, notProven, signPurgeCertificate } from '@practice-exchange/protocol';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { copiesOf } from './store.ts';
import type { RecordStore } from './stores.ts';

/** What was hidden, by which envelope, and every store that was asked and held nothing; with `audience`, from those outside it. */
export type Proved = {
  readonly node: string;
  readonly record: string;
  readonly revision: number;
  readonly hash: string;
  readonly hiddenAt: Date;
  readonly stores: readonly Pick<RecordStore, 'name' | 'askedBy'>[];
  readonly audience?: Audience;
};

/** Signs the purge certificate for what was proved just now. Of a narrower audience, only who was told of that counts as told. */
export async function signProof(
  tx: Database<HubSchema>,
  hub: HubContext['hub'],
  { hash, hiddenAt, stores, ...proved }: Proved,
): Promise<{ certificate: CompactJws; purgedAt: Date }> {
  const purgedAt = new Date();
  const certificate = signPurgeCertificate(
    {
      hub: hub.id,
      ...proved,
      envelope: hash,
      hiddenAt: hiddenAt.toISOString(),
      purgedAt: purgedAt.toISOString(),
      stores: stores.map(({ name, askedBy }) => ({ store: name, askedBy: [...askedBy], found: 'nothing' })),
      notProven: Object.keys(notProven),
      copies: await copiesOf(tx, proved.record, proved.audience && hiddenAt),
    },
    hub.key,
  );
  return { certificate, purgedAt };
}
