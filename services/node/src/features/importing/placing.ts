import type { LearningProse } from '@practice-exchange/protocol';
import { linesOf } from '../reviews/section-answers.ts';
import type { Block } from './imported-document.ts';

export type ProseField = keyof LearningProse;

/** A part of a document with where it seems to belong; null is nowhere, until the author says. */
export type Part = { readonly heading: string | null; readonly text: string; readonly into: ProseField | null };

/** Words of headings that tell a field; the first that fits is it, so the narrower come first. */
const headings: readonly (readonly [ProseField, RegExp])[] = [
  ['nextTime', /next time|differently|do again|in future|going forward/i],
  ['whatDidNot', /(?:not|n[’']t) (?:work|go)|less well|challenge|barrier|difficult|even better|obstacle|problems?\b/i],
  ['whatWorked', /what worked|worked well|went well|strengths?\b|good practice|success/i],
  ['learningPoints', /learning|lessons?\b|key (?:points|messages)|recommendation|take-?aways?/i],
  ['whatHappened', /what happened|outcomes?\b|results?\b|impact|what came of/i],
  [
    'response',
    /response|what (?:we|you|was|were) d(?:id|one)|actions?\b|interventions?\b|work (?:undertaken|done)|involvement|what was done/i,
  ],
  ['summary', /summary|overview|abstract|in brief|synopsis/i],
  [
    'situation',
    /situation|background|context|concerns?\b|presenting|circumstances|the (?:case|child|family)|reason for referral|history/i,
  ],
  ['title', /^title$/i],
];

const mostParts = 40;

/** A document cut at its headings, each part with the section that its heading tells. A document without headings is cut at its paragraphs. */
export function partsOf(blocks: readonly Block[]): Part[] {
  const parts: { heading: string | null; texts: { text: string; isItem: boolean }[] }[] = [];
  const isCutAtParagraphs = !blocks.some(({ kind }) => kind === 'heading');
  for (const { kind, text } of blocks) {
    if (kind === 'heading') parts.push({ heading: text, texts: [] });
    else {
      const open = parts.at(-1);
      const isItem = kind === 'item';
      if (!open || (isCutAtParagraphs && !isItem && parts.length < mostParts))
        parts.push({ heading: null, texts: [{ text, isItem }] });
      else open.texts.push({ text, isItem });
    }
  }
  return parts.flatMap(({ heading, texts }, index): Part[] => {
    const field = heading === null ? null : fieldOf(heading);
    if (texts.length > 0) return [{ heading, text: joined(texts), into: field }];
    // A heading with nothing under it at the very top is what the document is called.
    if (heading === null) return [];
    return index === 0 ? [{ heading, text: heading, into: 'title' }] : [{ heading, text: heading, into: null }];
  });
}

function fieldOf(heading: string): ProseField | null {
  return headings.find(([, words]) => words.test(heading))?.[0] ?? null;
}

function joined(texts: readonly { text: string; isItem: boolean }[]): string {
  return texts.reduce((whole, { text, isItem }, index) => {
    const gap = index === 0 ? '' : isItem && texts[index - 1]?.isItem ? '\n' : '\n\n';
    return `${whole}${gap}${isItem ? '- ' : ''}${text}`;
  }, '');
}

/** A draft's prose with parts put behind what is written there already. */
export function withParts(
  prose: Partial<LearningProse>,
  parts: readonly { readonly text: string; readonly into: ProseField }[],
): Partial<LearningProse> {
  const placed: Partial<LearningProse> = { ...prose };
  for (const { text, into } of parts) {
    if (into === 'learningPoints') {
      placed.learningPoints = [...(placed.learningPoints ?? []), ...linesOf(text)];
    } else if (into === 'title' || into === 'summary') {
      placed[into] = [placed[into], text.replace(/\s*\n\s*/g, ' ').trim()].filter(Boolean).join(' ');
    } else placed[into] = [placed[into], text.trim()].filter(Boolean).join('\n\n');
  }
  return placed;
}
