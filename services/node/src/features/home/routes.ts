import { AppError } from '@practice-exchange/platform';
import { HubProblem, type SearchResponse } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { returnToMake } from '../returns/returns.ts';
import { listReviews } from '../reviews/store.ts';
import { answersForOurs } from '../risk-reports/reporting.ts';
import { type ShownReport, shown } from '../risk-reports/shown.ts';
import { reportsMadeHere, reportsOfOurs } from '../risk-reports/store.ts';
import { NetworkClosed } from '../searching/network-closed.ts';
import { searchNetwork } from '../searching/searching.ts';
import { syncHealth } from '../sync/health.ts';

/** The first page: the search box, recent learning, and what waits for this person. */
export async function homePage(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get(paths.home, { config: { access: 'signed-in' } }, async (request, reply) => {
    const person = personOf(request);
    const isLead = answersForOurs(person);
    const [recent, reviews, ofOurs, made] = await Promise.all([
      recentLearning(context, person),
      listReviews(context.database),
      isLead ? reportsOfOurs(context.database) : [],
      reportsMadeHere(context.database, person),
    ]);
    return reply.page('home/views/home.njk', {
      returnToMake: isLead ? await returnToMake(context) : null,
      title: 'What are you dealing with?',
      delivery: isToldOfDelivery(person) ? await syncHealth(context) : null,
      ...recent,
      risks: ofOurs.map((report) => shown(report, person)).filter(needsLead),
      reported: made
        .filter(({ side }) => !isLead || side === 'made')
        .map((report) => shown(report, person))
        .slice(0, 5),
      mine: reviews.filter((review) => review.author.id === person.id && review.state !== 'published').slice(0, 5),
      toRead: person.roles.includes('reviewer')
        ? reviews.filter((review) => review.state === 'in-review' && review.author.id !== person.id)
        : [],
      toPublish: person.roles.includes('publisher') ? reviews.filter((review) => review.state === 'approved') : [],
    });
  });
}

/** Whether a report of our own learning still waits for somebody here. */
function needsLead({ isOpen, standing }: ShownReport): boolean {
  return isOpen && standing !== 'withdrawn';
}

/** Those who answer for what is shared see here when it does not get through. */
function isToldOfDelivery({ roles }: Person): boolean {
  return roles.includes('lead') || roles.includes('publisher') || roles.includes('administrator');
}

/** The newest learning, or why it cannot be read: the page is of use without it. */
async function recentLearning(
  context: NodeContext,
  person: Person,
): Promise<{ recent: SearchResponse['results'] | null; closed: string | null }> {
  try {
    const { results } = await searchNetwork(context, person, { q: '', sort: 'newest' });
    return { recent: results.slice(0, 5), closed: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error instanceof NetworkClosed || error.code === 'not-joined') return { recent: null, closed: error.title };
    if (!(error.cause instanceof HubProblem)) throw error;
    context.log.warn({ code: error.cause.code }, 'recent learning could not be read');
    return { recent: null, closed: null };
  }
}
