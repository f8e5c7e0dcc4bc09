import { type KillPoint, killPoints } from './kill-points.ts';
import type { Random } from './random.ts';

export const nodeCount = 3;

/** Whom a learning record is for: everybody, the region of another node, or one other authority. */
export type AudienceChoice = 'network' | 'region' | 'authority';

/** What an author does, at one node. `nth` chooses among what is published there when the step comes. */
export type Action =
  | { readonly do: 'publish'; readonly node: number; readonly learning: number; readonly audience: AudienceChoice }
  | { readonly do: 'revise'; readonly node: number; readonly nth: number; readonly learning: number }
  | { readonly do: 'rescope'; readonly node: number; readonly nth: number; readonly audience: AudienceChoice }
  | { readonly do: 'withdraw'; readonly node: number; readonly nth: number }
  | { readonly do: 'statement'; readonly node: number }
  | { readonly do: 'return'; readonly node: number; readonly quarter: number }
  | { readonly do: 'report'; readonly node: number; readonly nth: number }
  | { readonly do: 'answer'; readonly node: number; readonly nth: number };

/** Which process: the hub, or a node by its number. */
export type Target = 'hub' | number;

/** What goes wrong beside the wire. */
export type Fault =
  | { readonly fault: 'kill'; readonly target: Target; readonly afterMs: number }
  | { readonly fault: 'kill-point'; readonly target: Target; readonly point: KillPoint; readonly passes: number }
  | { readonly fault: 'database-crash' }
  | { readonly fault: 'redis-flush' }
  | { readonly fault: 'index-wipe' }
  | { readonly fault: 'clock'; readonly target: Target; readonly shiftMs: number }
  | { readonly fault: 'cut'; readonly node: number; readonly steps: number }
  | { readonly fault: 'back-up'; readonly node: number }
  | { readonly fault: 'restore'; readonly node: number };

export type Step = Action | Fault;

/** A run's script: whether jobs run on Redis, how bad the wire is, and what happens in which order. */
export type Script = {
  readonly redis: boolean;
  readonly meilisearch: boolean;
  readonly weather: number;
  readonly steps: readonly Step[];
};

const hour = 3_600_000;
const actionsPerRun = 22;

/** Writes a run's script from chance alone. The same seed and run give the same script. */
export function writeScript(random: Random): Script {
  const steps: Step[] = [];
  for (let node = 0; node < nodeCount; node += 1) steps.push(publication(random, node));
  for (let count = steps.length; count < actionsPerRun; count += 1) {
    if (random.chance(0.4)) steps.push(fault(random));
    steps.push(action(random));
  }
  if (random.chance(0.3)) addRestore(random, steps);
  return {
    redis: random.chance(0.4),
    meilisearch: random.chance(0.15),
    weather: random.pick([0, 0.15, 0.3, 0.5]),
    steps,
  };
}

/** A node is backed up early in the run and, some steps later, restored from that backup. */
function addRestore(random: Random, steps: Step[]): void {
  const node = random.below(nodeCount);
  const backUp = nodeCount + random.below(Math.floor(steps.length / 2));
  const restore = backUp + 2 + random.below(steps.length - backUp - 1);
  steps.splice(restore, 0, { fault: 'restore', node });
  steps.splice(backUp, 0, { fault: 'back-up', node });
}

function publication(random: Random, node: number): Action {
  return { do: 'publish', node, learning: random.below(1000), audience: audience(random) };
}

function action(random: Random): Action {
  const node = random.below(nodeCount);
  const nth = random.below(1000);
  const learning = random.below(1000);
  const chosen = random.next();
  if (chosen < 0.36) return publication(random, node);
  if (chosen < 0.54) return { do: 'revise', node, nth, learning };
  if (chosen < 0.65) return { do: 'rescope', node, nth, audience: audience(random) };
  if (chosen < 0.77) return { do: 'withdraw', node, nth };
  if (chosen < 0.82) return { do: 'statement', node };
  if (chosen < 0.86) return { do: 'return', node, quarter: random.below(8) };
  return chosen < 0.95 ? { do: 'report', node, nth } : { do: 'answer', node, nth };
}

function audience(random: Random): AudienceChoice {
  return random.pick(['network', 'network', 'region', 'authority']);
}

function target(random: Random): Target {
  return random.chance(0.5) ? 'hub' : random.below(nodeCount);
}

function fault(random: Random): Fault {
  const chosen = random.next();
  if (chosen < 0.25) return { fault: 'kill', target: target(random), afterMs: random.below(150) };
  if (chosen < 0.6) {
    const killed = target(random);
    const points = killPoints.filter((point) =>
      killed === 'hub' ? point !== 'after-answer' : !point.endsWith('-index'),
    );
    return { fault: 'kill-point', target: killed, point: random.pick(points), passes: 1 + random.below(6) };
  }
  if (chosen < 0.68) return { fault: 'database-crash' };
  if (chosen < 0.75) return { fault: 'redis-flush' };
  if (chosen < 0.83) return { fault: 'index-wipe' };
  if (chosen < 0.92) return { fault: 'clock', target: target(random), shiftMs: random.pick([-hour, hour]) };
  return { fault: 'cut', node: random.below(nodeCount), steps: 1 + random.below(4) };
}
