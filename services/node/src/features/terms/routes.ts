import { createHash } from 'node:crypto';
import { countOf } from '@practice-exchange/web';
import type { FastifyInstance } from 'fastify';
import { paths } from '../../paths.ts';
import { shortForms, type Term, termMap } from './term-map.ts';

type Address = { Querystring: { q?: string } };

// Everybody may see the vocabulary, and a browser that has it asks for nothing while somebody types.
const suggestions = JSON.stringify(
  termMap.map(({ term, shortForms: short, otherWordings, contested }) => ({
    term,
    short,
    words: otherWordings,
    ...(contested === undefined ? {} : { contested: true }),
  })),
);
const suggestionsTag = `"${createHash('sha256').update(suggestions).digest('base64url').slice(0, 22)}"`;

/** The terminology map, and the vocabulary from which search suggests concepts. */
export async function termPages(app: FastifyInstance): Promise<void> {
  app.get<Address>(paths.terms, { config: { access: 'signed-in' } }, async (request, reply) => {
    const words = typeof request.query.q === 'string' ? request.query.q.trim().slice(0, 100) : '';
    const found = words === '' ? termMap : termMap.filter((term) => isAbout(term, words.toLowerCase()));
    const contested = found.filter((term) => term.contested !== undefined);
    return reply.page('terms/views/terms.njk', {
      title: words === '' ? 'Terms' : `${countOf(found.length, 'term')} for “${words}”`,
      words,
      contested,
      letters: byLetter(found),
      open: words !== '',
      shortForms: words === '' ? shortForms : [],
    });
  });

  app.get(paths.termSuggestions, { config: { access: 'signed-in' } }, async (request, reply) => {
    reply.header('cache-control', 'private, max-age=3600').header('etag', suggestionsTag);
    if (request.headers['if-none-match'] === suggestionsTag) return reply.status(304).send();
    return reply.type('application/json; charset=utf-8').send(suggestions);
  });
}

function isAbout({ term, shortForms: short, otherWordings }: Term, words: string): boolean {
  return [term, ...short, ...otherWordings].some((wording) => wording.toLowerCase().includes(words));
}

function byLetter(terms: readonly Term[]): { letter: string; terms: Term[] }[] {
  return [...Map.groupBy(terms, ({ term }) => term[0]?.toUpperCase() ?? '')].map(([letter, group]) => ({
    letter,
    terms: group,
  }));
}
