import {
  buildRelease,
  cellKey,
  type Decision,
  type PublishedTable,
  tableCatalogue,
} from '@practice-exchange/disclosure';
import type { Database } from '@practice-exchange/platform';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { earlierRecords, type NewTable, releaseToBuild, saveDraft, saveProgress } from './build-store.ts';
import { collect } from './collect.ts';

/**
 * Collects, controls and audits the tables of a release that waits to be built, and saves them as its draft. Saves nothing
 * when the release was discarded meanwhile: something that it counts was withdrawn.
 */
export async function buildDraft(database: Database<HubSchema>, id: string): Promise<void> {
  const release = await releaseToBuild(database, id);
  if (!release) return;
  const { tables: catalogued, sources } = tableCatalogue;
  const steps = sources.length + 2;
  await saveProgress(database, id, { step: 'Counting what was returned and published', at: 1, of: steps });
  const cutAt = new Date();
  const { quarters, contributions, gaps, coverage } = await collect(database, release.quarter);
  const earlier = await earlierRecords(database);
  const built = await buildRelease({
    release: release.name,
    catalogue: tableCatalogue,
    quarters,
    contributions,
    earlier,
    gaps,
    progress: (source, at) =>
      saveProgress(database, id, {
        step: `Protecting and auditing: ${sources.find((each) => each.id === source)?.title ?? source}`,
        at: at + 1,
        of: steps,
      }),
  });
  await saveProgress(database, id, { step: 'Saving the draft', at: steps, of: steps });
  const decisions = new Map(built.decisions.map((decision) => [decision.cell, decision]));
  const tables = built.tables.flatMap((table): NewTable[] => {
    const specification = catalogued.find((each) => each.id === table.id);
    if (!specification) return [];
    return [{ specification, cells: table.cells, decisions: decisionsOf(table, specification.source, decisions) }];
  });
  // A correction of an older quarter knows nothing of newer ones: what was said of those stays said.
  const said = earlier.at(-1)?.statements ?? {};
  await saveDraft(database, id, {
    tables,
    record: { ...built.record, statements: { ...said, ...built.record.statements } },
    coverage,
    audit: built.audit,
    utility: built.utility,
    cutAt,
  });
}

/** The decision on each cell of a table, in the order of its cells. */
function decisionsOf(table: PublishedTable, source: string, decisions: ReadonlyMap<string, Decision>): Decision[] {
  return table.cells.flatMap(({ at: { period = '', ...at } }) => decisions.get(cellKey(source, period, at)) ?? []);
}
