// A hub in a process of its own, for the fault-injection harness only.
import { confirmFingerprint, type Hub, type HubConfig, invite, startHub } from '@practice-exchange/hub';
import { AppError } from '@practice-exchange/platform';
import { DemoSignIn } from '@practice-exchange/web';
import { answerQuestions } from './control.ts';
import { armKillPoint, type KillPoint, placeKillPoints, withKillPoints } from './kill-points.ts';
import { shiftClock } from './shifted-clock.ts';

let running: Hub | null = null;

function hub(): Hub {
  if (!running) throw new Error('the hub is not running');
  return running;
}

const commands = {
  async start({ config, clockShiftMs }: { config: HubConfig; clockShiftMs: number }) {
    shiftClock(clockShiftMs);
    placeKillPoints();
    running = await startHub(config, new DemoSignIn({ people: [], production: false }));
    running.context.index = withKillPoints(running.context.index);
    return { url: running.url };
  },
  async invite({ authorityName }: { authorityName: string }) {
    return (await invite(hub().context, { authorityName, operator: null })).code;
  },
  async confirm({ node, fingerprint }: { node: string; fingerprint: string }) {
    await confirmFingerprint(hub().context, { node, fingerprint, operator: null }).catch((error: unknown) => {
      // The answer was lost the first time.
      if (!(error instanceof AppError) || error.code !== 'fingerprint-confirmed') throw error;
    });
  },
  async arm({ point, passes }: { point: KillPoint; passes: number }) {
    armKillPoint(point, passes);
  },
  async wipeIndex() {
    await hub().context.index.clear();
  },
  /** Does at once what the hub's own clock would have it do within a minute. */
  async catchUp() {
    const { jobs, index } = hub().context;
    for (const job of ['update-index', 'forget-requests']) await jobs.wake(job);
    await jobs.drain();
    return { indexed: await index.count() };
  },
} as const;

export type HubCommands = typeof commands;

answerQuestions(commands);
