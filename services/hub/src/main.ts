import { createLogger, runUntilSignal } from '@practice-exchange/platform';
import { hubConfig } from './config.ts';
import { startHub } from './service.ts';
import { signInFor } from './sign-in.ts';

await runUntilSignal({
  log: createLogger({ name: 'hub' }),
  portVariable: 'PORT',
  start: async () => {
    const config = hubConfig(process.env);
    return startHub(config, await signInFor(config));
  },
});
