import type { GuardProfile, Mark } from './finding.ts';

const dwelling = /\b(?:flat|apartment|apt\.?|plot|pitch|p\.? ?o\.? box) ?(?:no\.? ?)?\d{1,6}[a-z]?\b/gi;
const streetWithNumber =
  /\b\d{1,3}[a-z]?,? (?:[a-z]{2,20}'?s? ){1,3}(?:road|street|avenue|lane|crescent|gardens|grove|mews|terrace|row|rd|ave)\b/gi;
const unit = /\b(?:suite|unit|box|postbox|psc|ste\.?|bldg\.?|floor|room|cmr|lot) ?\d{1,6}[a-z]?\b/gi;
const military = /\b(?:[ADF]PO) (?:AA|AE|AP)\b/g;
// A number on either side of one to five words, the first with a capital: how most of Europe writes an address.
const numberedName =
  /\b\d{1,6} (?:(?:ul|via|rua|rue|av|avda|c)\.? ?)?\p{Lu}[\p{L}.'-]{1,24}(?: [\p{L}][\p{L}.'-]{0,24}){0,4},? \d{1,5}[a-z]?\b/gu;
const nameNumbered =
  /(?<=\b(?:at|to|on|in|of|and|is|address|refers to|drops you off at|:|,)\s{1,2}|^|\n[ ?]{0,5})\p{Lu}[\p{L}.'/-]{2,24}(?: [\p{L}][\p{L}.'-]{0,24}){0,3} \d{1,4}[A-Za-z]?(?=[\s.,]|$)/gu;
const bareNumber = /(?<![\p{L}\p{N}.,:/£€$#-] ?)\b\d{3,6}\b(?=\s*(?:\p{Lu}|\n|$|[.,?]))/gu;
const namedCode = /\b(?:zip|postal code|postcode|post code)\b[ :]{0,3}([A-Z\d][A-Z\d -]{2,9})/gi;
const stateAndZip = /\b[A-Z]{2,3},? \d{4,6}(?:-\d{4})?\b/g;

const monthName = /\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b/i;

// In running prose a number is a number; in a short line, a form or a message, it is as often part of an address.
function isInShortLine(text: string, at: number): boolean {
  const from = text.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
  if (at - from > 200) {
    return false;
  }
  const to = text.indexOf('\n', at);
  return (to < 0 ? text.length : to) - from <= 200;
}

const numberedBuilding =
  /\b\d{1,4}[a-z]? (?:\p{Lu}[\p{L}'-]{1,20} ){1,2}(?:Court|Bank|House|View|Row|Rise|Hill|Green|Place|Way|Close|Drive|Park|End|Yard|Mead|Croft|Wharf|Walk|Fold|Brow|Field|Fields|Mount|Vale|Wynd|Gate|Buildings|Mansions|Heights|Mill|Mills|Side|Square|Road|Street|Lane|Avenue|Crescent|Terrace)\b/gu;
const pitch =
  /\b(?:[Ff]lat|[Uu]nit|[Pp]lot|[Pp]itch|[Bb]lock|[Rr]oom) \d{1,4}[A-Za-z]?, (?:\p{Lu}[\p{L}'-]{1,20} ?){1,3}(?<! )/gu;
const houseName =
  /(?:\bThe )?(?:\p{Lu}[\p{L}'-]{1,20} ){0,2}\p{Lu}[\p{L}'-]{1,20}, (?=(?:\p{Lu}[\p{L}'-]{1,20} ){1,2}(?:Road|Street|Lane|Avenue|Row|Close|Drive|Crescent|Terrace|Grove|Gardens|Drove|Hill)\b)/gu;

/** Addresses by their shape: dwellings and numbered streets; at `strict` the shapes that other countries use. */
export function addressMarks(text: string, profile: GuardProfile): Mark[] {
  const marks: Mark[] = [];
  const scan = (
    pattern: RegExp,
    severity: Mark['severity'],
    confidence: number,
    applies: (text: string, at: number) => boolean = () => true,
  ) => {
    for (const match of text.matchAll(pattern)) {
      if (monthName.test(match[0]) || !applies(text, match.index)) {
        continue;
      }
      marks.push({
        start: match.index,
        end: match.index + match[0].replace(/[\s,]+$/, '').length,
        kind: 'street-address',
        severity,
        confidence,
        why: 'This is written as addresses are.',
        suggestion: 'an address nearby',
      });
    }
  };
  scan(numberedBuilding, 'block-unless-reason', 0.8);
  scan(pitch, 'block-unless-reason', 0.8);
  scan(houseName, 'block-unless-reason', 0.6);
  scan(dwelling, 'block-unless-reason', 0.8);
  for (const match of text.matchAll(streetWithNumber)) {
    marks.push({
      start: match.index,
      end: match.index + match[0].length,
      kind: 'street-address',
      severity: 'block-unless-reason',
      confidence: 0.7,
      why: 'A street leads to a home.',
      suggestion: 'an address nearby',
    });
  }
  if (profile === 'strict') {
    scan(unit, 'warn', 0.5);
    scan(military, 'warn', 0.5);
    scan(numberedName, 'warn', 0.5);
    scan(stateAndZip, 'warn', 0.4);
    scan(nameNumbered, 'warn', 0.4, isInShortLine);
    scan(bareNumber, 'warn', 0.3, isInShortLine);
    for (const match of text.matchAll(namedCode)) {
      const value = match[1] ?? '';
      marks.push({
        start: match.index + match[0].length - value.length,
        end: match.index + match[0].trimEnd().length,
        kind: 'postcode',
        severity: 'warn',
        confidence: 0.7,
        why: 'This is called a postal code.',
        suggestion: null,
      });
    }
  }
  return marks;
}
