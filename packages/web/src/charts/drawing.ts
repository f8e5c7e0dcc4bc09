import { escapeMarkup, type Markup, safeMarkup } from '../markup.ts';

type Attributes = Readonly<Record<string, string | number>>;

/** One SVG element with its attributes escaped. `content` is markup already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeMarkup(typeof value === 'number' ? coordinate(value) : value)}"`)
    .join('');
  return `<${name}${written}>${content}</${name}>`;
}

/** Text at a place, escaped. */
export function textAt(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeMarkup(text));
}

/** The whole drawing: one image with a name and a description, its parts hidden from assistive technology. */
export function drawing(options: {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
  readonly parts: readonly string[];
}): Markup {
  const { id, width, height } = options;
  return safeMarkup(
    element(
      'svg',
      {
        class: 'app-chart__svg',
        role: 'img',
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        'aria-labelledby': `${id}-title`,
        'aria-describedby': `${id}-desc`,
        focusable: 'false',
      },
      element('title', { id: `${id}-title` }, escapeMarkup(options.title)) +
        element('desc', { id: `${id}-desc` }, escapeMarkup(options.description)) +
        element('g', { 'aria-hidden': 'true' }, options.parts.join('')),
    ),
  );
}

/** About how wide a text of 16px is: for leaving room, never for exact placing. */
export function textWidth(text: string): number {
  return Math.ceil(text.length * 8.6);
}

/** A long label in lines of at most `characters`, broken between words. */
export function linesOf(text: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
