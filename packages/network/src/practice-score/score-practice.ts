import { type LearningDocument, type LearningIndex, ndcg } from '@practice-exchange/search';
import { readDemoLearning } from '../demo/demo-learning.ts';
import { type JudgedQuestion, readJudgedQuestions } from './judged-questions.ts';

const depth = 10;

/** nDCG@10 of one question, and what was found. */
export type QuestionScore = JudgedQuestion & { readonly ndcg10: number; readonly found: readonly string[] };

/**
 * Indexes the demo learning, for everybody to see, and asks it the judged questions. The index is emptied first. Records
 * are named by their file without its ending.
 */
export async function scorePractice(index: LearningIndex): Promise<QuestionScore[]> {
  const documents = (await readDemoLearning()).map(
    ({ file, content }): LearningDocument => ({
      id: file.replace(/\.md$/, ''),
      revision: 1,
      authority: '6f1c2a54-0000-4000-8000-000000000001',
      region: content.region,
      prevalenceBand: null,
      audience: { scope: 'network' },
      published: '2026-01-15',
      record: content,
    }),
  );
  const questions = await readJudgedQuestions(new Set(documents.map(({ id }) => id)));
  await index.clear();
  await index.index(documents);
  const viewer = { authority: null, region: null };
  const scores: QuestionScore[] = [];
  for (const question of questions) {
    const { hits } = await index.search({ words: question.words, viewer, sort: 'relevance', offset: 0, limit: depth });
    const found = hits.map(({ id }) => id);
    scores.push({ ...question, found, ndcg10: ndcg(found, new Map(Object.entries(question.helps)), depth) });
  }
  return scores;
}

/** Mean nDCG@10 over one half of the questions. */
export function meanOf(scores: readonly QuestionScore[], set: JudgedQuestion['set']): number {
  const half = scores.filter((score) => score.set === set);
  return half.reduce((sum, { ndcg10 }) => sum + ndcg10, 0) / Math.max(1, half.length);
}
