import {
  type Degraded,
  type FilterField,
  filterFields,
  type SearchFilters,
  type SearchRequest,
  type Viewer,
} from '@practice-exchange/protocol';
import {
  allOf,
  anyOf,
  type FacetCount,
  type Filter,
  type Highlight,
  type SearchAnswer,
  type SearchQuery,
  SearchUnavailable,
} from '@practice-exchange/search';
import type { PrevalenceBand } from '@practice-exchange/vocabulary';
import type { HubContext } from '../../context.ts';
import { findVisible, hiddenButIndexed, type SharedRecord, searchDatabase } from '../learning/store.ts';
import { askEngine } from './ask-engine.ts';

/** How many of the first results a favour may reorder. */
const favouredDepth = 100;

/** Who asks: the viewer whose audience is enforced, and the band that "authorities like yours" means. */
export type Asker = Viewer & { prevalenceBand: PrevalenceBand | null };

export type Context = Pick<HubContext, 'database' | 'index' | 'log'>;

/** What is asked: words and filters, in which order. */
export type Question = Pick<SearchRequest, 'q' | 'filters' | 'favour' | 'sort'>;

/** Which of the results are wanted, of which fields the codes are counted over all of them, and why the engine is not to be asked, if it is not. */
export type Wanted = { offset: number; limit: number; count?: readonly FilterField[]; degraded?: Degraded | null };

/** Records that answer, best first, each with why. */
export type Found = {
  total: number;
  records: (SharedRecord & { highlights: readonly Highlight[] })[];
  facets: Partial<Record<FilterField, readonly FacetCount[]>>;
  didYouMean?: string;
  degraded: Degraded | null;
};

/**
 * Finds what answers a question within the asker's audience. The engine finds and ranks; the database has the last word on what is given,
 * so that a record withdrawn a moment ago is not. When the engine is away or slow, or lacks what it
 * should hold, the database answers.
 */
export async function find(context: Context, question: Question, asker: Asker, wanted: Wanted): Promise<Found> {
  if (wanted.degraded) return findInDatabase(context, question, asker, wanted, wanted.degraded);
  try {
    return await findByEngine(context, question, asker, wanted);
  } catch (error) {
    if (!(error instanceof SearchUnavailable)) throw error;
    context.log.warn({ code: error.code, reason: error.message }, 'searching the database');
    return findInDatabase(context, question, asker, wanted, error instanceof IndexFilling ? 'filling' : 'database');
  }
}

/** The index lacks something that it should hold. */
class IndexFilling extends SearchUnavailable {}

async function findByEngine(context: Context, question: Question, asker: Asker, wanted: Wanted): Promise<Found> {
  const favours = isFavoured(question, wanted);
  const { offset, limit } = favours ? { offset: 0, limit: favouredDepth } : wanted;
  const except = await withheldFromIndex(context, asker);
  const query: SearchQuery = {
    words: question.q,
    viewer: { authority: asker.authority, region: asker.region },
    filter: filterFrom(question.filters, asker),
    except,
    ...(wanted.count ? { facets: wanted.count } : {}),
    sort: question.sort ?? 'relevance',
    offset,
    limit,
  };
  const { didYouMean, ...answer } = await askEngine(context.index, (index, signal) => index.search(query, { signal }));
  if (!answer.whole) throw new IndexFilling('The index is being filled');
  // While the engine holds what the asker may not find, a word that it suggests may be one that stands nowhere else.
  const mayBeTold = didYouMean !== undefined && except.length === 0;
  return {
    ...(await inDatabase(context, answer, question, asker, favours ? wanted : null)),
    ...(mayBeTold ? { didYouMean } : {}),
    degraded: null,
  };
}

async function inDatabase(
  context: Pick<HubContext, 'database'>,
  { hits, total, facets }: Omit<SearchAnswer, 'didYouMean'>,
  question: Question,
  asker: Asker,
  favoured: Wanted | null,
): Promise<Omit<Found, 'degraded'>> {
  const visible = await findVisible(
    context.database,
    hits.map((hit) => hit.id),
    asker,
  );
  const shown = hits.flatMap(({ id, score, highlights }) => {
    const record = visible.get(id);
    return record ? [{ score, record: { ...record, highlights } }] : [];
  });
  const ordered = favoured
    ? favour(shown, question, asker).slice(favoured.offset, favoured.offset + favoured.limit)
    : shown;
  return {
    total: total - (hits.length - shown.length),
    records: ordered.map(({ record }) => record),
    facets,
  };
}

async function findInDatabase(
  context: Context,
  question: Question,
  asker: Asker,
  wanted: Wanted,
  degraded: Degraded,
): Promise<Found> {
  const { likeMine, ...filters } = question.filters ?? {};
  const favours = isFavoured(question, wanted);
  const { offset, limit } = favours ? { offset: 0, limit: favouredDepth } : wanted;
  const { total, records } = await searchDatabase(context.database, {
    words: question.q,
    viewer: asker,
    filters: likeMine && asker.prevalenceBand ? { ...filters, prevalenceBand: [asker.prevalenceBand] } : filters,
    offset,
    limit,
  });
  // The database's own scores mean nothing beside ours; the place in its order stands for one.
  const placed = records.map((record, place) => ({ score: 10 / (10 + place), record: { ...record, highlights: [] } }));
  const ordered = favours ? favour(placed, question, asker).slice(wanted.offset, wanted.offset + wanted.limit) : placed;
  return { total, records: ordered.map(({ record }) => record), facets: {}, degraded };
}

/** The most records that are left out of a question by their ids. With more, the database answers. */
export const leftOutAtMost = 1000;

/** What the index may still hold though the asker may not find it, so that it is not even counted. */
async function withheldFromIndex({ database }: Context, asker: Asker): Promise<string[]> {
  const ids = await hiddenButIndexed(database, asker, leftOutAtMost + 1);
  if (ids.length > leftOutAtMost) throw new SearchUnavailable('The index has too much to let go of');
  return ids;
}

function isFavoured({ favour }: Question, { offset, limit }: Wanted): boolean {
  return favour !== undefined && offset + limit <= favouredDepth;
}

const sameBand = 1.3;
const sameRegion = 1.1;

/** Puts the learning of favoured authorities before what fits about as well; where nothing is ranked by words, before everything else. */
function favour<T extends { score: number; record: SharedRecord }>(found: T[], question: Question, asker: Asker): T[] {
  const band = question.favour === 'like-mine' ? asker.prevalenceBand : question.favour;
  const byWords = question.q.trim() !== '' && question.sort !== 'newest';
  const weigh = ({ score, record }: T) => {
    const liked =
      (record.prevalenceBand === band ? sameBand : 1) *
      (question.favour === 'like-mine' && record.content.region === asker.region ? sameRegion : 1);
    return byWords ? score * liked : liked;
  };
  // A stable sort: what is favoured alike keeps its order.
  return found
    .map((each) => ({ each, weight: weigh(each) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ each }) => each);
}

function filterFrom(asked: SearchFilters | undefined, asker: Asker): Filter {
  const { likeMine, ...filters } = asked ?? {};
  const conditions = filterFields.flatMap((field) => {
    const codes = filters[field];
    return codes && codes.length > 0 ? [anyOf(field, codes)] : [];
  });
  if (likeMine && asker.prevalenceBand) conditions.push(anyOf('prevalenceBand', [asker.prevalenceBand]));
  return allOf(...conditions);
}
