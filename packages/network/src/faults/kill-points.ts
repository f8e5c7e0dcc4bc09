import { Database } from '@practice-exchange/platform';
import type { LearningIndex } from '@practice-exchange/search';

/** Where a process can be told to die: around a commit, around the index's work, and before an answer of the hub is read. */
export const killPoints = ['before-commit', 'after-commit', 'before-index', 'after-index', 'after-answer'] as const;
export type KillPoint = (typeof killPoints)[number];

let placed = false;
let armed: { point: KillPoint; passes: number } | null = null;

/** From now on, the process kills itself when it passes the point for the `passes`-th time. */
export function armKillPoint(point: KillPoint, passes: number): void {
  armed = { point, passes };
}

/** What was armed and has not fired fires no more. */
export function disarmKillPoints(): void {
  armed = null;
}

function pass(point: KillPoint): void {
  if (armed?.point !== point) return;
  armed.passes -= 1;
  // SIGKILL: nothing is flushed, nothing is closed, no handler runs.
  if (armed.passes <= 0) process.kill(process.pid, 'SIGKILL');
}

/** Puts the points around every transaction and every answer of this process. Before anything else is loaded that keeps `fetch`. */
export function placeKillPoints(): void {
  if (placed) return;
  placed = true;
  const { transaction } = Database.prototype;
  Database.prototype.transaction = async function (this: Database<unknown>, run, options) {
    const result = await transaction.call(
      this,
      async (tx: Database<unknown>) => {
        const inner = await run(tx);
        pass('before-commit');
        return inner;
      },
      options,
    );
    pass('after-commit');
    return result;
  } as typeof transaction;
  const { fetch } = globalThis;
  globalThis.fetch = async (...args) => {
    const response = await fetch(...args);
    pass('after-answer');
    return response;
  };
}

/** The index with the points around what changes it. */
export function withKillPoints(index: LearningIndex): LearningIndex {
  return new Proxy(index, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      if (name !== 'index' && name !== 'remove') return member.bind(target);
      return async (...args: unknown[]) => {
        pass('before-index');
        await Reflect.apply(member, target, args);
        pass('after-index');
      };
    },
  });
}
