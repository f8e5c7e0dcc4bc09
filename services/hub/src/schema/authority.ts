import type { AuthorityType, PrevalenceBand, Region } from '@practice-exchange/vocabulary';

/** A council that takes part, with what the network knows of it. */
export type AuthorityTable = {
  id: string;
  name: string;
  ons_code: string;
  region: Region;
  type: AuthorityType;
  child_population: number;
  prevalence_band: PrevalenceBand | null;
};
