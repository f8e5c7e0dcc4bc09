import { fileURLToPath } from 'node:url';
import { fastifyOptions, requestLog } from '@practice-exchange/platform';
import { admitKnown, PostgresKeptForms, PostgresSessionStore, type SignIn, webPages } from '@practice-exchange/web';
import Fastify, { type FastifyInstance } from 'fastify';
import type { NodeContext } from './context.ts';
import { anonymisationPages } from './features/anonymisation/routes.ts';
import { learningApi } from './features/api/routes.ts';
import { health } from './features/health/routes.ts';
import { historyPages } from './features/history/routes.ts';
import { homePage } from './features/home/routes.ts';
import { importPages } from './features/importing/routes.ts';
import { networkPages } from './features/joining/routes.ts';
import { keyPages } from './features/keys/routes.ts';
import { learningPages } from './features/learning/routes.ts';
import { publishingPages } from './features/publishing/routes.ts';
import { resyncPages } from './features/resyncing/routes.ts';
import { returnPages } from './features/returns/routes.ts';
import { reviewPages } from './features/reviews/routes.ts';
import { riskReportPages } from './features/risk-reports/routes.ts';
import { searchPages } from './features/searching/routes.ts';
import { secondReadingPages } from './features/signing-off/routes.ts';
import { deliveryPage } from './features/sync/routes.ts';
import { termPages } from './features/terms/routes.ts';
import { withdrawingPages } from './features/withdrawing/routes.ts';
import { navigation } from './navigation.ts';
import { nodeFacts } from './node-facts.ts';

const bodyBytes = 1_048_576;

/** The node as a Fastify application: everything but listening. */
export async function nodeApp(context: NodeContext, signIn: SignIn): Promise<FastifyInstance> {
  const { config } = context;
  const app = Fastify({ ...fastifyOptions(context.log, config.trustedProxies), bodyLimit: bodyBytes });
  await app.register(requestLog);
  await app.register(webPages, {
    id: config.id,
    service: { name: 'Practice Exchange', organisation: config.authority.name },
    production: config.production,
    demo: config.demo,
    secret: config.secret,
    origin: config.url,
    sessions: { store: new PostgresSessionStore(context.database as never) },
    keptForms: new PostgresKeptForms(context.database as never),
    signIn,
    admit: admitKnown(context.database as never),
    views: [fileURLToPath(new URL('features', import.meta.url))],
    navigation,
    facts: nodeFacts(config.authority.name),
  });
  await app.register(health, { context });
  await app.register(homePage, { context });
  await app.register(searchPages, { context });
  await app.register(learningPages, { context });
  await app.register(riskReportPages, { context });
  await app.register(termPages);
  await app.register(learningApi, { context });
  await app.register(reviewPages, { context });
  await app.register(importPages, { context });
  await app.register(historyPages, { context });
  await app.register(anonymisationPages, { context });
  await app.register(secondReadingPages, { context });
  await app.register(publishingPages, { context });
  await app.register(resyncPages, { context });
  await app.register(returnPages, { context });
  await app.register(withdrawingPages, { context });
  await app.register(deliveryPage, { context });
  await app.register(networkPages, { context });
  await app.register(keyPages, { context });
  return app;
}
