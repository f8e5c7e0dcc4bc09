import type { Database } from '@practice-exchange/platform';
import type { OpenedPublication } from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { kindOf } from './decide.ts';
import { prevalenceBandFrom } from './prevalence-band.ts';
import * as store from './store.ts';

type Owner = { node: string; authority: string };

/**
 * Makes publications take effect on what the hub serves: records, bodies, learning, statements, returns, keys, and the
 * index tasks that follow. One run of equal operations is written at once; order between runs is kept.
 */
export async function project(
  tx: Database<HubSchema>,
  owner: Owner,
  applied: readonly OpenedPublication[],
): Promise<void> {
  for (const run of runsOfDistinctRecords(applied)) await projectRun(tx, owner, run);
}

/** Splits at every repeated record, so that within a run each row is written once. */
function runsOfDistinctRecords(applied: readonly OpenedPublication[]): OpenedPublication[][] {
  const runs: OpenedPublication[][] = [];
  let seen = new Set<string>();
  let current: OpenedPublication[] = [];
  for (const publication of applied) {
    const { record } = publication.envelope;
    if (record !== null && seen.has(record)) {
      runs.push(current);
      current = [];
      seen = new Set();
    }
    if (record !== null) seen.add(record);
    current.push(publication);
  }
  return current.length > 0 ? [...runs, current] : runs;
}

async function projectRun(tx: Database<HubSchema>, owner: Owner, run: readonly OpenedPublication[]): Promise<void> {
  const place = ({ envelope: { node, epoch, seq } }: OpenedPublication) => ({ node, epoch, seq });
  const kinds = await store.knownRecords(
    tx,
    run.flatMap(({ op, envelope }) => (op === 'withdraw' && envelope.record ? [envelope.record] : [])),
  );

  await store.saveRecords(
    tx,
    run.flatMap((publication) => {
      const { envelope } = publication;
      if (envelope.record === null) return [];
      const before = kinds.get(envelope.record);
      return [
        {
          id: envelope.record,
          node: owner.node,
          kind: kindOf(envelope.op) ?? before?.kind ?? 'learning',
          revision: envelope.revision,
          audience: envelope.audience ?? before?.audience ?? null,
          state: envelope.op === 'withdraw' ? ('withdrawn' as const) : ('shared' as const),
        },
      ];
    }),
  );
  await store.insertBodies(
    tx,
    run.flatMap((publication) =>
      publication.body === null || publication.envelope.record === null
        ? []
        : [
            {
              ...place(publication),
              record: publication.envelope.record,
              content: Buffer.from(publication.bodyBytes),
              salt: Buffer.from(publication.salt),
            },
          ],
    ),
  );
  await store.saveLearning(
    tx,
    run.flatMap((publication) =>
      publication.op === 'publish' || publication.op === 'revise'
        ? [
            {
              ...place(publication),
              id: publication.envelope.record,
              authority: owner.authority,
              revision: publication.envelope.revision,
              audience: publication.envelope.audience,
              content: publication.body,
            },
          ]
        : [],
    ),
  );
  const tasks: Parameters<typeof store.addIndexTasks>[1][number][] = [];
  for (const publication of run) {
    const at = place(publication);
    switch (publication.op) {
      case 'publish':
      case 'revise':
        tasks.push({ ...at, record: publication.envelope.record, task: 'index', canary: null });
        break;
      case 'rescope': {
        const { record: id, revision, audience } = publication.envelope;
        await store.changeAudience(tx, { ...at, id, revision, audience });
        tasks.push({ ...at, record: id, task: 'index', canary: null });
        break;
      }
      case 'withdraw': {
        const id = publication.envelope.record;
        const kind = kinds.get(id)?.kind ?? 'learning';
        if (kind === 'learning') {
          const { canary } = await store.hideLearning(tx, id);
          tasks.push({ ...at, record: id, task: 'remove', canary });
        } else {
          await store.removeDocument(tx, kind, id);
        }
        break;
      }
      case 'statement':
        await store.saveStatement(
          tx,
          owner.authority,
          publication.envelope.record,
          publication.envelope.revision,
          publication.body,
        );
        break;
      case 'return': {
        const { record, revision } = publication.envelope;
        await store.saveReturn(tx, owner.authority, record, revision, publication.body);
        await store.setPrevalenceBand(
          tx,
          owner.authority,
          prevalenceBandFrom(await store.newestReturns(tx, owner.authority, 4)),
        );
        break;
      }
      case 'rotate-key':
        await store.addKey(tx, owner.node, publication.body.key);
        break;
      case 'heartbeat':
        break;
    }
  }
  await store.addIndexTasks(tx, tasks);
}
