import { readdir, readFile } from 'node:fs/promises';
import { type Audience, type LearningRecord, learningRecordSchema } from '@practice-exchange/protocol';
import { codesOf, regions } from '@practice-exchange/vocabulary';
import { parse } from 'yaml';
import { z } from 'zod';
import { demoFileInvalid } from './demo-file-invalid.ts';

/** A demo learning record as its file says it: whose it is, who may see it, and its content. */
export type DemoLearning = { file: string; authority: string; audience: DemoAudience; content: LearningRecord };

/** An audience that names authorities by their demo key; identifiers do not exist until the nodes have enrolled. */
export type DemoAudience = Exclude<Audience, { scope: 'authorities' }> | { scope: 'authorities'; keys: string[] };

const directory = new URL('../../demo/learning/', import.meta.url);

const headings = {
  situation: 'Situation',
  response: 'What we did',
  whatHappened: 'What happened',
  whatWorked: 'What worked',
  whatDidNot: 'What did not work',
  learningPoints: 'Learning points',
  nextTime: 'What we would do next time',
} as const;

const audienceSchema = z
  .union([
    z.literal('network').transform(() => ({ scope: 'network' as const })),
    z.strictObject({ regions: z.array(z.enum(codesOf(regions))).min(1) }).transform((value) => ({
      scope: 'regions' as const,
      regions: value.regions,
    })),
    z.strictObject({ authorities: z.array(z.string()).min(1) }).transform((value) => ({
      scope: 'authorities' as const,
      keys: value.authorities,
    })),
  ])
  .default({ scope: 'network' });

/** Splits front matter from Markdown. Throws with the file's name when the file has no front matter. */
export function splitFrontMatter(file: string, text: string): { data: Record<string, unknown>; markdown: string } {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
  if (!match?.[1]) throw demoFileInvalid(file, 'it starts with --- and front matter');
  return { data: parse(match[1]) as Record<string, unknown>, markdown: match[2] ?? '' };
}

/** The text under each second-level heading, paragraphs kept, lines within a paragraph joined. */
export function sectionsOf(markdown: string): Map<string, string> {
  const sections = new Map<string, string>();
  for (const part of markdown.split(/^## /m).slice(1)) {
    const end = part.indexOf('\n');
    const text = part.slice(end + 1).trim();
    sections.set(
      part.slice(0, end).trim(),
      text
        .split(/\n{2,}/)
        .map((paragraph) => (/^- /.test(paragraph) ? paragraph : paragraph.replace(/\n/g, ' ')))
        .join('\n\n'),
    );
  }
  return sections;
}

/** The items of a Markdown bullet list, continuation lines joined. */
export function bulletsOf(text: string): string[] {
  return text
    .split(/^- /m)
    .map((item) => item.replace(/\s*\n\s*/g, ' ').trim())
    .filter((item) => item !== '');
}

/** Reads one demo file. Throws with the file's name and what is wrong with it. */
export function parseDemoLearning(file: string, text: string): DemoLearning {
  const { data, markdown } = splitFrontMatter(file, text);
  const { authority, audience, ...fields } = data;
  const sections = sectionsOf(markdown);
  const prose = Object.fromEntries(Object.entries(headings).map(([field, heading]) => [field, sections.get(heading)]));
  const content = learningRecordSchema.safeParse({
    ...fields,
    ...prose,
    learningPoints: bulletsOf(sections.get(headings.learningPoints) ?? ''),
  });
  if (!content.success) throw demoFileInvalid(file, z.prettifyError(content.error));
  return {
    file,
    authority: z.string().parse(authority),
    audience: audienceSchema.parse(audience),
    content: content.data,
  };
}

/** Every demo learning record, oldest period first, so that the demo reads as a history. */
export async function readDemoLearning(): Promise<DemoLearning[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.md')).sort();
  const records = await Promise.all(
    files.map(async (file) => parseDemoLearning(file, await readFile(new URL(file, directory), 'utf8'))),
  );
  return records.sort((a, b) => a.content.period.localeCompare(b.content.period) || a.file.localeCompare(b.file));
}
