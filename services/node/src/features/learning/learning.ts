import type { LearningResponse } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import type { NodeContext } from '../../context.ts';
import { askHub } from '../searching/searching.ts';

/** One learning record for somebody here. Throws `gone` (410) when it was withdrawn, `not-found` (404), or as {@link askHub} does. */
export async function readLearning(
  context: Pick<NodeContext, 'network'>,
  person: Person,
  id: string,
): Promise<LearningResponse> {
  return askHub(context, (hub) => hub.learning(id, context.network.onBehalfOf(person)));
}
