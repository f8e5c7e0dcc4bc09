import { readdir, readFile } from 'node:fs/promises';
import { type CaseloadReturn, caseloadReturnSchema } from '@practice-exchange/protocol';
import { parse } from 'yaml';
import { z } from 'zod';
import { demoFileInvalid } from './demo-file-invalid.ts';

const directory = new URL('../../demo/returns/', import.meta.url);
const fileSchema = z.strictObject({ authority: z.string(), quarters: z.array(caseloadReturnSchema) });

/** The caseload returns of each demo authority, by the authority's key, oldest quarter first. */
export async function readDemoReturns(): Promise<Map<string, CaseloadReturn[]>> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.yaml'));
  const returns = new Map<string, CaseloadReturn[]>();
  for (const file of files) {
    const parsed = fileSchema.safeParse(parse(await readFile(new URL(file, directory), 'utf8')));
    if (!parsed.success) throw demoFileInvalid(file, z.prettifyError(parsed.error));
    const { authority, quarters } = parsed.data;
    returns.set(
      authority,
      quarters.sort((a, b) => a.quarter.localeCompare(b.quarter)),
    );
  }
  return returns;
}
