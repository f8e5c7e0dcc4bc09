import type { LearningProse } from '@practice-exchange/protocol';
import { kindLabel, severityWords } from './finding-words.ts';
import { type FindingGroup, fieldsOf, type GuardFinding, groupsOf, proseHeadings } from './guard-finding.ts';

/** A piece of a passage: plain words, or words that the guard found, with the number of their card. */
export type PassagePiece = {
  readonly text: string;
  readonly found?: { readonly card: number; readonly severity: string; readonly label: string };
};

/** A finding as its card shows it. */
export type FindingCard = {
  readonly number: number;
  readonly entity: string;
  readonly severity: FindingGroup['severity'];
  readonly tag: string;
  readonly asks: string;
  readonly kind: string;
  readonly why: string;
  readonly suggestion: string | null;
  readonly mentions: readonly {
    readonly heading: string;
    readonly before: string;
    readonly text: string;
    readonly after: string;
  }[];
};

/** One field of the text, marked, with the cards of what is first mentioned in it. */
export type Passage = {
  readonly field: string;
  readonly heading: string;
  readonly items: readonly (readonly PassagePiece[])[];
  readonly cards: readonly FindingCard[];
};

const contextLetters = 60;

/** A text as the findings page shows it: every field in reading order, marked, with its cards numbered as they are read. */
export function passagesOf(
  prose: Partial<LearningProse>,
  findings: readonly GuardFinding[],
): { passages: Passage[]; cards: FindingCard[]; aboutCodes: FindingCard[] } {
  const texts = new Map(fieldsOf(prose).map(({ path, text }) => [path, text]));
  const order = [...texts.keys()];
  const inWords = findings
    .filter(({ field, start, end, text }) => texts.get(field)?.slice(start, end) === text)
    .sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field) || a.start - b.start);
  const cards = groupsOf(inWords).map((group, index) => cardOf(group, index + 1, texts));
  const numberOf = new Map(cards.map((card) => [card.entity, card]));
  const passages = proseHeadings.flatMap(({ field, label }) => {
    const paths = order.filter((path) => path === field || path.startsWith(`${field}.`));
    if (paths.length === 0) return [];
    const own = cards.filter((_, index) => {
      const first = groupsOf(inWords)[index]?.mentions[0].field ?? '';
      return paths.includes(first);
    });
    const items = paths.map((path) =>
      piecesOf(
        texts.get(path) ?? '',
        inWords.filter((finding) => finding.field === path),
        numberOf,
      ),
    );
    return [{ field, heading: label, items, cards: own }];
  });
  const aboutCodes = groupsOf(findings.filter(({ field }) => field === 'codes')).map((group, index) =>
    cardOf(group, cards.length + index + 1, texts),
  );
  return { passages, cards, aboutCodes };
}

function cardOf(group: FindingGroup, number: number, texts: ReadonlyMap<string, string>): FindingCard {
  const { entity, severity, mentions } = group;
  const weightiest = mentions.find((mention) => mention.severity === severity) ?? mentions[0];
  return {
    number,
    entity,
    severity,
    tag: severityWords[severity].tag,
    asks: severityWords[severity].asks,
    kind: kindLabel(weightiest.kind),
    why: weightiest.why,
    suggestion: weightiest.suggestion,
    mentions: mentions.map(({ field, start, end, text }) => {
      const words = texts.get(field) ?? '';
      const [name, index] = field.split('.');
      const heading = proseHeadings.find((candidate) => candidate.field === name)?.label ?? '';
      const from = Math.max(0, start - contextLetters);
      return {
        heading: index === undefined ? heading : `Learning point ${Number(index) + 1}`,
        before: `${from > 0 ? '…' : ''}${words.slice(from, start)}`,
        text,
        after: `${words.slice(end, end + contextLetters)}${end + contextLetters < words.length ? '…' : ''}`,
      };
    }),
  };
}

function piecesOf(
  text: string,
  findings: readonly GuardFinding[],
  cards: ReadonlyMap<string, FindingCard>,
): PassagePiece[] {
  const pieces: PassagePiece[] = [];
  let at = 0;
  for (const { start, end, entity } of findings) {
    const card = cards.get(entity);
    if (!card || start < at) continue;
    if (start > at) pieces.push({ text: text.slice(at, start) });
    pieces.push({
      text: text.slice(start, end),
      found: { card: card.number, severity: card.severity, label: `${card.tag}: ${card.kind}` },
    });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}
