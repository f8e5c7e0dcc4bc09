import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { guardAccess, isForApi, requireDeclaredAccess } from './access.ts';
import { prepareAssets } from './assets.ts';
import { answerErrors } from './error-pages.ts';
import { isFromElsewhere, isUnsafe, protectFromForgery } from './forgery-protection.ts';
import type { KeptFormStore } from './kept-form-store.ts';
import { KeptForms } from './kept-forms.ts';
import { addPages, type Navigation, type ServiceWords } from './page.ts';
import { notSignedIn, tooMany } from './refusals.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { type SessionSettings, Sessions } from './sessions.ts';
import { addSharedPages, type SharedPageFacts, sharedPageLinks } from './shared-pages.ts';
import { type Admit, addSignInRoutes, admitAsNamed, type SignIn } from './sign-in.ts';
import { setUpTemplates } from './templates.ts';
import { checkTheme, defaultTheme, type Theme } from './theme.ts';

/** Everything that a service decides about its pages. */
export type WebPagesOptions = {
  /** Short, lower case, unique on the host (`hub`, `node-1`): names cookies, which a host's ports share. */
  readonly id: string;
  readonly service: ServiceWords;
  /** Secure cookies under the `__Host-` prefix, HSTS, cached templates; demo sign-in is refused. */
  readonly production: boolean;
  /** Says "Demo data" on every page. */
  readonly demo: boolean;
  /** At least 32 characters, the same in every process of the service: signs cookies and form tokens. */
  readonly secret: string;
  /** The address people use (`https://…`), where a proxy changes it; otherwise taken from the request. */
  readonly origin?: string;
  readonly sessions: SessionSettings;
  /** Where forms of routes with `keptOverSignIn` are kept when they arrive after the session ended. Without it they are not. */
  readonly keptForms?: KeptFormStore;
  readonly signIn: SignIn;
  /** Who may come in, and as what. Everybody the sign-in service names, unless told. */
  readonly admit?: Admit;
  /** Absolute folders with the service's own templates, searched in order before the shared ones. */
  readonly views: readonly string[];
  readonly navigation: Navigation;
  /** What the accessibility, cookies, privacy and help pages say of this service. */
  readonly facts: SharedPageFacts;
  readonly theme?: Theme;
  /** Paths answered with JSON and problem documents, without pages, redirects or form tokens. `['/api/']` unless told. */
  readonly apiPrefixes?: readonly string[];
  /** Paths of other plugins' routes that anyone may read and that cannot declare it themselves: `/api/docs`. */
  readonly openPrefixes?: readonly string[];
  readonly limits?: { readonly signInsPerMinute?: number; readonly postsPerMinute?: number };
  readonly now?: () => Date;
};

declare module 'fastify' {
  interface FastifyInstance {
    /** The service's sessions: to end a person's, or to forget those that are over. */
    sessions: Sessions;
    /** Forms that arrived after their session ended; null where the service keeps none. */
    keptForms: KeptForms | null;
  }
}

