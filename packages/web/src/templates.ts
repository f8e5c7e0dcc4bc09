import { fileURLToPath } from 'node:url';
import view from '@fastify/view';
import type { FastifyInstance } from 'fastify';
import nunjucks from 'nunjucks';
import { govukTemplates } from './assets.ts';
import { britishDate, britishDateTime, britishTime, periodLabel } from './calendar.ts';
import type { FormError } from './forms.ts';
import { highlightMarkup, safeMarkup } from './markup.ts';
import { spokenGroups } from './spoken.ts';
import { codeLabel, countOf, inWords, readableNumber } from './wording.ts';

const ownViews = fileURLToPath(new URL('../views', import.meta.url));

/** Sets up nunjucks: the service's folders first, then the shared views, then govuk-frontend. Autoescape is on and stays on. */
export async function setUpTemplates(
  app: FastifyInstance,
  options: { readonly views: readonly string[]; readonly production: boolean },
): Promise<void> {
  await app.register(view, {
    engine: { nunjucks },
    templates: [...options.views, ownViews, govukTemplates],
    production: options.production,
    options: {
      autoescape: true,
      trimBlocks: true,
      lstripBlocks: true,
      onConfigure: addFilters,
    },
  });
}

/**
 * Filters that every template may use: `date`, `time`, `dateTime`, `period`, `number`, `count('result')`,
 * `label('outcomes')`, `highlight`, `inWords`, `spokenGroups`, and `errorFor('field')` on a list of errors.
 */
function addFilters(environment: nunjucks.Environment): void {
  environment.addFilter('date', britishDate);
  environment.addFilter('time', britishTime);
  environment.addFilter('dateTime', britishDateTime);
  environment.addFilter('period', periodLabel);
  environment.addFilter('number', readableNumber);
  environment.addFilter('count', countOf);
  environment.addFilter('label', codeLabel);
  environment.addFilter('inWords', inWords);
  environment.addFilter('spokenGroups', spokenGroups);
  environment.addFilter('highlight', (segments) => safeMarkup(highlightMarkup(segments)));
  environment.addFilter('errorFor', (errors: readonly FormError[] | undefined, field: string) => {
    const error = errors?.find((candidate) => candidate.field === field);
    return error && { text: error.message };
  });
}
