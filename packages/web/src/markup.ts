import nunjucks from 'nunjucks';

/** Markup that this package made, with every text in it escaped: templates do not escape it again. */
export type Markup = nunjucks.runtime.SafeString;

export function safeMarkup(markup: string): Markup {
  return new nunjucks.runtime.SafeString(markup);
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe inside HTML or SVG, in content and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A piece of a passage: `mark` when it answers the search. */
export type HighlightSegment = { readonly text: string; readonly mark: boolean };

/** Segments as HTML: every text escaped, marked ones in `<mark>`. */
export function highlightMarkup(segments: readonly HighlightSegment[]): string {
  return segments.map(({ text, mark }) => (mark ? `<mark>${escapeMarkup(text)}</mark>` : escapeMarkup(text))).join('');
}