async function setUp(app: FastifyInstance, options: WebPagesOptions): Promise<void> {
  const { id, production, secret } = options;
  const apiPrefixes = options.apiPrefixes ?? ['/api/'];
  const openPrefixes = options.openPrefixes ?? [];
  const theme = options.theme ?? defaultTheme;
  const limits = {
    signInsPerMinute: options.limits?.signInsPerMinute ?? (options.demo ? 600 : 60),
    postsPerMinute: options.limits?.postsPerMinute ?? 240,
  };
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(id)) throw new Error('id is lower-case letters, digits and hyphens, 41 at most');
  if (secret.length < 32) throw new Error('secret needs at least 32 characters');
  checkTheme(theme);
  const assets = prepareAssets(theme);
  const now = options.now ?? (() => new Date());
  const sessions = new Sessions(options.sessions, { id, production, now });
  const keptForms = options.keptForms ? new KeptForms(options.keptForms, { id, production, secret, now }) : null;

  app.addHook('onRoute', (route) => {
    requireDeclaredAccess(route, openPrefixes);
    const posts = [route.method].flat().some(isUnsafe) && !apiPrefixes.some((prefix) => route.url.startsWith(prefix));
    if (posts && route.config?.rateLimit === undefined) {
      route.config = { ...route.config, rateLimit: { max: limits.postsPerMinute, timeWindow: 60_000 } };
    }
  });

  answerErrors(app, { apiPrefixes });
  await setSecurityHeaders(app, { production });
  await app.register(cookie, { secret });
  await app.register(formbody);
  await app.register(rateLimit, {
    global: false,
    hook: 'preHandler',
    keyGenerator: (request) => request.session?.tokenHash ?? request.ip,
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.ceil(ttl / 1000)),
  });
  await setUpTemplates(app, { views: options.views, production });
  await app.register(fastifyStatic, {
    root: assets.root,
    serve: false,
    preCompressed: true,
    index: false,
    dotfiles: 'deny',
    cacheControl: false,
    setHeaders: (reply) => {
      // Named by their content, so what a browser has can never be stale.
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });

  app.decorate('sessions', sessions);
  app.decorate('keptForms', keptForms);
  app.decorateRequest('keptForm', async function keptForm() {
    return (await keptForms?.read(this)) ?? null;
  });
  app.decorateRequest('forgetKeptForm', async function forgetKeptForm() {
    await keptForms?.forget(this);
  });
  app.decorateRequest('session', null);
  app.decorateRequest('person', null);
  addPages(app, {
    service: options.service,
    demo: options.demo,
    navigation: options.navigation,
    sessions,
    assetsVersion: assets.version,
    themeColour: theme.brand,
    footerLinks: sharedPageLinks(options.facts),
  });

  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === '/assets/*') return;
    request.session = await sessions.load(request);
    request.person = request.session?.person ?? null;
    if (request.session || !isForApi(request, apiPrefixes)) reply.header('cache-control', 'no-store');
    await guardAccess(request, reply, {
      apiPrefixes,
      mayKeepForm: (late) => keepsForms(late) && (keptForms?.lastPerson(late) ?? null) !== null,
    });
  });
  app.addHook('preValidation', async (request, reply) => {
    if (request.person || !keptForms || !keepsForms(request)) return;
    const person = keptForms.lastPerson(request);
    if (person === null) throw notSignedIn();
    await keptForms.keep(request, reply, person);
    return reply.redirect(`/sign-in?why=kept&to=${encodeURIComponent(pathOf(request))}`, 303);
  });
  await protectFromForgery(app, { id, production, secret, apiPrefixes, keptForms });

  app.get<{ Params: { '*': string } }>('/assets/*', { config: { access: 'public' } }, (request, reply) =>
    reply.sendFile(request.params['*']),
  );
  app.get('/favicon.ico', { config: { access: 'public' } }, (_request, reply) =>
    reply.redirect(`/assets/${assets.version}/favicon.svg`, 302),
  );

  addSignInRoutes(app, {
    id,
    production,
    origin: options.origin ?? null,
    sessions,
    keptForms,
    signIn: options.signIn,
    admit: options.admit ?? admitAsNamed,
    signInsPerMinute: limits.signInsPerMinute,
  });
  addSharedPages(app, options.facts);
}

/** Whether a request is a form that is kept when its session has ended; never one that another site made the browser send. */
function keepsForms(request: FastifyRequest): boolean {
  return request.routeOptions.config.keptOverSignIn === true && isUnsafe(request.method) && !isFromElsewhere(request);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}

/**
 * The pages of a service: layout, assets, sessions, sign-in, forms protected from forgery, error pages, security headers. Register it on the root
 * before any route. After it, every route must declare `config: { access }` and may call `reply.page`.
 * Throws, at start, for a weak secret, a theme that cannot carry white text, an unusable cache folder.
 */
export const webPages = fp(setUp, { name: '@practice-exchange/web', fastify: '5.x' });
