import {
  answerIntruderQuestion,
  beginReview,
  decide,
  editionToRead,
  groupsNeedingReason,
  listDocuments,
  listReviews,
  publishReturn,
  publishReview,
  publishStatement,
  type RunningNode,
  sendForReading,
} from '@practice-exchange/node';
import { AppError } from '@practice-exchange/platform';
import { type Audience, authoritiesAudience, regionsAudience, splitRecord } from '@practice-exchange/protocol';
import type { Person, Role } from '@practice-exchange/web';
import type { Network, NetworkNode } from '../network.ts';
import { type DemoLearning, readDemoLearning } from './demo-learning.ts';
import { readDemoReturns } from './demo-returns.ts';
import { readDemoStatements } from './demo-statements.ts';

/**
 * Publishes the demo content as its authorities would: statements, returns, and every learning record written, read by a second
 * person, approved and published, over the real protocol. What is there already is left; what was broken off goes on. `ofEach`: no more
 * records than this of each authority, the oldest.
 */
export async function seedDemo(
  network: Network,
  progress: (step: string) => void,
  { ofEach = Number.POSITIVE_INFINITY } = {},
): Promise<void> {
  const [learning, statements, returns] = await Promise.all([
    readDemoLearning(),
    readDemoStatements(),
    readDemoReturns(),
  ]);
  const ids = new Map(network.nodes.map(({ authority, authorityId }) => [authority.key, authorityId]));
  let done = 0;
  await Promise.all(
    network.nodes.map(async (place) => {
      const { authority, node } = place;
      const lead = await personWith(network, place, 'lead');
      const reader = await personWith(network, place, 'reviewer');
      const documents = new Set(
        (await listDocuments(node.context.database)).map(({ kind, name }) => `${kind} ${name}`),
      );
      const statement = statements.get(authority.key);
      if (statement && !documents.has('statement statement')) await publishStatement(node.context, lead, statement);
      for (const caseload of returns.get(authority.key) ?? []) {
        if (!documents.has(`return ${caseload.quarter}`)) await publishReturn(node.context, lead, caseload);
      }
      const reviews = new Map(
        (await listReviews(node.context.database)).map((review) => [review.working.prose.title, review]),
      );
      const own = learning.filter((candidate) => candidate.authority === authority.key);
      for (const demo of own.slice(0, ofEach)) {
        const review = reviews.get(demo.content.title);
        if (!review || goesOn.has(review.state)) await (await approveDemo(node, { lead, reader }, demo, ids, review))();
        done += 1;
        if (done % 10 === 0) progress(`Publishing the demo learning: ${done} of ${learning.length}`);
      }
    }),
  );
  progress('Indexing the demo learning');
  await network.drain();
}

/** Writes, reads and approves one record as its authority's people would. Gives what publishes it. */
export async function prepareDemo(
  network: Network,
  place: NetworkNode,
  demo: DemoLearning,
): Promise<() => Promise<void>> {
  const people = {
    lead: await personWith(network, place, 'lead'),
    reader: await personWith(network, place, 'reviewer'),
  };
  return approveDemo(place.node, people, demo, new Map(), undefined);
}

/** True of every demo record, whatever the guard stops at in it. */
const demoReason =
  'This case was composed for the demonstration. It describes no child, family, worker or place, so there is nobody whom it could point to.';

/** States in which an earlier start may have left a record. What people did since, such as withdrawing it, is left as it is. */
const goesOn: ReadonlySet<string> = new Set(['draft', 'in-review', 'approved']);

type Existing = { id: string; state: string } | undefined;

/** Takes a demo record as far as its approval, from wherever it was left. Gives what publishes it. */
async function approveDemo(
  node: RunningNode,
  people: { lead: Person; reader: Person },
  demo: DemoLearning,
  ids: ReadonlyMap<string, string>,
  existing: Existing,
): Promise<() => Promise<void>> {
  const { context } = node;
  try {
    const id = existing?.id ?? (await beginReview(context, people.lead, workingFrom(demo, ids)));
    const state = existing?.state ?? 'draft';
    if (state === 'draft') await sendForReading(context, people.lead, id);
    if (state === 'draft' || state === 'in-review') {
      const { contentHash, findings } = await editionToRead(context, id);
      await answerIntruderQuestion(context, people.reader, { id, contentHash, answer: 'nobody' });
      const reasons = Object.fromEntries(groupsNeedingReason(findings).map(({ entity }) => [entity, demoReason]));
      await decide(context, people.reader, { id, contentHash, approve: true, reasons });
    }
    return () => publishReview(context, people.lead, id);
  } catch (cause) {
    throw new AppError({
      code: 'demo-not-published',
      status: 500,
      title: 'The demo could not be published',
      message: `The demo record ${demo.file} could not be published: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    });
  }
}

function workingFrom({ content, audience }: DemoLearning, ids: ReadonlyMap<string, string>) {
  return { ...splitRecord(content), audience: audienceFrom(audience, ids) };
}

function audienceFrom(audience: DemoLearning['audience'], ids: ReadonlyMap<string, string>): Audience {
  switch (audience.scope) {
    case 'network':
      return audience;
    case 'regions':
      return regionsAudience(audience.regions);
    case 'authorities':
      return authoritiesAudience(audience.keys.flatMap((key) => ids.get(key) ?? []));
  }
}

async function personWith(network: Network, { authority, node }: NetworkNode, role: Role): Promise<Person> {
  const demo = network.people.find((person) => person.authority === authority.key && person.roles.includes(role));
  const row = await node.context.database.db
    .selectFrom('person')
    .select(['id', 'name', 'roles'])
    .where('subject', '=', demo?.id ?? '')
    .executeTakeFirst();
  if (!row) throw new Error(`${authority.name} has nobody with the role ${role}`);
  return { id: row.id, name: row.name, roles: row.roles as Role[] };
}
