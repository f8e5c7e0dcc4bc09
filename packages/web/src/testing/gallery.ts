import { fileURLToPath } from 'node:url';
import { AppError } from '@practice-exchange/platform';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { barChart } from '../charts/bar-chart.ts';
import { lineChart } from '../charts/line-chart.ts';
import { type DemoPerson, DemoSignIn } from '../demo-sign-in.ts';
import { formError, readForm } from '../forms.ts';
import { pagination } from '../pagination.ts';
import { InMemorySessionStore } from '../session-store.ts';
import { type WebPagesOptions, webPages } from '../web-pages.ts';

export const galleryPeople: readonly DemoPerson[] = [
  {
    id: 'amara-lead',
    name: 'Amara Osei',
    roles: ['author', 'publisher', 'lead'],
    title: 'Authority lead',
    description: 'Writes case reviews, publishes them, and keeps the practice statement and the caseload return.',
  },
  {
    id: 'tom-reader',
    name: 'Tom Hartley',
    roles: ['reviewer', 'practitioner'],
    title: 'Second reader',
    description: 'Reads what colleagues wrote before anything is shared, and signs it off or sends it back.',
  },
  {
    id: 'nadia-practitioner',
    name: 'Nadia Rahman',
    roles: ['practitioner'],
    title: 'Practitioner',
    description: 'Searches for what others have learned, reads it and says whether it helped.',
  },
];

/** What the gallery's form changed, for tests to look at. */
export type GalleryState = { titles: string[] };

