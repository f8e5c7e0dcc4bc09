import { HubProblem, notProven, type PurgeCertificate, type WithdrawalStanding } from '@practice-exchange/protocol';
import { type FormError, type FormValues, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { audienceInWords } from '../reviews/answers-in-words.ts';
import { authorityNames } from '../reviews/authority-names.ts';
import type { CaseReview } from '../reviews/case-review.ts';
import { reviewNavigation } from '../reviews/review-navigation.ts';
import { hasEnded, readReview, reviewUnknown } from '../reviews/reviews.ts';
import { keepProof } from './narrowing.ts';
import { narrowingProgress } from './narrowing-progress.ts';
import { newestNarrowing } from './narrowing-store.ts';
import { certificateInWords, progressOf } from './progress.ts';
import { noticeChoices, noticeWords, type Reason, reasonLabel, removalChoices, requestFor } from './reasons.ts';
import { findWithdrawal } from './store.ts';
import { withdrawReview } from './withdrawing.ts';

const staff = { access: { roles: ['author', 'reviewer', 'publisher', 'lead'] } } as const;
const deciders = { access: { roles: ['lead', 'publisher'] } } as const;

const reasons = [...removalChoices, ...noticeChoices].map(({ code }) => code) as [Reason, ...Reason[]];
const withdrawForm = z.object({ reason: z.enum(reasons, 'Choose why you are taking it back') });

type IdParams = { Params: { id: string } };

/** Taking published learning back, and seeing that it is gone. */
export async function withdrawingPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get<IdParams & { Querystring: { reason?: unknown } }>(
    paths.withdraw,
    { config: deciders },
    async (request, reply) => {
      const review = await readReview(context, request.params.id);
      if (hasEnded(review)) return reply.redirect(pathTo(paths.withdrawal, review.id), 303);
      // A page that leads here may have chosen why; the person still presses the button.
      const reason = reasons.find((code) => code === request.query.reason);
      return ask(reply, review, { errors: [], values: reason ? { reason } : {} });
    },
  );

  app.post<IdParams>(paths.withdraw, { config: deciders }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    // Pressing the button twice shows what the first press did.
    if (hasEnded(review)) return reply.redirect(pathTo(paths.withdrawal, review.id), 303);
    const form = readForm(withdrawForm, request.body);
    if (!form.ok) return ask(reply, review, form);
    await withdrawReview(context, personOf(request), { id: review.id, ...requestFor(form.value.reason) });
    return reply.redirect(pathTo(paths.withdrawal, review.id), 303);
  });

  app.get<IdParams>(paths.withdrawal, { config: staff }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    const withdrawal = await findWithdrawal(context.database, review.record);
    if (!withdrawal) throw reviewUnknown();
    const certificate = withdrawal.receipts.find((receipt) => receipt.certificate)?.certificate ?? null;
    const read = certificate ? readCertificate(certificate) : null;
    const progress = progressOf(withdrawal, await standingOf(context, review.record));
    const [doing, done] = review.state === 'removed' ? ['Removing', 'Removed'] : ['Withdrawing', 'Withdrawn'];
    return reply.page('withdrawing/views/withdrawal.njk', {
      title: progress.stage === 'gone' ? `${done} from the network` : `${doing} it from the network`,
      review,
      reviewTitle: review.working.prose.title ?? 'Untitled case review',
      sections: reviewNavigation(review, personOf(request), 'withdrawal'),
      sectionsLabel: 'This case review',
      kind: review.state,
      reason: withdrawal.reason && reasonLabel(withdrawal.reason),
      readersTold: withdrawal.reason && noticeWords(withdrawal.reason),
      progress,
      certificate: read && { stores: certificateInWords(read), purgedAt: read.purgedAt, record: read.record },
      notProven: Object.values(notProven),
    });
  });

  app.get<IdParams>(paths.certificate, { config: staff }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    const withdrawal = await findWithdrawal(context.database, review.record);
    return sendCertificate(reply, review, withdrawal?.receipts.find((receipt) => receipt.certificate)?.certificate);
  });

  app.get<IdParams>(paths.narrowing, { config: staff }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    if (hasEnded(review)) return reply.redirect(pathTo(paths.withdrawal, review.id), 303);
    const standing = await standingOf(context, review.record);
    const membership = await context.network.membership();
    const asked = await newestNarrowing(context.database, review.record);
    if (asked && membership && standing && asked.certificate === null) {
      await keepProof(context, membership, { ...asked, record: review.record }, standing);
    }
    const narrowing = await newestNarrowing(context.database, review.record);
    if (!narrowing) throw reviewUnknown();
    const progress = narrowingProgress(narrowing, standing);
    // Signed while the narrower audience held; once it is refused it says nothing of who can see the record.
    const read = narrowing.certificate && progress.stage !== 'refused' ? readCertificate(narrowing.certificate) : null;
    const names = narrowing.audience.scope === 'authorities' ? await authorityNames(context) : new Map();
    return reply.page('withdrawing/views/narrowing.njk', {
      title: progress.stage === 'gone' ? 'Narrowed in the network' : 'Narrowing it in the network',
      review,
      reviewTitle: review.working.prose.title ?? 'Untitled case review',
      progress,
      audience: audienceInWords(narrowing.audience, names),
      certificate: read && { stores: certificateInWords(read), purgedAt: read.purgedAt, record: read.record },
      notProven: Object.values(notProven),
    });
  });

  app.get<IdParams>(paths.narrowingCertificate, { config: staff }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    return sendCertificate(reply, review, (await newestNarrowing(context.database, review.record))?.certificate);
  });
}

function sendCertificate(reply: FastifyReply, review: CaseReview, certificate: string | null | undefined) {
  if (!certificate) throw reviewUnknown();
  reply.header('content-disposition', `attachment; filename="purge-certificate-${review.record}.jws"`);
  return reply.type('application/jose').send(`${certificate}\n`);
}

function ask(
  reply: FastifyReply,
  review: CaseReview,
  { errors, values }: { errors: readonly FormError[]; values: FormValues },
): Promise<FastifyReply> {
  return reply.page(
    'withdrawing/views/withdraw.njk',
    {
      title: 'Take this learning back',
      review,
      reviewTitle: review.working.prose.title ?? 'Untitled case review',
      isPublished: review.published !== null,
      noticeChoices,
      removalChoices,
      errors,
      values,
    },
    { status: errors.length > 0 ? 400 : 200 },
  );
}

/** How many other systems have confirmed, or null when the hub cannot be asked now: the page is of use without it. */
async function standingOf(context: NodeContext, record: string): Promise<WithdrawalStanding | null> {
  if (!(await context.network.membership())) return null;
  try {
    return await (await context.network.hub()).withdrawal(record);
  } catch (error) {
    if (!(error instanceof HubProblem)) throw error;
    return null;
  }
}

/** What a certificate holds that was verified when it came. */
function readCertificate(jws: string): PurgeCertificate {
  return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as PurgeCertificate;
}
