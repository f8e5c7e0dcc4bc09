import { authorities } from '@practice-exchange/vocabulary';
import { tableCatalogue } from '../catalogue/table-catalogue.ts';
import { type DisclosureRules, disclosureRules, type ReleaseRecord } from '../model.ts';
import { buildRelease, buildWeakenedRelease, type Release, type SwitchableRule } from '../release/build-release.ts';
import { type AttackResult, attackReleases } from './attack-releases.ts';
import { type SimulatedRelease, simulateNetwork } from './simulate-network.ts';

/** A simulated network and what was released of it. */
export type ReleasedNetwork = {
  readonly network: readonly SimulatedRelease[];
  readonly releases: readonly Release[];
  readonly switchedOff: SwitchableRule | undefined;
};

const regionOf = new Map<string, string>(authorities.map(({ onsCode, region }) => [onsCode, region]));

/** Releases a simulated network quarter by quarter, by the whole engine or by one without a rule. */
export async function releaseNetwork(
  network: readonly SimulatedRelease[],
  switchedOff?: SwitchableRule,
): Promise<ReleasedNetwork> {
  const releases: Release[] = [];
  const earlier: ReleaseRecord[] = [];
  for (const { quarter, quarters, contributions } of network) {
    const input = { release: quarter, catalogue: tableCatalogue, quarters, contributions, earlier };
    const release = await (switchedOff === undefined ? buildRelease(input) : buildWeakenedRelease(input, switchedOff));
    releases.push(release);
    earlier.push(release.record);
  }
  return { network, releases, switchedOff };
}

/** Attacks what was released. The attacker reads the method of the engine that made it, weakened or not. */
export function attackNetwork(
  { network, releases, switchedOff }: ReleasedNetwork,
  colluders: number | 'all',
  rules: DisclosureRules = disclosureRules,
): Promise<AttackResult> {
  return attackReleases({
    catalogue: tableCatalogue,
    releases: network.map(({ quarter, revisions }, index) => ({
      quarter,
      revisions,
      tables: releases[index]?.tables ?? [],
    })),
    method: { rules, rounded: switchedOff !== 'rounding', keeps: switchedOff !== 'between-releases' },
    truth: network.map(({ contributions }) => contributions),
    regionOf,
    colluders,
    untilBroken: switchedOff !== undefined,
  });
}

/** Simulates, releases and attacks a network. */
export async function attackSimulation(
  options: Parameters<typeof simulateNetwork>[0] & { readonly colluders: number | 'all' },
  switchedOff?: SwitchableRule,
): Promise<ReleasedNetwork & { readonly attack: AttackResult }> {
  const released = await releaseNetwork(simulateNetwork(options), switchedOff);
  return { ...released, attack: await attackNetwork(released, options.colluders) };
}
