import { idSchema, verifyManifest } from '@practice-exchange/protocol';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { audit } from '../audit/store.ts';
import { problemText } from '../joining/problem-words.ts';
import { adoptRecord } from './adopting.ts';
import { compareWithHub, isUnanswered, repairRecords } from './comparing.ts';
import { canBeRepaired, describeDifference } from './difference.ts';
import { proveHoldings } from './proof.ts';
import { listSetAside, recoveredRecords } from './recovery-store.ts';
import { readStanding } from './store.ts';

const overseers = { config: { access: { roles: ['administrator', 'lead'] } } } as const;
const recordForm = z.object({ record: idSchema });

/** How this node and the hub stand: the comparison, what differs and its repair, what a restore left behind, and the proof. */
export async function resyncPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get(paths.hubStanding, overseers, async (_request, reply) => {
    const [standing, recovered, setAside, membership] = await Promise.all([
      readStanding(context.database),
      recoveredRecords(context.database),
      listSetAside(context.database),
      context.network.membership(),
    ]);
    const manifest =
      standing.manifest && membership ? verifyManifest(standing.manifest, (kid) => membership.hub.keys.get(kid)) : null;
    const { differences } = standing;
    return reply.page('resyncing/views/hub-standing.njk', {
      title: 'What the hub holds of us',
      joined: membership !== null,
      standing,
      manifest,
      waits: standing.epoch_request !== null,
      keyProblem: membership?.problem === 'key-not-trusted' ? problemText(membership.problem) : null,
      differences: differences.map((difference) => ({
        record: difference.record,
        says: describeDifference(difference),
      })),
      repairable: differences.some(canBeRepaired),
      recovered: recovered.map(({ record, review, op, working, state }) => ({
        record,
        review,
        state,
        withdrawn: op === 'withdraw',
        title: working?.prose.title ?? null,
      })),
      setAside: setAside.map(({ working, ...rest }) => ({ ...rest, title: working?.prose.title ?? null })),
    });
  });

  app.post(paths.compareWithHub, overseers, async (_request, reply) => {
    try {
      await compareWithHub(context);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      context.log.warn({ code: error.code }, 'the hub could not be compared with');
      await reply.notify({
        kind: 'important',
        heading: 'Not compared',
        text: 'The hub did not answer as it should. Nothing was changed; this node tries again by itself.',
      });
    }
    return reply.redirect(paths.hubStanding, 303);
  });

  app.post(paths.repairAtHub, overseers, async (request, reply) => {
    const person = personOf(request);
    const { differences } = await readStanding(context.database);
    const records = differences.filter(canBeRepaired).map(({ record }) => record);
    const repaired = await repairRecords(context, records);
    await context.database.transaction(async (tx) => {
      for (const subject of repaired) {
        await audit(tx, { person: person.id, action: 'sent-again', subjectType: 'publication', subject });
      }
    });
    await compareWithHub(context);
    await reply.notify(
      repaired.length === records.length
        ? { kind: 'success', heading: 'Sent again', text: 'The hub has built its copies anew.' }
        : { kind: 'important', heading: 'Not all sent again', text: 'Ask the network operator to look at the rest.' },
    );
    return reply.redirect(paths.hubStanding, 303);
  });

  app.post(paths.adoptRecord, { config: { access: { roles: ['lead'] } } }, async (request, reply) => {
    const { record } = recordForm.parse(request.body);
    const review = await adoptRecord(context, personOf(request), record);
    await reply.notify({ kind: 'success', heading: 'Taken into the case reviews', text: 'You are its author now.' });
    return reply.redirect(pathTo(paths.review, review), 303);
  });

  app.get(paths.holdingsProof, overseers, async (_request, reply) => {
    const proof = await proveHoldings(context);
    return reply
      .header('content-disposition', 'attachment; filename="what-the-hub-holds.json"')
      .type('application/json')
      .send(JSON.stringify(proof));
  });
}
