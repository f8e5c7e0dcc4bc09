import { setTimeout as wait } from 'node:timers/promises';
import { confirmFingerprint, type Hub, invite } from '@practice-exchange/hub';
import { newId } from '@practice-exchange/platform';
import {
  type Agreement,
  type AuthorityProfile,
  agreementItems,
  type CaseloadReturn,
  fingerprintOf,
  generatePrivateJwk,
  HubClient,
  HubProblem,
  openSigningKey,
  type PracticeStatement,
  type PublicationIntent,
  quarterBefore,
  sealPublication,
  wholeNetwork,
} from '@practice-exchange/protocol';
import {
  ageBands,
  type Code,
  concernCategories,
  outcomes,
  type Region,
  referralSources,
  regions,
  thresholdDecisions,
} from '@practice-exchange/vocabulary';
import { randomFrom } from '../faults/random.ts';
import { rehearse } from '../rehearse.ts';

/** Names that no English council has; each says that it is simulated. Three for every region. */
const names: Readonly<Record<Region, readonly [string, string, string]>> = {
  'north-east': ['Wearbourne', 'Alderscar', 'Tynlaw'],
  'north-west': ['Irkdale', 'Ribbleston', 'Merelow'],
  'yorkshire-and-the-humber': ['Calderwick', 'Ousthorpe', 'Derwenby'],
  'east-midlands': ['Soarleigh', 'Trentholme', 'Wellandby'],
  'west-midlands': ['Severnhall', 'Tamebrook', 'Ardenstow'],
  'east-of-england': ['Stourfleet', 'Breckham', 'Colnewater'],
  london: ['Leaside Green', 'Ravenhithe', 'Wandlebridge'],
  'south-east': ['Medwick', 'Arunhurst', 'Chilterley'],
  'south-west': ['Exbourne Vale', 'Tamarleigh', 'Frome Regis'],
};

/** Where more cases are seen, so that the map has something to show. All invented. */
const weights: Readonly<Record<Region, number>> = {
  'north-east': 0.8,
  'north-west': 1.2,
  'yorkshire-and-the-humber': 1.3,
  'east-midlands': 0.9,
  'west-midlands': 1.25,
  'east-of-england': 0.7,
  london: 1.6,
  'south-east': 0.85,
  'south-west': 0.6,
};

type Random = () => number;

/** A simulated authority: what it is, and everything that it will publish. */
export type SimulatedAuthority = {
  readonly profile: AuthorityProfile;
  readonly statement: PracticeStatement;
  readonly returns: readonly CaseloadReturn[];
};

/**
 * Authorities that exist so that national numbers have enough behind them: four would all be suppressed. The same ones every
 * time. They have no node of their own and publish no learning.
 */
export function simulatedAuthorities(lastQuarter: string, quarters: number): SimulatedAuthority[] {
  const random = randomFrom('simulated authorities').next;
  let position = 0;
  return regions.flatMap(({ code: region }) =>
    names[region].map((name) => {
      position += 1;
      const childPopulation = 40_000 + Math.round(random() * 900) * 100;
      const yearly = (childPopulation / 10_000) * weights[region] * (4.2 + 5 * random());
      return {
        profile: {
          name: `${name} Council (simulated)`,
          onsCode: `E99001${String(position).padStart(3, '0')}`,
          region,
          type: region === 'london' ? 'london-borough' : 'unitary',
          childPopulation,
        },
        statement: statementOf(random, quarterBefore(lastQuarter, position % 4)),
        returns: Array.from({ length: quarters }, (_, at) =>
          returnOf(
            random,
            quarterBefore(lastQuarter, quarters - 1 - at),
            childPopulation,
            (yearly / 4) * (1 + 0.04 * at),
            at,
          ),
        ),
      };
    }),
  );
}

/** Has each simulated authority join as any node does and publish all it has. Those that have joined already are left. */
export async function publishSimulated(
  hub: Hub,
  authorities: readonly SimulatedAuthority[],
  signal: AbortSignal,
): Promise<void> {
  const known = await hub.context.database.db.selectFrom('authority').select('ons_code').execute();
  const joined = new Set(known.map((row) => row.ons_code));
  for (const { profile, statement, returns } of authorities) {
    if (joined.has(profile.onsCode) || signal.aborted) continue;
    const node = newId();
    const key = openSigningKey(generatePrivateJwk());
    const client = new HubClient({ hubUrl: hub.url, hubId: hub.context.hub.id, node, key });
    const { code } = await invite(hub.context, { authorityName: profile.name, operator: null });
    const recovery = openSigningKey(generatePrivateJwk()).publicJwk;
    const enrolled = await enrolInTurn(() => client.enrol(code, profile, recovery), signal);
    if (!enrolled) return;
    await confirmFingerprint(hub.context, { node, fingerprint: fingerprintOf(key.publicJwk), operator: null });
    const intents: PublicationIntent[] = [
      { op: 'statement', record: newId(), revision: 1, audience: wholeNetwork, body: statement },
      ...returns.map((body): PublicationIntent => ({ op: 'return', record: newId(), revision: 1, body })),
    ];
    let head = await rehearse(client, { node, authority: enrolled.authority, key });
    const items = intents.map((intent) => {
      const sealed = sealPublication(head, intent, { key, created: new Date().toISOString() });
      head = sealed.head;
      return sealed.item;
    });
    await client.publish(items);
  }
}

