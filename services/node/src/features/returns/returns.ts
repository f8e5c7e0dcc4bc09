import { AppError } from '@practice-exchange/platform';
import { caseloadReturnSchema, isReturnLate, quarterBefore, quarterOf, returnDue } from '@practice-exchange/protocol';
import { notAllowed, type Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { audit } from '../audit/store.ts';
import { publishReturn } from '../publishing/publishing.ts';
import { mistakesIn, type ReturnWarning, warningsIn } from './checks.ts';
import { changedMeanwhile } from './return-refusals.ts';
import * as store from './store.ts';
import {
  type Counts,
  emptyReturn,
  returnFrom,
  type WorkingReturn,
  withSection,
  workingFrom,
} from './working-return.ts';

type Context = Pick<NodeContext, 'database' | 'keys' | 'jobs' | 'network'>;

/** How many quarters back a return may still be made. */
const quartersShown = 8;

/** A quarter in the list of returns. */
export type QuarterState = {
  readonly quarter: string;
  readonly due: string;
  readonly state: 'due' | 'late' | 'published';
  readonly started: boolean;
  readonly newest: Awaited<ReturnType<typeof store.newestEditions>>[number] | null;
};

/** The newest quarters that are over, newest first, and where the return of each stands. */
export async function listReturns(context: Pick<NodeContext, 'database'>, now = new Date()): Promise<QuarterState[]> {
  const [editions, working] = await Promise.all([
    store.newestEditions(context.database),
    store.listWorking(context.database),
  ]);
  return Array.from({ length: quartersShown }, (_, back) => quarterBefore(quarterOf(now), back + 1)).map((quarter) => {
    const newest = editions.find((edition) => edition.quarter === quarter) ?? null;
    return {
      quarter,
      due: returnDue(quarter),
      state: newest ? 'published' : isReturnLate(quarter, now) ? 'late' : 'due',
      started: working.includes(quarter),
      newest,
    };
  });
}

/** The return that a lead should see to next: the oldest that is late, else the one that is due. Null when all are made. */
export async function returnToMake(
  context: Pick<NodeContext, 'database'>,
  now = new Date(),
): Promise<QuarterState | null> {
  const open = (await listReturns(context, now)).filter(({ state }) => state !== 'published');
  return open.findLast(({ state }) => state === 'late') ?? open[0] ?? null;
}

/** A quarter's return with everything that its page says. Throws `quarter-unknown` for one that is not over. */
export async function readReturn(context: Pick<NodeContext, 'database'>, quarter: string, now = new Date()) {
  assertOver(quarter, now);
  const [working, editions, last] = await Promise.all([
    store.findWorking(context.database, quarter),
    store.editionsOf(context.database, quarter),
    store.returnBefore(context.database, quarter),
  ]);
  const content = working?.content ?? emptyReturn;
  return {
    quarter,
    due: returnDue(quarter),
    late: editions.length === 0 && isReturnLate(quarter, now),
    content,
    version: working?.version ?? 0,
    note: working?.note ?? '',
    preparer: working?.preparer ?? null,
    changedAt: working?.updated_at ?? null,
    editions,
    open: working !== undefined || editions.length === 0,
    mistakes: mistakesIn(quarter, content),
    warnings: warningsIn(content, last),
    last: last ?? null,
  };
}

/** Saves one section. Throws `return-changed` when somebody saved since the page was opened; nothing changes then. */
export async function saveSection(
  context: Pick<NodeContext, 'database'>,
  person: Person,
  change: { quarter: string; section: string; version: number; counts: Counts },
): Promise<void> {
  await saveWorking(context, person, change.quarter, change.version, (working) =>
    withSection(working, change.section, change.counts),
  );
}

/** Saves a whole return, as it was uploaded, over what was filled in before. */
export async function saveWhole(
  context: Pick<NodeContext, 'database'>,
  person: Person,
  change: { quarter: string; version: number; working: WorkingReturn },
): Promise<void> {
  await saveWorking(context, person, change.quarter, change.version, () => change.working);
}

async function saveWorking(
  { database }: Pick<NodeContext, 'database'>,
  person: Person,
  quarter: string,
  version: number,
  change: (working: WorkingReturn) => WorkingReturn,
): Promise<void> {
  assertOver(quarter, new Date());
  await database.transaction(async (tx) => {
    const working = await store.lockWorking(tx, quarter);
    if ((working?.version ?? 0) !== version) throw changedMeanwhile();
    if (working) {
      await store.updateWorking(tx, quarter, {
        content: change(working.content),
        note: working.note,
        by: person.id,
      });
    } else {
      if ((await store.editionsOf(tx, quarter)).length > 0) throw notOpen();
      const content = change(emptyReturn);
      if (!(await store.insertWorking(tx, { quarter, content, note: null, by: person.id }))) throw changedMeanwhile();
    }
    await audit(tx, { person: person.id, action: 'return-saved', subjectType: 'document', subject: quarter });
  });
}

/** Begins to correct a published return, with the reason that its next revision is kept with. */
export async function correctReturn(
  { database }: Pick<NodeContext, 'database'>,
  person: Person,
  { quarter, note }: { quarter: string; note: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    const [newest] = await store.editionsOf(tx, quarter);
    if (!newest) throw notOpen();
    const content = workingFrom(newest.content);
    if (!(await store.insertWorking(tx, { quarter, content, note, by: person.id }))) throw changedMeanwhile();
    await audit(tx, { person: person.id, action: 'return-reopened', subjectType: 'document', subject: quarter });
  });
}

/**
 * Signs a return and publishes it, as it was seen. Throws `return-changed` for another version, `return-incomplete` while
 * something does not add up, `warnings-open` while a warning is not acknowledged; nothing changes then.
 */
export async function signReturn(
  context: Context,
  person: Person,
  signing: { quarter: string; version: number; acknowledged: readonly string[] },
): Promise<void> {
  if (!person.roles.includes('lead')) throw notAllowed('Only a lead signs a return.');
  const seen = await readReturn(context, signing.quarter);
  if (seen.version === 0 || seen.version !== signing.version) throw changedMeanwhile();
  const [mistake] = seen.mistakes;
  if (mistake) throw incomplete(mistake.sentence);
  const open = seen.warnings.filter(({ code }) => !signing.acknowledged.includes(code));
  if (open.length > 0) throw warningsOpen(open);
  await publishReturn(context, person, caseloadReturnSchema.parse(returnFrom(signing.quarter, seen.content)), {
    acknowledged: seen.warnings.map(({ code }) => code),
    version: signing.version,
  });
}

function assertOver(quarter: string, now: Date): void {
  if (/^20\d{2}-Q[1-4]$/.test(quarter) && quarter < quarterOf(now)) return;
  throw new AppError({
    code: 'quarter-unknown',
    status: 404,
    title: 'There is no return for this quarter',
    message: 'A return is made for a quarter that is over.',
  });
}

function notOpen(): AppError {
  return new AppError({
    code: 'return-not-open',
    status: 409,
    title: 'The return is published',
    message: 'This return is published. Begin a correction, with the reason, to change it.',
  });
}

function incomplete(sentence: string): AppError {
  return new AppError({
    code: 'return-incomplete',
    status: 422,
    title: 'The return is not complete',
    message: `${sentence}.`,
  });
}

function warningsOpen(open: readonly ReturnWarning[]): AppError {
  return new AppError({
    code: 'warnings-open',
    status: 422,
    title: 'Some warnings have not been looked at',
    message: 'Confirm each of the unusual numbers, or change them.',
    errors: open.map(({ code, sentence }) => ({ field: code, message: sentence })),
  });
}
