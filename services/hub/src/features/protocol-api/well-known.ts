import {
  type CompactJws,
  hubPaths,
  protocolLimits,
  protocolVersion,
  type WellKnown,
} from '@practice-exchange/protocol';
import { vocabularyVersion } from '@practice-exchange/vocabulary';
import type { HubContext } from '../../context.ts';

/** The document at `/.well-known/practice-exchange`. */
export function describeHub({ hub, config }: Pick<HubContext, 'hub' | 'config'>): WellKnown {
  const { wellKnown: _, ...endpoints } = hubPaths;
  return {
    hub: hub.id,
    name: 'Practice Exchange hub',
    versions: [protocolVersion],
    vocabulary: vocabularyVersion,
    keys: hub.keys.map(({ kid, key, from, until, succession }) => ({
      kid,
      key,
      from: from.toISOString(),
      ...(until ? { until: until.toISOString() } : {}),
      ...(succession ? { succession: succession as CompactJws } : {}),
    })),
    limits: {
      jwsBytes: protocolLimits.jwsBytes,
      bodyBytes: protocolLimits.bodyBytes,
      batchItems: protocolLimits.batchItems,
      requestBytes: protocolLimits.requestBytes,
      tokenSeconds: protocolLimits.tokenSeconds,
      receiptsWaitSeconds: protocolLimits.receiptsWaitSeconds,
      riskReportCharacters: protocolLimits.riskReportCharacters,
      riskReportsOpen: protocolLimits.riskReportsOpen,
      requestsPerMinute: config.requestsPerMinute ?? protocolLimits.requestsPerMinute,
    },
    endpoints,
  };
}
