import { prevalenceBands } from '@practice-exchange/vocabulary';
import { countOf, notSignedIn, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { HubContext } from '../../context.ts';
import { paths } from '../../paths.ts';
import { cutBands } from './banding.ts';
import { bandHistory, countBands, currentCuts } from './store.ts';

const rate = (message: string) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,3}(\.\d{1,2})?$/, message)
    .transform(Number)
    .refine((value) => value > 0, message);
const cutForm = z
  .object({
    medium: rate('Enter where medium begins, as referrals a year for each 10,000 children, such as 2 or 2.5'),
    high: rate('Enter where high begins, as referrals a year for each 10,000 children, such as 4 or 4.5'),
    reason: z
      .string()
      .trim()
      .min(10, 'Say why the bands are cut here, in at least 10 characters')
      .max(1000, 'Say why in at most 1,000 characters'),
  })
  .refine(({ medium, high }) => high > medium, {
    path: ['high'],
    message: 'High must begin above medium',
  });

/** The operator's page of prevalence bands: where they are cut, and cutting them elsewhere with a reason. */
export async function prevalencePages(app: FastifyInstance, { context }: { context: HubContext }): Promise<void> {
  const options = { config: { access: { roles: ['operator'] } }, schema: { hide: true } } as const;
  const show = async (reply: FastifyReply, data: Record<string, unknown> = {}, status = 200) => {
    const [cuts, history, counts] = await Promise.all([
      currentCuts(context.database),
      bandHistory(context.database),
      countBands(context.database),
    ]);
    const countIn = (band: string | null) => counts.find((each) => each.band === band)?.count ?? 0;
    return reply.page(
      'prevalence/views/bands.njk',
      {
        title: 'Prevalence bands',
        cuts,
        history,
        bands: [
          ...prevalenceBands.map(({ code, label }) => ({ label, count: countIn(code) })),
          { label: 'No return yet', count: countIn(null) },
        ],
        values: { medium: String(cuts.medium), high: String(cuts.high) },
        ...data,
      },
      { status },
    );
  };

  app.get(paths.prevalenceBands, options, (_request, reply) => show(reply));

  app.post(paths.prevalenceBands, options, async (request, reply) => {
    const form = readForm(cutForm, request.body);
    if (!form.ok) return show(reply, { errors: form.errors, values: form.values }, 400);
    if (!request.person) throw notSignedIn();
    const changed = await cutBands(context, request.person, form.value);
    await reply.notify({
      kind: 'success',
      heading: 'The bands are cut anew',
      text: `${countOf(changed, 'authority is', 'authorities are')} in another band. Search follows within a minute.`,
    });
    return reply.redirect(paths.prevalenceBands, 303);
  });
}
