import type { Database } from '@practice-exchange/platform';
import { type PrevalenceBand, prevalenceBands } from '@practice-exchange/vocabulary';
import { notAllowed, type Person } from '@practice-exchange/web';
import type { HubContext } from '../../context.ts';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { audit } from '../audit/store.ts';
import { type BandCuts, prevalenceBandFrom } from './prevalence-band.ts';
import * as store from './store.ts';

/**
 * Puts one authority, or all, into the bands that their returns and the cuts of now give, and has the index follow. Gives
 * how many changed.
 */
export async function recomputeBands(tx: Database<HubSchema>, authority?: string): Promise<number> {
  tx.assertTransaction();
  const cuts = await store.currentCuts(tx);
  const changed = (await store.countedQuarters(tx, authority))
    .map(({ id, band, quarters }) => ({ id, band, now: prevalenceBandFrom(quarters, cuts) }))
    .filter(({ band, now }) => band !== now);
  const bands: (PrevalenceBand | null)[] = [...prevalenceBands.map(({ code }) => code), null];
  for (const band of bands) {
    await store.setBand(
      tx,
      changed.filter(({ now }) => now === band).map(({ id }) => id),
      band,
    );
  }
  await store.indexAgain(
    tx,
    changed.map(({ id }) => id),
  );
  return changed.length;
}

/** Cuts the bands elsewhere from now on, with the reason, and puts every authority into its new band. */
export async function cutBands(
  context: Pick<HubContext, 'database' | 'jobs'>,
  person: Person,
  cut: BandCuts & { reason: string },
): Promise<number> {
  if (!person.roles.includes('operator')) throw notAllowed('Only an operator cuts the prevalence bands.');
  return context.database.transaction(async (tx) => {
    const id = await store.insertCut(tx, { ...cut, decidedBy: person.id });
    const changed = await recomputeBands(tx);
    await audit(tx, {
      person: person.id,
      node: null,
      action: 'prevalence-bands-cut',
      subjectType: 'prevalence-cut',
      subject: String(id),
      detail: { medium: cut.medium, high: cut.high, authoritiesChanged: changed },
    });
    tx.onCommit(() => void context.jobs.wake('update-index'));
    return changed;
  });
}
