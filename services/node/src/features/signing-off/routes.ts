import { labelOf, learningFields } from '@practice-exchange/vocabulary';
import { type FormError, formError, inWords, readForm } from '@practice-exchange/web';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { addToDenyList, denyEntryForm, denyKinds } from '../anonymisation/deny-list.ts';
import { groupsNeedingReason } from '../anonymisation/guard-finding.ts';
import { passagesOf } from '../anonymisation/passages.ts';
import { readReview } from '../reviews/reviews.ts';
import { answerIntruderQuestion, decide, editionToRead } from './signing-off.ts';
import type { Edition } from './store.ts';

type IdParams = { Params: { id: string } };
type Problem = { errors: readonly FormError[]; values: unknown; isKept?: boolean };

const readers = { access: { roles: ['reviewer'] } } as const;
const readersForms = { ...readers, keptOverSignIn: true } as const;

const answerForm = z
  .object({
    contentHash: z.string().min(1),
    answer: z.enum(['nobody', 'perhaps', 'somebody'], { error: 'Select whether somebody could tell who this is' }),
    account: z.string().trim().max(2000, 'Enter 2,000 characters or fewer').default(''),
  })
  .refine(({ answer, account }) => answer === 'nobody' || account !== '', {
    path: ['account'],
    error: 'Say what would give it away, without repeating a name',
  });
const reasonText = z.string().trim().max(1000, 'Enter 1,000 characters or fewer');
const approval = z.looseObject({ contentHash: z.string().min(1) });
const returned = z.object({
  contentHash: z.string().min(1),
  reason: z.string().trim().min(1, 'Say what the author should change').max(2000, 'Enter 2,000 characters or fewer'),
});

/**
 * The second person's reading, in two steps: the clean text and the motivated-intruder question; then what the guard found,
 * reasons for what stays, words that it missed, and the decision.
 */
export async function secondReadingPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  const toRead = async (id: string) => Promise.all([readReview(context, id), editionToRead(context, id)]);

  const showText = async (reply: FastifyReply, id: string, problem?: Problem) => {
    const person = personOf(reply.request);
    const [review, edition] = await toRead(id);
    return reply.page(
      'signing-off/views/second-reading.njk',
      {
        title: `Second reading: ${edition.content.title}`,
        review,
        edition,
        coded: codedFacts(edition),
        canDecide: review.state === 'in-review' && review.author.id !== person.id,
        answered: edition.readings.find((reading) => reading.person === person.id),
        errors: problem?.errors ?? [],
        values: problem?.values ?? {},
        isKept: problem?.isKept ?? false,
      },
      problem?.errors.length ? { status: 400 } : {},
    );
  };

  const showFindings = async (reply: FastifyReply, id: string, problem?: Problem) => {
    const person = personOf(reply.request);
    const [review, edition] = await toRead(id);
    const answered = edition.readings.find((reading) => reading.person === person.id);
    // Whoever has not read the clean text and answered does not see what was found.
    if (!answered || review.author.id === person.id) return reply.redirect(pathTo(paths.secondReading, id), 303);
    const { passages, cards, aboutCodes } = passagesOf(edition.content, edition.findings);
    return reply.page(
      'signing-off/views/reading-findings.njk',
      {
        title: `What the check found: ${edition.content.title}`,
        review,
        edition,
        answered,
        passages,
        cards,
        aboutCodes,
        needsReasons: groupsNeedingReason(edition.findings).length,
        canDecide: review.state === 'in-review',
        kinds: denyKinds,
        errors: problem?.errors ?? [],
        values: problem?.values ?? {},
        isKept: problem?.isKept ?? false,
      },
      problem?.errors.length ? { status: 400 } : {},
    );
  };

  app.get<IdParams>(paths.secondReading, { config: readers }, (request, reply) => showText(reply, request.params.id));

  // What a reader wrote when their session ended, once they are back: only for the text that they wrote it about.
  for (const [path, show] of [
    [paths.intruderAnswer, showText],
    [paths.approve, showFindings],
    [paths.returnReview, showFindings],
  ] as const) {
    app.get<IdParams>(path, { config: readers }, async (request, reply) => {
      const { id } = request.params;
      const kept = await request.keptForm();
      const { contentHash } = await editionToRead(context, id);
      if (kept?.contentHash !== contentHash) return reply.redirect(pathTo(paths.secondReading, id), 303);
      return show(reply, id, { errors: [], values: kept, isKept: true });
    });
  }

  app.post<IdParams>(paths.intruderAnswer, { config: readersForms }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(answerForm, request.body);
    if (!form.ok) return showText(reply, id, form);
    await answerIntruderQuestion(context, personOf(request), { id, ...form.value });
    await request.forgetKeptForm();
    return reply.redirect(pathTo(paths.readingFindings, id), 303);
  });

  app.get<IdParams>(paths.readingFindings, { config: readers }, (request, reply) =>
    showFindings(reply, request.params.id),
  );

  app.post<IdParams>(paths.missedWords, { config: readers }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(denyEntryForm, request.body);
    if (!form.ok) return showFindings(reply, id, form);
    await addToDenyList(context, personOf(request), id, form.value);
    await reply.notify({
      kind: 'success',
      heading: 'On the deny-list of this case',
      text: 'The text can no longer be approved as it is. Return it to its author.',
    });
    return reply.redirect(pathTo(paths.readingFindings, id), 303);
  });

  app.post<IdParams>(paths.approve, { config: readersForms }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(approval, request.body);
    if (!form.ok) return showFindings(reply, id, form);
    const edition = await editionToRead(context, id);
    const { reasons, errors } = reasonsFrom(edition, form.values);
    const { contentHash } = form.value;
    // Only for the newest text: what is missing in reasons for another is no matter.
    if (errors.length > 0 && contentHash === edition.contentHash) {
      return showFindings(reply, id, { errors, values: form.values });
    }
    await decide(context, personOf(request), { id, contentHash, approve: true, reasons });
    await request.forgetKeptForm();
    await reply.notify({
      kind: 'success',
      heading: 'Approved',
      text: 'A publisher can share it with the network now.',
    });
    return reply.redirect(pathTo(paths.review, id), 303);
  });

  app.post<IdParams>(paths.returnReview, { config: readersForms }, async (request, reply) => {
    const { id } = request.params;
    const form = readForm(returned, request.body);
    if (!form.ok) return showFindings(reply, id, form);
    await decide(context, personOf(request), { id, ...form.value, approve: false });
    await request.forgetKeptForm();
    await reply.notify({ kind: 'success', heading: 'Returned to its author' });
    return reply.redirect(pathTo(paths.review, id), 303);
  });
}

/** The reason typed for each finding that needs one, and a mistake for each that has none. */
function reasonsFrom(edition: Edition, values: Readonly<Record<string, unknown>>) {
  const reasons: Record<string, string> = {};
  const errors: FormError[] = [];
  for (const { entity } of groupsNeedingReason(edition.findings)) {
    const field = `reason-${entity}`;
    const typed = reasonText.safeParse(values[field] ?? '');
    if (!typed.success) errors.push(formError(field, 'Enter 1,000 characters or fewer'));
    else if (typed.data === '')
      errors.push(formError(field, 'Say why this can stay, or return the text to its author'));
    else reasons[entity] = typed.data;
  }
  return { reasons, errors };
}

function codedFacts({ content }: Edition) {
  return learningFields.map(({ field, label, codes }) => ({
    label,
    text: inWords([content[field]].flat().map((code) => labelOf(codes, code))),
  }));
}
