import { createLogger, runUntilSignal } from '@practice-exchange/platform';
import { OpenIdConnectSignIn } from '@practice-exchange/web';
import { nodeConfig } from './config.ts';
import { startNode } from './service.ts';

await runUntilSignal({
  log: createLogger({ name: 'node' }),
  portVariable: 'PORT',
  start: async () => {
    const { config, openIdConnect } = nodeConfig(process.env);
    const signIn = await OpenIdConnectSignIn.discover({
      ...openIdConnect,
      postLogoutRedirectUri: `${config.url}/signed-out`,
      allowInsecure: !config.production,
    });
    return startNode(config, signIn);
  },
});
