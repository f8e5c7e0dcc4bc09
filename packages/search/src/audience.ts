import type { Audience } from '@practice-exchange/protocol';
import type { Region } from '@practice-exchange/vocabulary';

/** On whose behalf the index is asked. Both null: someone who may see only what the whole network may see. */
export type Viewer = { readonly authority: string | null; readonly region: Region | null };

/** The token of a record that the whole network may see. */
export const networkToken = 'network';

/**
 * The audience as tokens that are stored with the document. A viewer sees a document when the two sets of tokens
 * meet, so that each engine enforces the audience with the one set operation that it is best at.
 */
export function audienceTokens(owner: string, audience: Audience): string[] {
  const tokens = new Set([`authority:${owner}`]);
  switch (audience.scope) {
    case 'network':
      tokens.add(networkToken);
      break;
    case 'regions':
      for (const region of audience.regions) tokens.add(`region:${region}`);
      break;
    case 'authorities':
      for (const authority of audience.authorities) tokens.add(`authority:${authority}`);
      break;
  }
  return [...tokens];
}

/** The tokens that open documents to a viewer. */
export function viewerTokens(viewer: Viewer): string[] {
  const tokens = [networkToken];
  if (viewer.region !== null) tokens.push(`region:${viewer.region}`);
  if (viewer.authority !== null) tokens.push(`authority:${viewer.authority}`);
  return tokens;
}