/** Enrols, waiting where the hub says that too many come at once. Null when the signal came first. */
async function enrolInTurn<T>(enrol: () => Promise<T>, signal: AbortSignal): Promise<T | null> {
  while (!signal.aborted) {
    try {
      return await enrol();
    } catch (error) {
      if (!(error instanceof HubProblem) || error.code !== 'rate-limited') throw error;
      await wait(2_000);
    }
  }
  return null;
}

function returnOf(random: Random, quarter: string, childPopulation: number, mean: number, at: number): CaseloadReturn {
  const referrals = Math.max(1, Math.round(mean * (0.75 + 0.5 * random())));
  const assessments = Math.round(referrals * (0.75 + 0.2 * random()));
  const ended = Math.round(referrals * (0.7 + 0.25 * random()));
  // Schools refer more from year to year, the police less.
  const sources = {
    school: 34 + 2 * at,
    police: 22 - at,
    'mental-health': 6,
    health: 5,
    college: 8,
    'childrens-social-care': 9,
  };
  const categories = {
    'no-ideology-identified': 26,
    'fascination-with-extreme-violence': 16 + at,
    'extreme-right-wing': 18,
    islamist: 11,
    conflicted: 9,
    'no-extremism-concern': 12,
    incel: 3,
    'school-massacre': 3,
  };
  const decisions = {
    'no-further-action': 32,
    'early-help': 26 + at,
    'child-in-need': 18,
    channel: 15,
    'child-protection': 7,
  };
  const ages = { '13-to-15': 44, '10-to-12': 22, '16-to-17': 22, '5-to-9': 7 };
  const results = {
    'concern-reduced': 30,
    'no-concern-found': 24,
    'closed-with-support': 20,
    'channel-completed': 8,
    'support-declined': 7,
    disengaged: 5,
    're-referred': 3,
  };
  const outcomesByConcernCategory: Record<string, Record<string, number>> = {};
  for (let index = 0; index < ended; index += 1) {
    const category = draw(random, concernCategories, categories);
    const byOutcome = outcomesByConcernCategory[category] ?? {};
    const outcome = draw(random, outcomes, results);
    byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
    outcomesByConcernCategory[category] = byOutcome;
  }
  return {
    quarter,
    childPopulation,
    referrals,
    assessments,
    referralsByConcernCategory: spread(random, referrals, concernCategories, categories),
    assessmentsByConcernCategory: spread(random, assessments, concernCategories, categories),
    referralsBySource: spread(random, referrals, referralSources, sources),
    referralsByThresholdDecision: spread(random, referrals, thresholdDecisions, decisions),
    referralsByAgeBand: spread(random, referrals, ageBands, ages),
    outcomesByConcernCategory,
  };
}

function spread(
  random: Random,
  count: number,
  codes: readonly Code[],
  shares: Readonly<Record<string, number>>,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < count; index += 1) {
    const code = draw(random, codes, shares);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** One code by chance; those without a share of their own have a small one. */
function draw(random: Random, codes: readonly Code[], shares: Readonly<Record<string, number>>): string {
  const shareOf = (code: string) => shares[code] ?? 1;
  let left = random() * codes.reduce((sum, { code }) => sum + shareOf(code), 0);
  for (const { code } of codes) {
    left -= shareOf(code);
    if (left <= 0) return code;
  }
  return codes[0]?.code ?? '';
}

function statementOf(random: Random, lastConfirmed: string): PracticeStatement {
  const agreement = (): Agreement => (random() < 0.52 ? 'yes' : random() < 0.6 ? 'partly' : 'no');
  const invented = 'This authority is simulated: it is here so that the demonstration has national numbers to show.';
  const single = agreement();
  return {
    responsible: { lead: 'Invented for the demonstration', account: invented },
    definitions: [],
    thresholds: invented,
    referralProcess: { single, account: invented },
    interventions: invented,
    communityEngagement: invented,
    agreed: {
      ...(Object.fromEntries(agreementItems.map(({ code }) => [code, agreement()])) as PracticeStatement['agreed']),
      'single-referral-process': single,
    },
    lastConfirmed,
  };
}
