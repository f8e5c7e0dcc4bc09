import { errorCode } from '@practice-exchange/platform';
import type { NodeContext } from '../../context.ts';

/** The authorities of the network by id, in the order of their names. Empty while the hub cannot be asked. */
export async function authorityNames(context: Pick<NodeContext, 'network' | 'log'>): Promise<Map<string, string>> {
  try {
    const { authorities } = await (await context.network.hub()).directory();
    return new Map(
      authorities.map(({ id, name }) => [id, name] as const).sort((a, b) => a[1].localeCompare(b[1], 'en-GB')),
    );
  } catch (error) {
    context.log.warn({ code: errorCode(error) }, 'the directory of authorities could not be read');
    return new Map();
  }
}
