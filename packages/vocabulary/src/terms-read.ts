import type { TermConcept } from './terms-concept.ts';

/**
 * Reads concepts from a text that people edit. A concept is its id on a line of its own, then indented lines: its wordings
 * parted by semicolons, the preferred one first; `< ` and the id of a broader concept; `~ ` and ids of related ones, parted by commas.
 * Throws an Error that names the concept whose wordings are missing.
 */
export function readTerms(text: string): readonly TermConcept[] {
  return text
    .split(/\n(?=\S)/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(readTerm);
}

function readTerm(entry: string): TermConcept {
  const [id = '', ...lines] = entry.split('\n').map((line) => line.trim());
  const kinds = { wordings: '', broader: '', related: '' };
  let kind: keyof typeof kinds = 'wordings';
  for (const line of lines) {
    if (line.startsWith('<')) kind = 'broader';
    if (line.startsWith('~')) kind = 'related';
    kinds[kind] += ` ${line.replace(/^[<~]/, '')}`;
  }
  const items = (list: string, mark: string) => list.split(mark).flatMap((item) => item.trim() || []);
  const [preferred, ...alternatives] = items(kinds.wordings, ';');
  if (preferred === undefined) throw new Error(`The concept ${id} has no wording`);
  const broader = kinds.broader.trim();
  const related = items(kinds.related, ',');
  return {
    id,
    preferred,
    alternatives,
    ...(broader === '' ? {} : { broader }),
    ...(related.length === 0 ? {} : { related }),
  };
}
