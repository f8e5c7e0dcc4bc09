import type { Person } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import type { NodeContext } from '../../context.ts';
import { paths, pathTo } from '../../paths.ts';
import { personOf } from '../../person-of.ts';
import { answersInWords } from '../reviews/answers-in-words.ts';
import { authorityNames } from '../reviews/authority-names.ts';
import type { CaseReview } from '../reviews/case-review.ts';
import { reviewNavigation } from '../reviews/review-navigation.ts';
import { readReview, reviewUnknown } from '../reviews/reviews.ts';
import { answersIn } from '../reviews/section-answers.ts';
import { sections } from '../reviews/sections.ts';
import { type Compared, compare } from './comparison.ts';
import { editionsOf, type PastEdition, trailOf } from './store.ts';
import { stepsOf } from './trail.ts';

type IdParams = { Params: { id: string } };

const staff = { access: { roles: ['author', 'reviewer', 'publisher', 'lead'] } } as const;

/** The history of a review: every edition, who did what when, and any two versions beside each other. */
export async function historyPages(app: FastifyInstance, { context }: { context: NodeContext }): Promise<void> {
  const { database } = context;

  app.get<IdParams>(paths.history, { config: staff }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    const [editions, trail] = await Promise.all([editionsOf(database, review.id), trailOf(database, review.id)]);
    return reply.page('history/views/history.njk', {
      title: 'History',
      ...shared(review, personOf(request)),
      editions: editions.map((edition) => ({ ...edition, href: pathTo(paths.edition, review.id, edition.number) })),
      versions: versionsOf(review, editions),
      defaults: defaultsFor(versionsOf(review, editions)),
      steps: stepsOf(trail),
    });
  });

  app.get<IdParams & { Querystring: { from?: string; to?: string } }>(
    paths.comparison,
    { config: staff },
    async (request, reply) => {
      const review = await readReview(context, request.params.id);
      const editions = await editionsOf(database, review.id);
      const versions = versionsOf(review, editions);
      const asked = { ...defaultsFor(versions), ...knownOf(request.query, versions) };
      const [older, newer] = inOrder(versions, asked.from, asked.to);
      if (!older || !newer) throw reviewUnknown();
      const names = await namesFor(context, [older.compared, newer.compared]);
      return reply.page('history/views/comparison.njk', {
        title: `${older.text} and ${newer.text[0]?.toLowerCase()}${newer.text.slice(1)}, compared`,
        ...shared(review, personOf(request)),
        versions,
        older,
        newer,
        ...compare(older.compared, newer.compared, names),
      });
    },
  );

  app.get<{ Params: { id: string; number: string } }>(paths.edition, { config: staff }, async (request, reply) => {
    const review = await readReview(context, request.params.id);
    const edition = (await editionsOf(database, review.id)).find(
      ({ number }) => String(number) === request.params.number,
    );
    if (!edition) throw reviewUnknown();
    const compared = comparedEdition(edition);
    const names = await namesFor(context, [compared]);
    return reply.page('history/views/edition.njk', {
      title: `Edition ${edition.number}`,
      ...shared(review, personOf(request)),
      edition,
      answers: sections.flatMap((section) => answersInWords(section, answersIn(section, compared), names)),
    });
  });
}

function shared(review: CaseReview, person: Person) {
  return {
    review,
    sections: reviewNavigation(review, person, 'history'),
    sectionsLabel: 'This case review',
  };
}

type Version = { readonly value: string; readonly text: string; readonly compared: Compared };

/** Everything that can be compared, the oldest first: the editions, and the draft where it is written on. */
function versionsOf(review: CaseReview, editions: readonly PastEdition[]): Version[] {
  const past = [...editions].reverse().map((edition) => ({
    value: String(edition.number),
    text: `Edition ${edition.number}`,
    compared: comparedEdition(edition),
  }));
  if (review.state !== 'draft' && review.state !== 'returned') return past;
  return [...past, { value: 'draft', text: 'The draft as it is now', compared: review.working }];
}

function comparedEdition({ content, audience }: PastEdition): Compared {
  return { prose: content, codes: content, audience };
}

function defaultsFor(versions: readonly Version[]) {
  return { from: versions.at(-2)?.value ?? '', to: versions.at(-1)?.value ?? '' };
}

function knownOf(query: { from?: string; to?: string }, versions: readonly Version[]) {
  const isKnown = (value: string | undefined) => versions.some((version) => version.value === value);
  return {
    ...(isKnown(query.from) ? { from: String(query.from) } : {}),
    ...(isKnown(query.to) ? { to: String(query.to) } : {}),
  };
}

function inOrder(versions: readonly Version[], one: string, other: string): (Version | undefined)[] {
  const [first, second] = versions.filter(({ value }) => value === one || value === other);
  return [first, second ?? first];
}

async function namesFor(context: NodeContext, compared: readonly Compared[]) {
  return compared.some(({ audience }) => audience.scope === 'authorities')
    ? authorityNames(context)
    : new Map<string, string>();
}
