import { fileURLToPath } from 'node:url';
import swagger from '@fastify/swagger';
import { fastifyOptions, requestLog } from '@practice-exchange/platform';
import { protocolLimits } from '@practice-exchange/protocol';
import { addApiDocs, admitKnown, PostgresSessionStore, type SignIn, webPages } from '@practice-exchange/web';
import Fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { HubContext } from './context.ts';
import { invitationPages } from './features/enrolling/routes.ts';
import { health } from './features/health/routes.ts';
import { hubKeyPages } from './features/identity/routes.ts';
import { indexPages } from './features/indexing/routes.ts';
import { memberPages } from './features/members/routes.ts';
import { prevalencePages } from './features/prevalence/routes.ts';
import { protocolApi } from './features/protocol-api/routes.ts';
import { quarantinePages } from './features/quarantine/routes.ts';
import { releasePages } from './features/releases/routes.ts';
import { standingPages } from './features/resyncing/routes.ts';
import { riskReportPages } from './features/risk-reports/routes.ts';
import { statisticsApi } from './features/statistics/api.ts';
import { statisticsPages } from './features/statistics/routes.ts';
import { syncHealthPages } from './features/sync-health/routes.ts';
import { hubFacts } from './hub-facts.ts';
import { navigation } from './navigation.ts';
import { paths } from './paths.ts';

/** The hub as a Fastify application: everything but listening. */
export async function hubApp(context: HubContext, signIn: SignIn): Promise<FastifyInstance> {
  const { config } = context;
  const app = Fastify({
    ...fastifyOptions(context.log, config.trustedProxies),
    bodyLimit: protocolLimits.requestBytes,
  });
  await app.register(requestLog);
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Practice Exchange hub',
        version: '1',
        description: 'What nodes ask of the hub, and the national statistics.',
      },
    },
    transform: jsonSchemaTransform,
    hideUntagged: true,
  });
  await app.register(webPages, {
    id: 'hub',
    service: { name: 'Practice Exchange', organisation: 'National hub' },
    production: config.production,
    demo: config.demo,
    secret: config.secret,
    origin: config.url,
    sessions: { store: new PostgresSessionStore(context.database as never) },
    signIn,
    admit: admitKnown(context.database as never),
    views: [fileURLToPath(new URL('features', import.meta.url))],
    navigation: navigation(config),
    facts: hubFacts,
    apiPrefixes: ['/api/', '/.well-known/'],
  });
  await app.register(health, { context });
  await app.register(protocolApi, { context });
  addApiDocs(app, {
    openApi: paths.openApi,
    page: paths.apiDocs,
    about: [
      'What a node asks of the hub, each request signed by the node, and what anybody may read of the national statistics.',
      'Every error is a problem document (RFC 9457). The rules of what nodes ask are in FEDERATION.md.',
    ],
    describe: () => app.swagger(),
  });
  await app.register(statisticsApi, { context });
  await app.register(statisticsPages, { context });
  await app.register(releasePages, { context });
  await app.register(prevalencePages, { context });
  await app.register(memberPages, { context });
  await app.register(quarantinePages, { context });
  await app.register(riskReportPages, { context });
  await app.register(syncHealthPages, { context });
  await app.register(indexPages, { context });
  await app.register(standingPages, { context });
  await app.register(invitationPages, { context });
  await app.register(hubKeyPages, { context });
  return app;
}
