import { readFile } from 'node:fs/promises';
import { authorityTypes, codesOf, prevalenceBands, regions } from '@practice-exchange/vocabulary';
import { parse } from 'yaml';
import { z } from 'zod';

const directory = new URL('../../demo/', import.meta.url);

const demoAuthoritySchema = z.strictObject({
  key: z.string(),
  name: z.string(),
  type: z.enum(codesOf(authorityTypes)),
  region: z.enum(codesOf(regions)),
  band: z.enum(codesOf(prevalenceBands)),
  childPopulation: z.int().positive(),
  onsCode: z.string(),
  description: z.string(),
});

const demoPersonSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  authority: z.string(),
  roles: z.array(z.string()).min(1),
  jobTitle: z.string(),
});

export type DemoAuthority = z.infer<typeof demoAuthoritySchema>;
export type DemoPerson = z.infer<typeof demoPersonSchema>;

async function readYaml<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(parse(await readFile(new URL(file, directory), 'utf8')));
}

/** The invented authorities of the demo, in the order in which their nodes start. */
export function readDemoAuthorities(): Promise<DemoAuthority[]> {
  return readYaml('authorities.yaml', z.array(demoAuthoritySchema));
}

/** The invented people of the demo; `authority` is an authority's key, or `hub`. */
export function readDemoPeople(): Promise<DemoPerson[]> {
  return readYaml('people.yaml', z.array(demoPersonSchema));
}
