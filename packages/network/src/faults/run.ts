import type { WorkingReview } from '@practice-exchange/node';
import {
  type Audience,
  authoritiesAudience,
  isInAudience,
  regionsAudience,
  wholeNetwork,
} from '@practice-exchange/protocol';
import type { Breakage } from './breakages.ts';
import { checkNetwork, isDrained, waitingEpochs } from './check.ts';
import type { Violation } from './finding.ts';
import type { KillPoint } from './kill-points.ts';
import type { NetworkUnderTest, NodeUnderTest } from './network-under-test.ts';
import { type Random, randomFrom } from './random.ts';
import { type Action, type AudienceChoice, type Fault, type Step, type Target, writeScript } from './script.ts';
import type { World } from './world.ts';

/** What one run did and found. */
export type RunReport = {
  readonly run: number;
  /** Actions of authors that were answered as done. One that was cut off may have been done all the same. */
  readonly actions: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
  /** What actions failed with, for whoever looks into a run. */
  readonly failures: readonly string[];
};

const usualPatienceMs = 60_000;

/** How a run may be played otherwise than its number says. */
export type RunOptions = { readonly breakage?: Breakage | null; readonly patienceMs?: number };

/**
 * Plays one script on a network as it was when everybody had joined, heals everything, waits until nothing is on its way and
 * checks what must hold.
 */
export async function playRun(
  world: World,
  network: NetworkUnderTest,
  { seed, run }: { seed: number; run: number },
  { breakage = null, patienceMs = usualPatienceMs }: RunOptions = {},
): Promise<RunReport> {
  const script = writeScript(randomFrom(seed, run, 'script'));
  if (script.meilisearch) await wipeMeilisearch(world);
  const player = new Player(world, network, randomFrom(seed, run, 'texts'));
  try {
    await network.begin(run, { script, random: randomFrom(seed, run, 'wire'), breakage });
    for (const { line } of network.nodes) line.weather(script.weather);
    for (const step of script.steps) await player.play(step);
    await player.heal();
    const drained = await drain(world, network, patienceMs);
    const violations = drained ? await checkNetwork(world, network) : [drainedNever(patienceMs)];
    for (const { line } of network.nodes) {
      for (const [kind, count] of Object.entries(line.met)) player.count(`wire ${kind}`, count);
    }
    return { run, actions: player.actions, faults: player.faults, violations, failures: player.failures };
  } finally {
    await network.finish();
  }
}

function drainedNever(patienceMs: number): Violation {
  return {
    rule: 'drained',
    detail: `with everything healed, something was still on its way after ${patienceMs / 1000} s`,
  };
}

/** Brings both ends up to date until nothing is on its way, and does what people do. False when it takes too long. */
async function drain(world: World, network: NetworkUnderTest, patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    // A job that gives up for now, and a process that is only just back, have their turn in the next round.
    const settle = (work: Promise<unknown>) =>
      work.then(
        () => true,
        () => false,
      );
    // An index that is being filled again has its turn when its job's next try comes.
    const isWhole = network.hub.ask('catchUp', null as never).then(
      ({ whole }) => whole,
      () => false,
    );
    // The hub beside the nodes: they wait for what it has to do.
    const nodes = network.nodes.map(({ process }) => settle(process.ask('catchUp', null as never)));
    const caughtUp = await Promise.all([isWhole, ...nodes]);
    for (const asked of await waitingEpochs(world, network)) await settle(network.hub.ask('approveEpoch', asked));
    if (caughtUp.every(Boolean) && (await isDrained(world, network))) return true;
  }
  return false;
}

async function wipeMeilisearch({ meilisearch }: World): Promise<void> {
  if (!meilisearch) return;
  const { results } = (await (await fetch(`${meilisearch.url}/indexes?limit=100`)).json()) as {
    results: { uid: string }[];
  };
  for (const { uid } of results) {
    const asked = await fetch(`${meilisearch.url}/indexes/${uid}`, { method: 'DELETE' });
    const { taskUid } = (await asked.json()) as { taskUid: number };
    // What is only going to be wiped is there still for a hub that starts meanwhile.
    for (let status = 'enqueued'; status === 'enqueued' || status === 'processing'; ) {
      await pause(20);
      status = ((await (await fetch(`${meilisearch.url}/tasks/${taskUid}`)).json()) as { status: string }).status;
    }
  }
}

/** One of what is there, chosen by any number; undefined when there is none. */
function nthOf<T>(these: readonly T[], nth: number): T | undefined {
  return these[nth % these.length];
}

