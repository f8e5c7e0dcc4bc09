import { checkAnonymity } from '../check-anonymity.ts';
import type { AnnotatedDocument, AnnotatedSet, Annotation } from './annotated-set.ts';

/** The measures of one set. A measure that the set cannot give is null. Shares are between 0 and 1. */
export type SetScore = {
  readonly set: string;
  readonly documents: number;
  readonly tokenRecall: number | null;
  readonly entityRecallDirect: number | null;
  readonly entityRecallQuasi: number | null;
  readonly precision: number | null;
  readonly falsePositivesPer1000Words: number | null;
  readonly mustKeepPreserved: number | null;
  readonly msPer1000Words: number;
};

/** The measures, with what a person tuning the guard wants besides. */
export type SetReport = SetScore & {
  readonly recallByOrigin: Readonly<Record<string, { readonly recalled: number; readonly entities: number }>>;
};

type Token = { readonly start: number; readonly end: number; readonly text: string };

// Prepositions, determiners, conjunctions, particles and titles: left uncovered they tell nothing.
const ignorable = new Set(
  'a an the this that these those some any each every either neither no all both half such another about above across after against along among around as at before behind below beneath beside besides between beyond by circa despite down during except for from in inside into like near of off on onto out outside over past per plus since than through throughout to toward towards under underneath until till unto up upon via versus with within without and or but nor so yet if because although though while whereas unless whether not s mr mrs ms miss mx dr sir lady lord dame prof professor rev reverend judge justice madam madame mme monsieur herr frau doctor sgt sergeant ps pc dc ds di dci wpc inspector superintendent cllr councillor rabbi imam pastor haji ustadh papa nanna nurse sister'.split(
    ' ',
  ),
);

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
  }));
}

class Tally {
  private hit = 0;
  private all = 0;
  add(isHit: boolean): void {
    this.hit += isHit ? 1 : 0;
    this.all += 1;
  }
  get share(): number | null {
    return this.all === 0 ? null : this.hit / this.all;
  }
}

/**
 * Scores the guard on one set. A token is masked when findings cover all of it. Token recall is over the tokens of DIRECT and
 * QUASI mentions; an entity is recalled when every mention is masked, uncovered titles and closed-class words aside;
 * precision is the share of masked tokens that an annotator masked too; a false positive is a finding that touches no
 * mention to mask.
 */
export function scoreSet(name: string, set: AnnotatedSet): SetReport {
  const tokenRecall = new Tally();
  const precision = new Tally();
  const direct = new Tally();
  const quasi = new Tally();
  const kept = new Tally();
  const origins: Record<string, { recalled: number; entities: number }> = {};
  let falsePositives = 0;
  let words = 0;
  let milliseconds = 0;
  for (const document of set.documents) {
    const started = performance.now();
    const result = checkAnonymity({ fields: [{ path: 'text', text: document.text }] }, { profile: set.profile });
    milliseconds += performance.now() - started;
    words += result.wordCount;
    const masked = result.findings.filter((finding) => set.masked.includes(finding.severity));
    const isCovered = coverage(document.text.length, masked);
    const toMask = document.annotations.filter((annotation) => annotation.type !== 'NO_MASK');
    const isToMask = coverage(document.text.length, toMask);
    const tokens = tokensOf(document.text);
    for (const token of tokens) {
      const covered = isCovered(token.start, token.end);
      if (touches(isToMask, token)) {
        if (covered || !ignorable.has(token.text.toLowerCase())) {
          tokenRecall.add(covered);
        }
        if (covered) {
          precision.add(true);
        }
      } else if (covered) {
        precision.add(false);
      }
    }
    falsePositives += masked.filter(
      (finding) => !toMask.some((mention) => mention.start < finding.end && finding.start < mention.end),
    ).length;
    for (const mentions of entitiesOf(toMask)) {
      const recalled = mentions.every((mention) => isMentionMasked(document, mention, isCovered));
      const isDirect = mentions.some((mention) => mention.type === 'DIRECT');
      (isDirect ? direct : quasi).add(recalled);
      const origin = mentions.find((mention) => mention.origin !== undefined)?.origin;
      if (origin !== undefined) {
        const tally = origins[origin] ?? { recalled: 0, entities: 0 };
        origins[origin] = { recalled: tally.recalled + (recalled ? 1 : 0), entities: tally.entities + 1 };
      }
    }
    for (const range of document.mustKeep) {
      kept.add(!masked.some((finding) => finding.start < range.end && range.start < finding.end));
    }
  }
  return {
    set: name,
    documents: set.documents.length,
    tokenRecall: tokenRecall.share,
    entityRecallDirect: direct.share,
    entityRecallQuasi: set.gives.quasi ? quasi.share : null,
    precision: precision.share,
    falsePositivesPer1000Words: words === 0 ? null : (falsePositives * 1000) / words,
    mustKeepPreserved: set.gives.mustKeep ? kept.share : null,
    msPer1000Words: words === 0 ? 0 : (milliseconds * 1000) / words,
    recallByOrigin: origins,
  };
}

type Covers = (start: number, end: number) => boolean;

function coverage(length: number, ranges: readonly { start: number; end: number }[]): Covers {
  const covered = new Uint8Array(length);
  for (const range of ranges) {
    covered.fill(1, range.start, range.end);
  }
  return (start, end) => {
    for (let i = start; i < end; i++) {
      if (covered[i] === 0) {
        return false;
      }
    }
    return true;
  };
}

function touches(isToMask: Covers, token: Token): boolean {
  for (let i = token.start; i < token.end; i++) {
    if (isToMask(i, i + 1)) {
      return true;
    }
  }
  return false;
}

function entitiesOf(annotations: readonly Annotation[]): Annotation[][] {
  const entities = new Map<string, Annotation[]>();
  for (const annotation of annotations) {
    entities.set(annotation.entity, [...(entities.get(annotation.entity) ?? []), annotation]);
  }
  return [...entities.values()];
}

function isMentionMasked(document: AnnotatedDocument, mention: Annotation, isCovered: Covers): boolean {
  return tokensOf(document.text.slice(mention.start, mention.end)).every(
    (token) =>
      ignorable.has(token.text.toLowerCase()) || isCovered(mention.start + token.start, mention.start + token.end),
  );
}
