import { ServerResponse } from 'node:http';

const RealDate = Date;
let shift = 0;
let placed = false;

/**
 * Makes this process believe that it is `shiftMs` later (earlier, when negative), from now on: `Date` as programs see it, and
 * the Date header of answers, which Node writes from a clock of its own. Timers and `performance.now` go on as they are.
 */
export function shiftClock(shiftMs: number): void {
  shift = shiftMs;
  if (placed || shiftMs === 0) return;
  placed = true;
  const now = () => RealDate.now() + shift;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
  const { writeHead } = ServerResponse.prototype;
  ServerResponse.prototype.writeHead = function (this: ServerResponse, ...args: Parameters<typeof writeHead>) {
    if (!this.hasHeader('date')) this.setHeader('date', new RealDate(now()).toUTCString());
    return writeHead.apply(this, args);
  } as typeof writeHead;
}