const suppressed = { symbol: 'c', meaning: 'suppressed so that nobody can be identified' };
const quarters = ['2024-Q4', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3'];
const quarterWords = ['Oct to Dec', 'Jan to Mar', 'Apr to Jun', 'Jul to Sep'];

/**
 * A small service that shows every kind of page with invented content: for tests of this package, and for looking at. Not listening
 * yet. `state` records what its form was sent.
 */
export async function createGallery(
  changes: Partial<WebPagesOptions> = {},
): Promise<{ app: FastifyInstance; state: GalleryState; store: InMemorySessionStore }> {
  const app = Fastify({ logger: false, bodyLimit: 20_000 });
  const state: GalleryState = { titles: [] };
  const store = new InMemorySessionStore();
  await app.register(webPages, {
    id: 'gallery',
    service: { name: 'Practice Exchange', organisation: 'Northmoor Council' },
    production: false,
    demo: true,
    secret: 'only-for-the-gallery-and-its-tests-0123456789',
    sessions: { store },
    signIn: new DemoSignIn({ people: galleryPeople, production: false }),
    views: [fileURLToPath(new URL('./views', import.meta.url))],
    navigation: (person) =>
      person
        ? [
            { href: '/', text: 'Home' },
            { href: '/results', text: 'Search' },
            { href: '/form', text: 'Case reviews' },
            {
              href: '/chart',
              text: 'Trends',
              sections: [
                { href: '/chart', text: 'Charts' },
                { href: '/tables', text: 'Tables' },
              ],
            },
          ]
        : [],
    facts: {
      purpose: 'Practice Exchange lets you search what other authorities have learned from their safeguarding work.',
      controller: 'Northmoor Council',
      contact: 'Ask the Practice Exchange administrator in Northmoor Council.',
      keeps: [
        'your name and your roles',
        'when you signed in and the pages of learning you saved',
        'who wrote, read and approved each edition, which cannot be deleted',
      ],
      accessibilityReviewedOn: '2026-11-24',
      help: [
        {
          question: 'How do I search?',
          answer: ['Type what you want to know as you would say it to a colleague. Do not type names.'],
        },
        {
          question: 'Can I use what I find?',
          answer: ['Yes. Use the citation, so that others can find it and the authority hears that it helped.'],
        },
      ],
    },
    ...changes,
  });
  addPages(app, state);
  return { app, state, store };
}

function addPages(app: FastifyInstance, state: GalleryState): void {
  app.get('/', { config: { access: 'signed-in' } }, (request, reply) =>
    reply.page('gallery/home.njk', { title: `Welcome, ${request.person?.name}` }),
  );
  app.get('/results', { config: { access: 'public' } }, (_request, reply) =>
    reply.page('gallery/results.njk', results),
  );
  app.get('/form', { config: { access: { roles: ['author'] } } }, (_request, reply) =>
    reply.page('gallery/form.njk', { ...formPage, values: {} }),
  );
  app.post('/form', { config: { access: { roles: ['author'] } } }, async (request, reply) => {
    const reading = readForm(titleForm, request.body);
    if (!reading.ok) {
      return reply.page(
        'gallery/form.njk',
        { ...formPage, values: reading.values, errors: reading.errors },
        { status: 400 },
      );
    }
    if (state.titles.includes(reading.value.title)) {
      const errors = [formError('title', 'Another review has this title')];
      return reply.page('gallery/form.njk', { ...formPage, values: reading.values, errors }, { status: 400 });
    }
    state.titles.push(reading.value.title);
    await reply.notify({ kind: 'success', heading: 'Draft saved', text: `“${reading.value.title}” is saved.` });
    return reply.redirect('/', 303);
  });
  app.get('/chart', { config: { access: 'public' } }, (_request, reply) => reply.page('gallery/chart.njk', charts));
  app.get<{ Querystring: { text?: string } }>('/echo', { config: { access: 'public' } }, (request, reply) =>
    reply.page('gallery/echo.njk', {
      title: request.query.text ?? '',
      segments: [{ text: request.query.text ?? '', mark: true }],
    }),
  );
  app.get<{ Params: { status: string } }>('/fail/:status', { config: { access: 'public' } }, (request) => {
    throw Object.assign(new Error('secret inner detail'), { statusCode: Number(request.params.status) });
  });
  app.get('/fail/unavailable', { config: { access: 'public' } }, () => {
    throw new AppError({
      code: 'database-down',
      status: 503,
      title: 'Unavailable',
      message: 'secret inner detail',
      retryAfterSeconds: 90,
    });
  });
  app.post('/api/v1/echo', { config: { access: 'signed-in' } }, async (request) => ({ person: request.person?.id }));
}

const formPage = {
  title: 'What should this review be called?',
  backLink: { href: '/' },
  sections: [
    { href: '/form', text: 'Document', current: true },
    { href: '/results', text: 'History' },
  ],
};

const titleForm = z.object({
  title: z.string().trim().min(1, 'Enter a title').max(160, 'The title must be 160 characters or fewer'),
  summary: z.string().trim().min(1, 'Enter a summary').max(800, 'The summary must be 800 characters or fewer'),
  source: z.enum(['school', 'police', 'health'], 'Choose who made the referral'),
});

const results = {
  title: 'Search (page 2 of 9)',
  breadcrumbs: [{ text: 'Home', href: '/' }, { text: 'Search' }],
  total: 84,
  words: "dad won't let us see the child",
  pages: pagination({ page: 2, pageSize: 10, total: 84, pageHref: (page) => `/results?page=${page}` }),
  results: [
    {
      id: 'LR-7F3K-22QD',
      title: 'A father refused every visit until the school made the introduction',
      summary: [
        { text: 'After three ', mark: false },
        { text: 'refused', mark: true },
        { text: ' visits the worker met the ', mark: false },
        { text: 'father', mark: true },
        {
          text: ' in the head teacher’s office, explained in writing what would happen, and was let in a week later.',
          mark: false,
        },
      ],
      region: 'north-west',
      band: 'High prevalence',
      period: '2025-Q2',
      themes: ['families-and-communities', 'partner-agencies'],
    },
    {
      id: 'LR-9PXA-50TB',
      title: 'Two agencies, two thresholds: how a child went unseen for five weeks',
      summary: [
        { text: 'Police closed their enquiry while children’s social care waited for it. Nobody had ', mark: false },
        { text: 'seen the child', mark: true },
        { text: '. A joint visit was agreed within a day once one person was named as responsible.', mark: false },
      ],
      region: 'yorkshire-and-the-humber',
      band: 'Medium prevalence',
      period: '2024-25',
      themes: ['ownership-and-consensus'],
    },
  ],
};

const categories = quarters.map((quarter) => ({
  label: `${quarterWords[Number(quarter.at(-1)) % 4 === 0 ? 0 : Number(quarter.at(-1))]} ${quarter.slice(0, 4)}`,
  short: `${quarter.slice(5)} ${quarter.slice(2, 4)}`,
}));

const charts = {
  title: 'Trends: partner agencies',
  figures: [
    { title: 'Referrals', number: '6,920', trend: 'Up 4% on the quarter before' },
    { title: 'From schools', number: '2,740', trend: 'The largest source for eight quarters' },
    { title: 'No further action', number: '61%', trend: 'Little changed' },
  ],
  line: lineChart({
    id: 'referrals-over-time',
    title: 'Schools now refer more children than the police do',
    subtitle: 'Referrals by source, England, October 2024 to September 2026',
    categoryLabel: 'Quarter',
    categories,
    unit: 'referrals',
    series: [
      { label: 'School', values: [1850, 1990, 2105, 1760, 2310, 2420, 2590, 2740] },
      { label: 'Police', values: [2200, 2150, 2230, 2190, 2080, 2120, 2060, 2010] },
      { label: 'Health', values: [640, 655, null, 700, 690, 735, 720, 760] },
      { label: 'Community', values: [120, 135, suppressed, 110, 145, 150, 155, 160] },
    ],
    source: 'caseload returns of 153 authorities',
  }),
  bars: barChart({
    id: 'threshold-decisions',
    title: 'Six in ten referrals end with no further action',
    subtitle: 'Referrals by threshold decision, England, July to September 2026',
    categoryLabel: 'Threshold decision',
    categories: ['No further action', 'Early help', 'Child in need', 'Child protection', 'Channel', 'Withheld'].map(
      (label) => ({ label }),
    ),
    unit: 'referrals',
    series: [{ label: 'Referrals', values: [4220, 1130, 720, 310, 540, suppressed] }],
    source: 'caseload returns of 153 authorities',
  }),
};
