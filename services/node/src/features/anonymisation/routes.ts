import { countOf, type FormError, formError, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { reviewNavigation } from '../reviews/review-navigation.ts';
import { hasEnded, readOwnReview } from '../reviews/reviews.ts';
import { checkNow, retryCheck } from './checking.ts';
import { addToDenyList, denyEntryForm, denyKinds, removeFromDenyList } from './deny-list.ts';
import { denyListOf } from './deny-list-store.ts';
import { acceptBroader, broaderFindings, generaliseCode, replaceFinding } from './generalising.ts';
import { passagesOf } from './passages.ts';

type IdParams = { Params: { id: string } };

const authors = { access: { roles: ['author'] } } as const;

const replaceForm = z.object({
  version: z.coerce.number().int(),
  entity: z.string().min(1).max(40),
  mention: z.union([z.literal('all'), z.coerce.number().int().min(0)]),
  use: z.enum(['suggestion', 'words']).default('suggestion'),
  words: z.string().trim().max(200, 'Enter 200 characters or fewer').optional(),
});
const broaderForm = z.object({ version: z.coerce.number().int() });
const codeForm = z.object({ version: z.coerce.number().int(), field: z.string().min(1).max(40) });
const removeForm = z.object({ entry: z.uuid() });

/** The findings page of a draft, its one-click changes, and the deny-list of the case. */
export async function anonymisationPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  app.get<IdParams>(paths.anonymisation, { config: authors }, (request, reply) =>
    showFindings(reply, request.params.id),
  );

  const showFindings = async (reply: FastifyReply, id: string, errors: readonly FormError[] = []) => {
    const person = personOf(reply.request);
    const review = await readOwnReview(context, person, id);
    const check = await checkNow(context, id);
    const denyList = await denyListOf(context.database, id);
    const { passages, cards, aboutCodes } = passagesOf(review.working.prose, check.findings);
    const all = [...cards, ...aboutCodes];
    const count = (severity: string) => all.filter((card) => card.severity === severity).length;
    return reply.page(
      'anonymisation/views/findings.njk',
      {
        title: 'Anonymisation',
        review,
        sections: reviewNavigation(review, person, 'anonymisation'),
        sectionsLabel: 'This case review',
        check,
        passages,
        cards,
        aboutCodes,
        counts: { block: count('block'), reason: count('block-unless-reason'), warn: count('warn') },
        listed: denyList.length,
        broader: check.state === 'checked' ? broaderFindings(check.findings).length : 0,
        errors,
      },
      errors.length > 0 ? { status: 400 } : {},
    );
  };

  app.post<IdParams>(paths.checkAgain, { config: authors }, async (request, reply) => {
    const { id } = request.params;
    await retryCheck(context, personOf(request), id);
    return reply.redirect(pathTo(paths.anonymisation, id), 303);
  });

  app.post<IdParams>(paths.replaceFinding, { config: authors }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(replaceForm, request.body);
    if (!form.ok) return showFindings(reply, id, form.errors);
    const { use, words, ...asked } = form.value;
    if (use === 'words' && !words) {
      return showFindings(reply, id, [formError(`words-${asked.entity}`, 'Enter the words to put instead')]);
    }
    const replaced = await replaceFinding(context, personOf(request), {
      id,
      ...asked,
      ...(use === 'words' && words ? { words } : {}),
    });
    await reply.notify({
      kind: 'success',
      heading: replaced === 1 ? 'Replaced' : `Replaced in ${replaced} places`,
      text: 'The draft is saved and has been checked again.',
    });
    return reply.redirect(pathTo(paths.anonymisation, id), 303);
  });

  app.post<IdParams>(paths.acceptBroader, { config: authors }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(broaderForm, request.body);
    if (!form.ok) return showFindings(reply, id, form.errors);
    const replaced = await acceptBroader(context, personOf(request), { id, ...form.value });
    await reply.notify({
      kind: 'success',
      heading: `Replaced in ${countOf(replaced, 'place')}`,
      text: 'The draft is saved and has been checked again. Read the text once more: broader words may not fit every sentence.',
    });
    return reply.redirect(pathTo(paths.anonymisation, id), 303);
  });

  app.post<IdParams>(paths.generaliseCode, { config: authors }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(codeForm, request.body);
    if (!form.ok) return showFindings(reply, id, form.errors);
    await generaliseCode(context, personOf(request), { id, ...form.value });
    await reply.notify({ kind: 'success', heading: 'Changed', text: 'The draft is saved and has been checked again.' });
    return reply.redirect(pathTo(paths.anonymisation, id), 303);
  });

  const showList = async (
    reply: FastifyReply,
    id: string,
    problem?: { errors: readonly FormError[]; values: unknown },
  ) => {
    const review = await readOwnReview(context, personOf(reply.request), id);
    return reply.page(
      'anonymisation/views/deny-list.njk',
      {
        title: 'Deny-list of this case',
        review,
        entries: await denyListOf(context.database, id),
        kinds: denyKinds,
        ended: hasEnded(review),
        errors: problem?.errors ?? [],
        values: problem?.values ?? {},
      },
      problem ? { status: 400 } : {},
    );
  };

  app.get<IdParams>(paths.denyList, { config: authors }, (request, reply) => showList(reply, request.params.id));

  app.post<IdParams>(paths.denyList, { config: authors }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(denyEntryForm, request.body);
    if (!form.ok) return showList(reply, id, form);
    const added = await addToDenyList(context, personOf(request), id, form.value);
    if (!added) {
      const errors = [formError('value', 'This is on the list already')];
      return showList(reply, id, { errors, values: form.values });
    }
    await reply.notify({ kind: 'success', heading: 'Added to the deny-list' });
    return reply.redirect(pathTo(paths.denyList, id), 303);
  });

  app.post<IdParams>(paths.denyListRemoval, { config: authors }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(removeForm, request.body);
    if (form.ok) await removeFromDenyList(context, personOf(request), id, form.value.entry);
    await reply.notify({ kind: 'success', heading: 'Taken off the deny-list' });
    return reply.redirect(pathTo(paths.denyList, id), 303);
  });
}
