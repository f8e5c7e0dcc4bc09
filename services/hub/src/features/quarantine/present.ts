import { parseCanonical, reasonText } from '@practice-exchange/protocol';
import type { Mark } from '../ingest/decide.ts';
import { textsOf } from '../ingest/second-guard.ts';
import type { Together } from './store.ts';

const operationWords: Record<string, string> = {
  publish: 'A new learning record',
  revise: 'A new revision of a learning record',
  rescope: 'A change of who may see a learning record',
  withdraw: 'A withdrawal',
  statement: 'A practice statement',
  return: 'A caseload return',
  'rotate-key': 'A new signing key',
};

const kindWords: Record<string, string> = {
  'nhs-number': 'NHS number',
  'unique-learner-number': 'unique learner number',
  'unique-pupil-number': 'unique pupil number',
  'candidate-identifier': 'examination candidate number',
  'national-insurance': 'National Insurance number',
  telephone: 'telephone number',
  'vehicle-registration': 'vehicle registration',
  'driving-licence': 'driving licence number',
  passport: 'passport number',
  email: 'e-mail address',
  url: 'web address',
  handle: 'social media name',
  'ip-address': 'internet address',
  'pnc-id': 'police computer number',
  'home-office-reference': 'Home Office reference',
  'case-reference': 'case or crime reference',
  'account-number': 'bank account number',
  'date-of-birth': 'date of birth',
};

const fieldWords: Record<string, string> = {
  whatHappened: 'What happened',
  whatWorked: 'What worked',
  whatDidNot: 'What did not work',
  learningPoints: 'Learning points',
  nextTime: 'What we would do next time',
};

export function operationLabel(op: string): string {
  return operationWords[op] ?? op;
}

/** What kind of thing a mark is, as the middle of a sentence. */
function kindLabel(kind: string): string {
  return kindWords[kind] ?? kind.replaceAll('-', ' ');
}

/** What a field of a body is called: `learningPoints.2` is "Learning points, 3". */
function fieldLabel(path: string): string {
  const [field = '', index] = path.split('.');
  const name = fieldWords[field] ?? `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return index !== undefined && /^\d+$/.test(index) ? `${name}, ${Number(index) + 1}` : name;
}

/** A piece of a text: what a mark covers, and what lies between. */
type Segment = { text: string; mark: boolean };

/** A publication that waits as its page shows it: what was found, and the texts with the marked words. */
export function showHeld(held: Together) {
  const texts = held.content === null ? [] : textsOf(held.op, parseCanonical(held.content) as never);
  const marks = held.marks.map((mark) => ({
    ...mark,
    kindLabel: kindLabel(mark.kind),
    fieldLabel: fieldLabel(mark.field),
    words: texts.find(({ path }) => path === mark.field)?.text.slice(mark.start, mark.end) ?? '',
  }));
  return {
    id: held.id,
    what: operationLabel(held.op),
    revision: held.revision,
    heldAt: held.held_at,
    reason: held.reason,
    reasonText: reasonText(held.reason),
    detectorFailed: held.reason === 'identifier-suspected' && marks.length === 0,
    marks,
    texts: texts.map(({ path, text }) => ({
      label: fieldLabel(path),
      marked: held.marks.some(({ field }) => field === path),
      segments: segmentsOf(
        text,
        held.marks.filter(({ field }) => field === path),
      ),
    })),
  };
}

function segmentsOf(text: string, marks: readonly Mark[]): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const { start, end } of [...marks].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    segments.push({ text: text.slice(from, start), mark: false }, { text: text.slice(start, end), mark: true });
    from = end;
  }
  return [...segments, { text: text.slice(from), mark: false }].filter((segment) => segment.text !== '');
}
