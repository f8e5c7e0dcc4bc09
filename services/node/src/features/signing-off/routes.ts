import { labelOf, learningFields } from '@practice-exchange/vocabulary';
import { type FormError, inWords, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { readReview } from '../reviews/reviews.ts';
import { decide, editionToRead } from './signing-off.ts';

type IdParams = { Params: { id: string } };

const readers = { access: { roles: ['reviewer'] } } as const;
const approval = z.object({
  contentHash: z.string().min(1),
  intruder: z.enum(['no'], {
    error: 'Confirm that nobody could tell who this is, or return it to its author',
  }),
});
const returned = z.object({
  contentHash: z.string().min(1),
  reason: z.string().trim().min(1, 'Say what the author should change').max(2000, 'Enter at most 2,000 characters'),
});

/** The second person's reading: the final text, the motivated-intruder question, and the decision. */
export async function secondReadingPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  const show = async (reply: FastifyReply, id: string, problem?: { errors: readonly FormError[]; values: unknown }) => {
    const [review, edition] = await Promise.all([readReview(context, id), editionToRead(context, id)]);
    const { content } = edition;
    return reply.page(
      'signing-off/views/second-reading.njk',
      {
        title: `Second reading: ${content.title}`,
        review,
        edition,
        coded: learningFields.map(({ field, label, codes }) => ({
          label,
          text: inWords([content[field]].flat().map((code) => labelOf(codes, code))),
        })),
        errors: problem?.errors ?? [],
        values: problem?.values ?? {},
      },
      problem ? { status: 400 } : {},
    );
  };

  app.get<IdParams>(paths.secondReading, { config: readers }, (request, reply) => show(reply, request.params.id));

  app.post<IdParams>(paths.approve, { config: readers }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(approval, request.body);
    if (!form.ok) return show(reply, id, form);
    const { contentHash, intruder } = form.value;
    await decide(context, personOf(request), { id, contentHash, approve: true, intruderAnswer: intruder });
    await reply.notify({
      kind: 'success',
      heading: 'Approved',
      text: 'A publisher can share it with the network now.',
    });
    return reply.redirect(pathTo(paths.review, id), 303);
  });

  app.post<IdParams>(paths.returnReview, { config: readers }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(returned, request.body);
    if (!form.ok) return show(reply, id, form);
    await decide(context, personOf(request), { id, ...form.value, approve: false });
    await reply.notify({ kind: 'success', heading: 'Returned to its author' });
    return reply.redirect(pathTo(paths.review, id), 303);
  });
}
