import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sessionName } from './forgery-protection.ts';
import type { FormError } from './forms.ts';
import { escapeMarkup, safeMarkup } from './markup.ts';
import type { Person } from './person.ts';
import type { Notice } from './session-store.ts';
import type { Sessions } from './sessions.ts';

/** What every page says of itself. `title` is unique in the service and also the page's heading unless the template has another. */
export type PageData = {
  readonly title: string;
  /** Mistakes in a form: the layout puts "Error: " before the title and the summary before the content. */
  readonly errors?: readonly FormError[];
  readonly [name: string]: unknown;
};

/** A link. */
export type NavigationLink = { readonly href: string; readonly text: string };

/**
 * A link of the main navigation. It is current on its own path and on those below it, and on those of its sections, which
 * are shown above the content of each of their pages.
 */
export type NavigationItem = NavigationLink & { readonly sections?: readonly NavigationLink[] };

export type Navigation = (person: Person | null) => readonly NavigationItem[];

/** What the layout says on every page. */
export type ServiceWords = {
  /** In the header and at the end of every title: "Practice Exchange". */
  readonly name: string;
  /** Under the name: the authority of a node, "National hub". */
  readonly organisation: string;
};

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Renders a template inside the layout and sends it. Adds to the data: `service`, `navigation`, `sections` (unless the
     * data has its own), `person`, `notice`, `currentPath`, `csrfField()`, `cspNonce`, `assets`, `demo`, `sessionLimits`. Status 200 unless told.
     */
    page(template: string, data: PageData, options?: { readonly status?: number }): Promise<FastifyReply>;
    /** Keeps a notice for the next page this person sees: "Sent for second reading". */
    notify(notice: Notice): Promise<void>;
  }
}

const warnBeforeSeconds = 5 * 60;

/** Adds `reply.page` and `reply.notify`. */
export function addPages(
  app: FastifyInstance,
  options: {
    readonly service: ServiceWords;
    readonly demo: boolean;
    readonly navigation: Navigation;
    readonly sessions: Sessions;
    readonly assetsVersion: string;
    readonly themeColour: string;
    readonly footerLinks: readonly NavigationLink[];
  },
): void {
  const { sessions } = options;
  const assets = `/assets/${options.assetsVersion}`;

  app.decorateReply(
    'page',
    async function page(this: FastifyReply, template: string, data: PageData, { status } = {}): Promise<FastifyReply> {
      const { request } = this;
      const currentPath = pathOf(request);
      const notice = await sessions.takeNotice(request);
      let token: string | undefined;
      const navigation = options.navigation(request.person);
      const part = navigation.find((item) => item.sections?.some(({ href }) => isAt(currentPath, href)));
      const html = await this.viewAsync(template, {
        ...(part?.sections ? sectionsOf(part, part.sections, currentPath) : {}),
        ...data,
        service: options.service,
        demo: options.demo,
        person: request.person,
        navigation: navigation.map((item) => ({
          ...item,
          ...(item.href === currentPath
            ? { current: true }
            : item === part || isAt(currentPath, item.href)
              ? { active: true }
              : {}),
        })),
        footerLinks: options.footerLinks,
        notice,
        currentPath,
        currentAddress: request.method === 'GET' ? request.url : currentPath,
        cspNonce: this.cspNonce.script,
        assets,
        themeColor: options.themeColour,
        csrfField: () => {
          // One token for all forms of a page: each call would otherwise set another secret on a first visit.
          token ??= this.generateCsrf({ userInfo: sessionName(request) });
          return safeMarkup(`<input type="hidden" name="_csrf" value="${escapeMarkup(token)}">`);
        },
        sessionLimits: request.session
          ? { endsInSeconds: sessions.secondsLeft(request.session), warnBeforeSeconds }
          : null,
      });
      if (status !== undefined) this.status(status);
      return this.type('text/html; charset=utf-8').send(html);
    },
  );

  app.decorateReply('notify', async function notify(this: FastifyReply, notice: Notice): Promise<void> {
    await sessions.keepNotice(this.request, notice);
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}

/** Whether the path is that of the link, or below it. */
function isAt(path: string, href: string): boolean {
  return path === href || (href !== '/' && path.startsWith(`${href}/`));
}

/** The sections of a part, that of the page marked: the one with the longest address, as one may lie below another. */
function sectionsOf(part: NavigationItem, sections: readonly NavigationLink[], path: string) {
  const own = sections.filter(({ href }) => isAt(path, href)).sort((a, b) => b.href.length - a.href.length)[0];
  return sections.length < 2
    ? {}
    : { sections: sections.map((link) => ({ ...link, current: link === own })), sectionsLabel: part.text };
}
