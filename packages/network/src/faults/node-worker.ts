// A node in a process of its own, for the fault-injection harness only.
import { flushCompileCache } from 'node:module';
import {
  answerIntruderQuestion,
  answerReport,
  beginReview,
  compareWithHub,
  decide,
  editionToRead,
  followNetwork,
  followRiskReports,
  groupsNeedingReason,
  join,
  type NodeConfig,
  publishReturn,
  publishReview,
  publishStatement,
  type RunningNode,
  readReview,
  reportRisk,
  saveReview,
  sendForReading,
  sendRiskReports,
  startNode,
  type WorkingReview,
  withdrawReview,
} from '@practice-exchange/node';
import { newId } from '@practice-exchange/platform';
import {
  type CaseloadReturn,
  type ChainPlace,
  genesisHash,
  HubProblem,
  type PracticeStatement,
} from '@practice-exchange/protocol';
import { DemoSignIn, type NewPerson, type Person, type Role, savePeople } from '@practice-exchange/web';
import { breakNode, type NodeBreakage } from './breakages.ts';
import { answerQuestions } from './control.ts';
import { armKillPoint, disarmKillPoints, type KillPoint, placeKillPoints } from './kill-points.ts';
import { shiftClock } from './shifted-clock.ts';

const staff: NewPerson[] = [
  { subject: 'lead', name: 'Lead', jobTitle: 'Lead', roles: ['author', 'publisher', 'lead', 'practitioner'] },
  { subject: 'reader', name: 'Reader', jobTitle: 'Second reader', roles: ['reviewer', 'practitioner'] },
];

let running: RunningNode | null = null;

function context(): RunningNode['context'] {
  if (!running) throw new Error('the node is not running');
  return running.context;
}

async function person(subject: 'lead' | 'reader'): Promise<Person> {
  const row = await context()
    .database.db.selectFrom('person')
    .select(['id', 'name', 'roles'])
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  return { ...row, roles: row.roles as Role[] };
}

async function approveAndPublish(review: string): Promise<void> {
  await sendForReading(context(), await person('lead'), review);
  const reader = await person('reader');
  const { contentHash, findings } = await editionToRead(context(), review);
  await answerIntruderQuestion(context(), reader, { id: review, contentHash, answer: 'nobody' });
  const reasons = Object.fromEntries(groupsNeedingReason(findings).map(({ entity }) => [entity, 'Known to nobody.']));
  await decide(context(), reader, { id: review, contentHash, approve: true, reasons });
  await publishReview(context(), await person('lead'), review);
}

/** Where this node's own log would go on, whatever the hub says. */
async function ownPlace(): Promise<ChainPlace> {
  const { database, network } = context();
  const { epoch = 1, node = '' } = (await network.membership()) ?? {};
  const head = await database.db
    .selectFrom('publication')
    .select(['seq', 'hash'])
    .where('epoch', '=', epoch)
    .where('delivered_at', 'is not', null)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { epoch, seq: (head?.seq ?? 0) + 1, prev: head?.hash ?? genesisHash(node, epoch) };
}

const commands = {
  async start(options: { config: NodeConfig; clockShiftMs: number; breakage: NodeBreakage | null }) {
    shiftClock(options.clockShiftMs);
    placeKillPoints();
    if (options.breakage) breakNode[options.breakage](ownPlace);
    running = await startNode(options.config, new DemoSignIn({ people: [], production: false }));
    await savePeople(running.context.database as never, staff);
  },
  /** Ends the service in good order; the process stays for the next run. */
  async stop() {
    disarmKillPoints();
    const ending = running;
    running = null;
    await ending?.stop();
    flushCompileCache();
  },
  /** Ends every fault of this process. */
  async heal() {
    disarmKillPoints();
    shiftClock(0);
  },
  async clock({ shiftMs }: { shiftMs: number }) {
    shiftClock(shiftMs);
  },
  /** Compares what both ends hold. */
  async compare() {
    return compareWithHub(context());
  },
  async join({ invitation }: { invitation: string }) {
    const hubUrl = context().config.hubUrl ?? '';
    const { fingerprint } = await join(context(), { hubUrl, invitation });
    const membership = await context().network.membership();
    if (!membership) throw new Error('joined without a membership');
    return { fingerprint, node: membership.node, authority: membership.authority };
  },
  /** The conformance run, once the fingerprint is confirmed. */
  async goLive() {
    await followNetwork(context());
    return { state: (await context().network.membership())?.state ?? null };
  },
  async publish({ working }: { working: WorkingReview }) {
    const review = await beginReview(context(), await person('lead'), working);
    await approveAndPublish(review);
  },
  /** Writes the newest text of a review that is published, and its audience, and publishes that. */
  async revise({ review, working }: { review: string; working: WorkingReview }) {
    const { version } = await readReview(context(), review);
    await saveReview(context(), await person('lead'), { id: review, version, working });
    await approveAndPublish(review);
  },
  async withdraw({ review }: { review: string }) {
    await withdrawReview(context(), await person('lead'), { id: review, kind: 'withdrawn', reason: 'out-of-date' });
  },
  async statement({ statement }: { statement: PracticeStatement }) {
    await publishStatement(context(), await person('lead'), statement);
  },
  async return({ caseload }: { caseload: CaseloadReturn }) {
    await publishReturn(context(), await person('lead'), caseload);
  },
  async report({ record, says }: { record: string; says: string }) {
    await reportRisk(context(), await person('reader'), { id: newId(), record, how: 'several-details', says });
  },
  async answer({ report, says }: { report: string; says: string }) {
    await answerReport(context(), await person('lead'), { id: report, says });
  },
  /** Sends reports and answers that wait, also those that it would try again in ten minutes, and reads what became of all. */
  async followReports() {
    await context().database.db.updateTable('risk_report').set({ tried_at: null }).execute();
    await sendRiskReports(context());
    await followRiskReports(context());
  },
  async arm({ point, passes }: { point: KillPoint; passes: number }) {
    armKillPoint(point, passes);
  },
  /** Does at once what the node's own clock would have it do within ten seconds. */
  async catchUp() {
    const { jobs } = context();
    for (const job of ['withdraw-ahead', 'deliver', 'fetch-receipts', 'send-risk-reports', 'follow-risk-reports']) {
      await jobs.wake(job);
    }
    await jobs.drain();
  },
  /** What a person here sees of each record: its text, or the code of the refusal. */
  async read({ records }: { records: readonly string[] }) {
    const hub = await context().network.hub();
    const asker = context().network.onBehalfOf(await person('reader'));
    const seen: Record<string, { title: string; whatWorked: string; revision: number } | string> = {};
    for (const id of records) {
      seen[id] = await hub.learning(id, asker).then(
        ({ record, revision }) => ({ title: record.title, whatWorked: record.whatWorked, revision }),
        (error: unknown) => (error instanceof HubProblem ? error.code : Promise.reject(error)),
      );
    }
    return seen;
  },
  /** Every record that a person here can browse to. */
  async browse() {
    const hub = await context().network.hub();
    const asker = context().network.onBehalfOf(await person('reader'));
    const found: string[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await hub.search({ q: '', page }, asker);
      found.push(...answer.results.map(({ id }) => id));
      if (page >= answer.pages) return { total: answer.total, found, degraded: answer.degraded ?? null };
    }
  },
} as const;

export type NodeCommands = typeof commands;

answerQuestions(commands);
