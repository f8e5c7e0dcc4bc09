import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { demoFileInvalid } from '../demo/demo-file-invalid.ts';

const file = new URL('../../demo/judged-questions.yaml', import.meta.url);

const questionSchema = z.strictObject({
  words: z.string().min(1),
  set: z.enum(['tuning', 'final']),
  helps: z.record(z.string(), z.int().min(1).max(3)),
});

/** A practitioner's question: its half of the set, and how much each demo record helps (1 to 3), by the name of its file without the ending. */
export type JudgedQuestion = z.infer<typeof questionSchema>;

/** The judged questions over the demo learning. Throws when the file does not fit or names a record that there is not. */
export async function readJudgedQuestions(records: ReadonlySet<string>): Promise<JudgedQuestion[]> {
  const parsed = z.strictObject({ questions: z.array(questionSchema) }).safeParse(parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw demoFileInvalid('judged-questions.yaml', z.prettifyError(parsed.error));
  const { questions } = parsed.data;
  for (const { words, helps } of questions) {
    const unknown = Object.keys(helps).find((name) => !records.has(name));
    if (unknown) throw demoFileInvalid('judged-questions.yaml', `“${words}” names ${unknown}, which is no record`);
  }
  return questions;
}
