import { readdir, readFile } from 'node:fs/promises';
import { type PracticeStatement, practiceStatementSchema } from '@practice-exchange/protocol';
import { z } from 'zod';
import { demoFileInvalid } from './demo-file-invalid.ts';
import { bulletsOf, sectionsOf, splitFrontMatter } from './demo-learning.ts';

const directory = new URL('../../demo/statements/', import.meta.url);

/** `- **concept** — Local term: meaning` */
const definition = /^\*\*([a-z0-9-]+)\*\* — ([^:]+): ([\s\S]+)$/;

/** Reads one statement file. Throws with the file's name and what is wrong with it. */
export function parseDemoStatement(file: string, text: string): { authority: string; statement: PracticeStatement } {
  const { data, markdown } = splitFrontMatter(file, text);
  const sections = sectionsOf(markdown);
  const statement = practiceStatementSchema.safeParse({
    responsible: { lead: data.lead, account: sections.get('Who is responsible') },
    definitions: bulletsOf(sections.get('Definitions') ?? '').map((bullet) => {
      const [, concept, localTerm, meaning] = definition.exec(bullet) ?? [];
      return { concept, localTerm, meaning };
    }),
    thresholds: sections.get('Thresholds'),
    referralProcess: { single: data.singleReferralProcess, account: sections.get('The single referral process') },
    interventions: sections.get('Interventions'),
    communityEngagement: sections.get('Community engagement'),
    agreed: data.agreed,
    lastConfirmed: data.lastConfirmed,
  });
  if (!statement.success) throw demoFileInvalid(file, z.prettifyError(statement.error));
  return { authority: z.string().parse(data.authority), statement: statement.data };
}

/** The practice statement of each demo authority, by the authority's key. */
export async function readDemoStatements(): Promise<Map<string, PracticeStatement>> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.md'));
  const statements = await Promise.all(
    files.map(async (file) => parseDemoStatement(file, await readFile(new URL(file, directory), 'utf8'))),
  );
  return new Map(statements.map(({ authority, statement }) => [authority, statement]));
}
