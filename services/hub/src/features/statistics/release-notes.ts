import type { Database } from '@practice-exchange/platform';
import { countOf, periodLabel } from '@practice-exchange/web';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { releaseTitle } from './figures.ts';
import { latestRelease, type PublishedRelease, withdrawnSince } from './store.ts';

/** Said wherever numbers are. */
export const notPrevalence =
  'Published learning is not prevalence: an authority that shares much does not necessarily see much. How many cases there are is counted by caseload returns alone.';

/** What every page of a release says of where its numbers come from. */
export type ReleaseNotes = {
  readonly title: string;
  readonly name: string;
  readonly quarter: string;
  readonly period: string;
  readonly approvedAt: Date;
  readonly cutAt: Date;
  readonly isLatest: boolean;
  readonly latest: { readonly title: string; readonly name: string } | null;
  readonly correction: string | null;
  readonly returned: readonly string[];
  readonly missing: readonly string[];
  readonly returnedSentence: string;
  readonly publishers: readonly string[];
  /** Learning counted here has been withdrawn since: the numbers stay as they were published. */
  readonly withdrawnSince: boolean;
  readonly notPrevalence: string;
};

export async function notesOf(database: Database<HubSchema>, release: PublishedRelease): Promise<ReleaseNotes> {
  const [latest, withdrawn] = await Promise.all([latestRelease(database), withdrawnSince(database, release.cutAt)]);
  const returned = release.coverage.authorities.filter((each) => each.returned).map(({ name }) => name);
  const missing = release.coverage.authorities.filter((each) => !each.returned).map(({ name }) => name);
  return {
    title: releaseTitle(release),
    name: release.name,
    quarter: release.quarter,
    period: periodLabel(release.quarter),
    approvedAt: release.approvedAt,
    cutAt: release.cutAt,
    isLatest: latest?.id === release.id,
    latest: latest ? { title: releaseTitle(latest), name: latest.name } : null,
    correction: release.note,
    returned,
    missing,
    returnedSentence: `${returned.length} of ${countOf(returned.length + missing.length, 'authority that takes part', 'authorities that take part')} had returned ${periodLabel(release.quarter)}.`,
    publishers: release.coverage.publishers,
    withdrawnSince: withdrawn,
    notPrevalence,
  };
}
