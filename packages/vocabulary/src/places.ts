import type { Code } from './code.ts';

/** The nine regions of England, with the code of the Office for National Statistics. */
export const regions = [
  { code: 'north-east', label: 'North East', onsCode: 'E12000001' },
  { code: 'north-west', label: 'North West', onsCode: 'E12000002' },
  { code: 'yorkshire-and-the-humber', label: 'Yorkshire and The Humber', onsCode: 'E12000003' },
  { code: 'east-midlands', label: 'East Midlands', onsCode: 'E12000004' },
  { code: 'west-midlands', label: 'West Midlands', onsCode: 'E12000005' },
  { code: 'east-of-england', label: 'East of England', onsCode: 'E12000006' },
  { code: 'london', label: 'London', onsCode: 'E12000007' },
  { code: 'south-east', label: 'South East', onsCode: 'E12000008' },
  { code: 'south-west', label: 'South West', onsCode: 'E12000009' },
] as const satisfies readonly (Code & { onsCode: string })[];

/** Kinds of authority with children's-services duties, read from the ONS code's prefix. */
export const authorityTypes = [
  { code: 'unitary', label: 'Unitary authority' },
  { code: 'metropolitan-district', label: 'Metropolitan district' },
  { code: 'london-borough', label: 'London borough' },
  { code: 'county', label: 'County council' },
] as const satisfies readonly Code[];

/** How many cases an authority sees for its size: from its latest caseload returns per 10,000 children. */
export const prevalenceBands = [
  { code: 'low', label: 'Low prevalence' },
  { code: 'medium', label: 'Medium prevalence' },
  { code: 'high', label: 'High prevalence' },
] as const satisfies readonly Code[];

export type Region = (typeof regions)[number]['code'];
export type AuthorityType = (typeof authorityTypes)[number]['code'];
export type PrevalenceBand = (typeof prevalenceBands)[number]['code'];
