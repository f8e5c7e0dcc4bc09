// A hub in a process of its own, for the fault-injection harness only.
import { flushCompileCache } from 'node:module';
import { approveEpoch, confirmFingerprint, type Hub, type HubConfig, invite, startHub } from '@practice-exchange/hub';
import { AppError } from '@practice-exchange/platform';
import { DemoSignIn } from '@practice-exchange/web';
import { breakHub, type HubBreakage } from './breakages.ts';
import { answerQuestions } from './control.ts';
import { armKillPoint, disarmKillPoints, type KillPoint, placeKillPoints, withKillPoints } from './kill-points.ts';
import { shiftClock } from './shifted-clock.ts';

let running: Hub | null = null;

function hub(): Hub {
  if (!running) throw new Error('the hub is not running');
  return running;
}

const commands = {
  async start(options: { config: HubConfig; clockShiftMs: number; breakage: HubBreakage | null }) {
    shiftClock(options.clockShiftMs);
    placeKillPoints();
    running = await startHub(options.config, new DemoSignIn({ people: [], production: false }));
    const { context } = running;
    context.index = withKillPoints(options.breakage ? breakHub[options.breakage](context.index) : context.index);
    return { url: running.url };
  },
  /** Ends the service in good order; the process stays for the next run. */
  async stop() {
    disarmKillPoints();
    const ending = running;
    running = null;
    await ending?.stop();
    flushCompileCache();
  },
  /** Ends every fault of this process. */
  async heal() {
    disarmKillPoints();
    shiftClock(0);
  },
  async clock({ shiftMs }: { shiftMs: number }) {
    shiftClock(shiftMs);
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
  /** What an operator does who has rung the node's administrator. */
  async approveEpoch({ node, epoch }: { node: string; epoch: number }) {
    await approveEpoch(hub().context, { node, epoch, operator: null });
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
    return { indexed: await index.count(), whole: await index.isWhole() };
  },
} as const;

export type HubCommands = typeof commands;

answerQuestions(commands);
