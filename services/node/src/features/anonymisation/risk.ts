import {
  type RiskCodes as CountedCodes,
  type ReidentificationRisk,
  reidentificationRisk,
} from '@practice-exchange/anonymisation';
import { errorCode } from '@practice-exchange/platform';
import type { AnonymityCountRequest, LearningRecord } from '@practice-exchange/protocol';
import type { NodeContext } from '../../context.ts';
import { countedAlready, ownPublished } from './check-store.ts';
import { isTight } from './guard.ts';
import type { GuardFinding, Risk, RiskChange, RiskCodes } from './guard-finding.ts';
import { expectedChildren, shareOfConcern } from './population-figures.ts';

type Context = Pick<NodeContext, 'database' | 'network' | 'log' | 'sharedCounts'>;

/** The coded fields that someone outside may know of a child, and by which k is counted. */
const keyFields = ['ageBand', 'sex', 'region', 'period', 'concernCategories', 'setting'] as const;

/**
 * How many children the coded fields may describe: the larger of what population figures lead one to expect and the
 * learning records, here and in the network, that share the codes. Null while a field that it needs is not answered yet.
 * The hub is sent generalised codes and nothing else, and not at all for an answer that it gave within the hour.
 */
export async function assessRisk(context: Context, review: string, codes: RiskCodes): Promise<AssessedRisk | null> {
  const { region, ageBand, sex, period, concernCategories } = codes;
  if (!region || !ageBand || !sex || !period || !concernCategories) return null;
  const [own, counted] = await Promise.all([
    ownPublished(context.database, review),
    countedAlready(context.database, review),
  ]);
  const assess = async (of: RiskCodes) => {
    const network = await countInNetwork(context, keyOf(of));
    const isSame = (content: LearningRecord) => sharesKey(content, of);
    // The hub counts what everybody sees, this authority's own among it; the rest is known here alone.
    const ownCount = own.filter((row) => isSame(row.content) && !(network !== null && row.everyoneSees)).length;
    const others = network === null ? 0 : Math.max(0, network - (counted && isSame(counted) ? 1 : 0));
    const sharing = 1 + others + ownCount;
    const expected = expectedChildren({ ...of, region });
    return {
      k: Math.floor(Math.max(expected, sharing)),
      concernK: Math.floor(Math.max(expected * shareOfConcern(of.concernCategories), sharing)),
      expected,
      network: network === null ? null : others,
      own: ownCount,
    };
  };
  const now = await assess(codes);
  const changes: RiskChange[] = [];
  if (isTight(now)) {
    for (const change of possibleChanges(codes)) {
      changes.push({ ...change, k: (await assess({ ...codes, [change.field]: change.to })).k });
    }
  }
  const among = (signals: Signals): ReidentificationRisk =>
    reidentificationRisk({ candidate: countedCodes(codes), corpus: own.map(({ content }) => content), signals });
  return {
    withSignals(findings) {
      const holds = (...kinds: GuardFinding['kind'][]) => findings.some(({ kind }) => kinds.includes(kind));
      const apart = among({
        exactDate: holds('date'),
        place: holds('place', 'street-address', 'postcode'),
        rareEvent: holds('rare-event'),
      });
      return {
        ...now,
        changes,
        apart: own.length === 0 ? [] : apart.smallestUniqueCombinations.map(({ attributes }) => attributes),
        outcomes: apart.outcomeDiversity,
        eventLinkable: apart.eventLinkability,
      };
    },
  };
}

type Signals = { exactDate: boolean; place: boolean; rareEvent: boolean };

/** What the codes say, waiting for what the words say. */
type AssessedRisk = { withSignals(findings: readonly { kind: GuardFinding['kind'] }[]): Risk };

function countedCodes(codes: RiskCodes): CountedCodes {
  const { ageBand, sex, region, period, concernCategories = [], setting, outcome } = codes;
  const told = (code: string | undefined) => code ?? 'unknown';
  return {
    ageBand: told(ageBand),
    sex: told(sex),
    region: told(region),
    period: told(period),
    concernCategories,
    setting: told(setting),
    outcome: told(outcome),
  };
}

/** What an author can tell in a more general way, one field at a time. */
function possibleChanges(codes: RiskCodes): Omit<RiskChange, 'k'>[] {
  const changes: Omit<RiskChange, 'k'>[] = [];
  if (codes.sex === 'male' || codes.sex === 'female') {
    changes.push({ field: 'sex', change: 'Withhold the sex', to: 'withheld' });
  }
  if (codes.ageBand && codes.ageBand !== 'withheld' && codes.ageBand !== 'unknown') {
    changes.push({ field: 'ageBand', change: 'Withhold the age band', to: 'withheld' });
  }
  if (codes.setting && codes.setting !== 'withheld' && codes.setting !== 'unknown') {
    changes.push({ field: 'setting', change: 'Withhold the setting', to: 'withheld' });
  }
  return changes;
}

/** The codes to ask about: what is withheld or unknown sets nothing apart, and a quarter counts as its financial year. */
export function keyOf(codes: RiskCodes): AnonymityCountRequest['codes'] {
  const key: Record<string, string[]> = {};
  for (const field of keyFields) {
    const value = codes[field];
    if (value === undefined || value === 'withheld' || value === 'unknown') continue;
    if (field === 'period') key.period = periodsOfYear(String(value));
    else key[field] = typeof value === 'string' ? [value] : [...value];
  }
  return key;
}

function sharesKey(content: LearningRecord, codes: RiskCodes): boolean {
  return Object.entries(keyOf(codes)).every(([field, wanted]) =>
    [content[field as keyof LearningRecord]].flat().some((value) => wanted?.includes(String(value))),
  );
}

/** A financial year and its four quarters, for a period that lies in it: `2024-Q1` is in 2023-24. */
export function periodsOfYear(period: string): string[] {
  const year = Number(period.slice(0, 4));
  const first = period.endsWith('Q1') ? year - 1 : year;
  const label = `${first}-${String((first + 1) % 100).padStart(2, '0')}`;
  return [label, `${first}-Q2`, `${first}-Q3`, `${first}-Q4`, `${first + 1}-Q1`];
}

async function countInNetwork(context: Context, codes: AnonymityCountRequest['codes']): Promise<number | null> {
  const key = JSON.stringify(codes);
  const known = context.sharedCounts.get(key);
  if (known !== undefined) return known;
  try {
    const { count } = await (await context.network.hub()).anonymityCount(codes);
    context.sharedCounts.set(key, count);
    return count;
  } catch (error) {
    // k is then told from what is known here, which is never more than the truth.
    context.log.warn({ code: errorCode(error) }, 'the hub could not be asked how many records share codes');
    return null;
  }
}