const backupOf = (database: string) => `${database}_backup`;

/** Carries out a script's steps. Only what authors wait for is waited for; everything else goes on beside it. */
class Player {
  actions = 0;
  readonly faults: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly #world: World;
  readonly #network: NetworkUnderTest;
  readonly #random: Random;
  readonly #cuts = new Map<NodeUnderTest, number>();
  readonly #beside: Promise<unknown>[] = [];
  #written = 0;

  constructor(world: World, network: NetworkUnderTest, random: Random) {
    this.#world = world;
    this.#network = network;
    this.#random = random;
  }

  count(fault: string, times = 1): void {
    if (times > 0) this.faults[fault] = (this.faults[fault] ?? 0) + times;
  }

  async play(step: Step): Promise<void> {
    for (const [node, steps] of this.#cuts) {
      if (steps > 0) this.#cuts.set(node, steps - 1);
      else this.#mend(node);
    }
    if ('do' in step) await this.#act(step);
    else await this.#harm(step);
  }

  /** Ends every fault: lines carry, clocks are right, nobody dies. What is armed and has not fired dies with its process. */
  async heal(): Promise<void> {
    await Promise.allSettled(this.#beside);
    for (const node of this.#network.nodes) {
      this.#mend(node);
      node.line.weather(0);
    }
    this.#network.clocks.clear();
    const processes = [this.#network.hub, ...this.#network.nodes.map(({ process }) => process)];
    for (const process of processes) {
      // One that is only just back is asked until it answers.
      for (let healed = false; !healed; ) {
        await process.up();
        healed = await process.control('heal').then(
          () => true,
          () => false,
        );
        if (!healed) await pause(20);
      }
    }
  }

  #mend(node: NodeUnderTest): void {
    node.line.mend();
    this.#cuts.delete(node);
  }

  async #act(action: Action): Promise<void> {
    const node = this.#node(action.node);
    try {
      if (await this.#carryOut(node, action)) this.actions += 1;
    } catch (error) {
      this.failures.push(`${action.do} at node ${action.node}: ${(error as Error).message}`);
    }
  }

  async #carryOut(node: NodeUnderTest, action: Action): Promise<boolean> {
    const { process } = node;
    switch (action.do) {
      case 'publish':
        await process.ask('publish', { working: this.#write(node, action.learning, action.audience) });
        return true;
      case 'revise':
      case 'rescope': {
        const reviews = await this.#publishedReviews(node);
        const review = nthOf(reviews, action.nth);
        if (!review) return false;
        const working =
          action.do === 'revise'
            ? { ...this.#write(node, action.learning, 'network'), audience: review.working.audience }
            : { ...review.working, audience: this.#audience(node, action.audience) };
        await process.ask('revise', { review: review.id, working });
        return true;
      }
      case 'withdraw': {
        const reviews = await this.#publishedReviews(node);
        const review = nthOf(reviews, action.nth);
        if (!review) return false;
        await process.ask('withdraw', { review: review.id });
        return true;
      }
      case 'statement': {
        const statements = [...this.#world.statements.values()];
        const statement = statements[this.#random.below(statements.length)];
        if (!statement) return false;
        await process.ask('statement', { statement });
        return true;
      }
      case 'return': {
        const returns = [...this.#world.returns.values()][this.#random.below(this.#world.returns.size)] ?? [];
        const caseload = nthOf(returns, action.quarter);
        if (!caseload) return false;
        await process.ask('return', { caseload });
        return true;
      }
      case 'report': {
        const records = await this.#recordsToRead(node);
        const record = nthOf(records, action.nth);
        if (!record) return false;
        await process.ask('report', { record, says: `Whoever knows the place knows who is meant, ${this.#mark()}.` });
        return true;
      }
      case 'answer': {
        const waiting = await this.#world.postgres.query<{ id: string }>(
          node.database,
          "select id from risk_report where side = 'received' and state = 'open' and answer is null order by id",
        );
        const report = nthOf(waiting, action.nth);
        if (!report) return false;
        await process.ask('answer', { report: report.id, says: `Nobody else could know it, ${this.#mark()}.` });
        return true;
      }
    }
  }

  #publishedReviews(node: NodeUnderTest) {
    return this.#world.postgres.query<{ id: string; working: WorkingReview }>(
      node.database,
      `select id, working from case_review where state = 'published' order by id`,
    );
  }

  /** Records of other authorities that people at a node can read now. */
  async #recordsToRead({ number, joined }: NodeUnderTest): Promise<string[]> {
    const { postgres, authorities } = this.#world;
    const region = authorities[number]?.region;
    if (!region) return [];
    const served = await postgres.query<{ id: string; authority: string; audience: Audience }>(
      this.#network.hubDatabase,
      'select l.id, l.authority, r.audience from learning_record l join record r using (id) order by l.id',
    );
    const viewer = { authority: joined.authority, region };
    return served
      .filter(({ authority, audience }) => authority !== viewer.authority && isInAudience(audience, authority, viewer))
      .map(({ id }) => id);
  }

  /** Letters that no other text of the run has. */
  #mark(): string {
    this.#written += 1;
    return [...String(this.#written)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
  }

  /** The first sentences of a demo text, with a word that no other text has: short, as the guard reads every one of them. */
  #write(node: NodeUnderTest, learning: number, audience: AudienceChoice): WorkingReview {
    const { learning: texts } = this.#world;
    const text = texts[learning % texts.length];
    if (!text) throw new Error('there is no demo learning');
    const { title, summary, situation, response, whatHappened, whatWorked, ...rest } = text.content;
    const { whatDidNot, learningPoints, nextTime, ...codes } = rest;
    const marked = `${firstSentence(whatWorked)} It was marked with zephyr${'abc'[node.number]}${this.#mark()}.`;
    return {
      prose: {
        title,
        summary: firstSentence(summary),
        situation: firstSentence(situation),
        response: firstSentence(response),
        whatHappened: firstSentence(whatHappened),
        whatWorked: marked,
        whatDidNot: firstSentence(whatDidNot),
        learningPoints: learningPoints.slice(0, 1),
        nextTime: firstSentence(nextTime),
      },
      codes,
      audience: this.#audience(node, audience),
    };
  }

  #audience(node: NodeUnderTest, choice: AudienceChoice) {
    const other = this.#network.nodes[(node.number + 1) % this.#network.nodes.length];
    const region = this.#world.authorities[other?.number ?? 0]?.region;
    if (choice === 'network' || !other || !region) return wholeNetwork;
    return choice === 'region' ? regionsAudience([region]) : authoritiesAudience([other.joined.authority]);
  }

  async #harm(fault: Fault): Promise<void> {
    const { hub } = this.#network;
    switch (fault.fault) {
      case 'kill': {
        this.count('kill');
        const process = this.#process(fault.target);
        return this.#goOn(pause(fault.afterMs).then(() => process.kill()));
      }
      case 'kill-point':
        this.count(`kill ${fault.point}`);
        return this.#goOn(this.#arm(fault.target, fault));
      case 'database-crash':
        this.count('database-crash');
        return this.#world.postgres.crash();
      case 'redis-flush':
        if (!this.#world.redis) return;
        this.count('redis-flush');
        return this.#world.redis.flush();
      case 'index-wipe':
        this.count('index-wipe');
        return this.#goOn(hub.ask('wipeIndex', null as never));
      case 'clock':
        this.count('clock');
        this.#network.clocks.set(fault.target, fault.shiftMs);
        return this.#goOn(this.#process(fault.target).control('clock', { shiftMs: fault.shiftMs }));
      case 'back-up': {
        const { database, process } = this.#node(fault.node);
        return process.whileDown(() => this.#world.postgres.copyDatabase(backupOf(database), database));
      }
      case 'restore': {
        this.count('restore');
        const { database, process } = this.#node(fault.node);
        return process.whileDown(() => this.#world.postgres.copyDatabase(database, backupOf(database)));
      }
      case 'cut': {
        this.count('cut');
        const node = this.#node(fault.node);
        node.line.cut();
        this.#cuts.set(node, fault.steps);
        return;
      }
    }
  }

  async #goOn(work: Promise<unknown>): Promise<void> {
    this.#beside.push(work.catch(() => undefined));
  }

  #node(number: number): NodeUnderTest {
    const node = this.#network.nodes[number];
    if (!node) throw new RangeError(`there is no node ${number}`);
    return node;
  }

  #arm(target: Target, { point, passes }: { point: KillPoint; passes: number }): Promise<unknown> {
    const order = { point, passes };
    return target === 'hub' ? this.#network.hub.ask('arm', order) : this.#node(target).process.ask('arm', order);
  }

  #process(target: Target) {
    return target === 'hub' ? this.#network.hub : this.#node(target).process;
  }
}

function firstSentence(text: string): string {
  return /^[^.!?]*[.!?]/.exec(text)?.[0] ?? text;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
