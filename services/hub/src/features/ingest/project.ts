import type { Database } from '@practice-exchange/platform';
import { isSynthetic, type OpenedPublication, type RejectedPublication } from '@practice-exchange/protocol';
import type { HubSchema } from '../../schema/hub-schema.ts';
import { recomputeBands } from '../prevalence/banding.ts';
import { hideRecord } from '../withdrawing/hiding.ts';
import { rescope } from '../withdrawing/narrowing.ts';
import { type KnownRecord, kindOf, stateAfter } from './decide.ts';
import * as store from './store.ts';

type Owner = { node: string; authority: string };

/** One publication and what comes of it now: it applies, or it only counts as a revision of its record. */
export type Step =
  | { readonly effect: 'apply'; readonly publication: OpenedPublication }
  | { readonly effect: 'count'; readonly publication: OpenedPublication | RejectedPublication };

type ApplyStep = Extract<Step, { effect: 'apply' }>;

/**
 * Makes publications take effect on what the hub serves: records, bodies, learning, statements, returns, keys, and the
 * index tasks that follow. One run of equal operations is written at once; order between runs is kept.
 */
export async function project(tx: Database<HubSchema>, owner: Owner, steps: readonly Step[]): Promise<void> {
  for (const run of runsOfDistinctRecords(steps)) await projectRun(tx, owner, run);
}

/** Splits at every repeated record, so that within a run each row is written once. */
function runsOfDistinctRecords(steps: readonly Step[]): Step[][] {
  const runs: Step[][] = [];
  let seen = new Set<string>();
  let current: Step[] = [];
  for (const step of steps) {
    const { record } = step.publication.envelope;
    if (record !== null && seen.has(record)) {
      runs.push(current);
      current = [];
      seen = new Set();
    }
    if (record !== null) seen.add(record);
    current.push(step);
  }
  return current.length > 0 ? [...runs, current] : runs;
}

/** Whether what an operation does to its record depends on how the record stood before. */
function needsRecordBefore({ effect, publication }: Step): boolean {
  const { op } = publication.envelope;
  return effect === 'count' || op === 'withdraw' || op === 'rescope';
}

async function projectRun(tx: Database<HubSchema>, owner: Owner, steps: readonly Step[]): Promise<void> {
  const place = ({ envelope: { node, epoch, seq } }: OpenedPublication) => ({ node, epoch, seq });
  const before = await store.recordsNow(
    tx,
    steps.flatMap((step) =>
      needsRecordBefore(step) && step.publication.envelope.record ? [step.publication.envelope.record] : [],
    ),
  );
  await store.saveRecords(
    tx,
    steps.flatMap((step) => recordAfter(step, owner, before)),
  );
  const run = steps.filter((step): step is ApplyStep => step.effect === 'apply').map(({ publication }) => publication);
  await store.insertBodies(
    tx,
    run.flatMap((publication) =>
      publication.body === null
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
      (publication.op === 'publish' || publication.op === 'revise') && !isSynthetic(publication.envelope)
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
    // No reader is shown a synthetic record, so there is nothing to index; its withdrawal is probed for like any other.
    if (isSynthetic(publication.envelope) && publication.op !== 'withdraw') continue;
    switch (publication.op) {
      case 'publish':
      case 'revise':
        tasks.push({ ...at, record: publication.envelope.record, task: 'index', canary: null });
        break;
      case 'rescope': {
        const { record: id, revision, audience } = publication.envelope;
        const { hash } = publication;
        await rescope(tx, { ...at, hash, record: id, revision, audience, before: before.get(id) });
        break;
      }
      case 'withdraw': {
        const { record, revision, notice = null } = publication.envelope;
        const was = before.get(record);
        await hideRecord(tx, { ...at, record, revision, notice, hash: publication.hash, owner: owner.authority, was });
        tasks.push({ ...at, record, task: 'remove', canary: null });
        // The bands follow from what is still returned.
        if (was?.kind === 'return') await recomputeBands(tx, owner.authority);
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
        await recomputeBands(tx, owner.authority);
        break;
      }
      case 'rotate-key':
        await store.addKey(tx, owner.node, publication.body.key, at);
        break;
      case 'heartbeat':
        break;
    }
  }
  await store.addIndexTasks(tx, tasks);
}

function recordAfter(
  { effect, publication }: Step,
  owner: Owner,
  records: ReadonlyMap<string, Omit<KnownRecord, 'waits'>>,
): Parameters<typeof store.saveRecords>[1][number][] {
  const { envelope } = publication;
  if (envelope.record === null) return [];
  const before = records.get(envelope.record);
  const after = {
    id: envelope.record,
    node: owner.node,
    kind: kindOf(envelope.op) ?? before?.kind ?? 'learning',
    revision: envelope.revision,
    synthetic: isSynthetic(envelope),
  } as const;
  return effect === 'apply'
    ? [{ ...after, audience: envelope.audience ?? before?.audience ?? null, state: stateAfter(envelope.op, before) }]
    : [
        {
          ...after,
          kind: before?.kind ?? after.kind,
          // What waits gives no audience before it is released; what was destroyed did, once.
          audience: before?.audience ?? (publication.status === 'rejected' ? envelope.audience : null),
          state: before?.state ?? 'held',
        },
      ];
}
