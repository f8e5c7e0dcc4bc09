import {
  type Audience,
  decodeBase64url,
  type Envelope,
  isInAudience,
  isSynthetic,
  type LearningRecord,
  mayFollow,
  type Operation,
  type PublicJwk,
  parseCanonical,
  type ReceiptState,
  sha256,
  startOfEpoch,
  type Viewer,
  verifyChain,
  verifyReceipt,
} from '@practice-exchange/protocol';
import { checkReports } from './check-reports.ts';
import type { Said, Violated, Violation } from './finding.ts';
import type { NetworkUnderTest, NodeUnderTest } from './network-under-test.ts';
import type { World } from './world.ts';

type LogRow = { epoch: number; seq: string; op: Operation; record: string | null; hash: string; envelope: string };
type NodeRow = LogRow & { body: Buffer | null; delivered_at: Date | null; state: ReceiptState | null };
type ReceiptRow = { position: string; epoch: number; seq: string; state: ReceiptState; jws: string };

/** Whether nothing is on its way any more: all delivered, all answered, nothing left for the index. */
export async function isDrained(
  { postgres }: Pick<World, 'postgres'>,
  { hubDatabase, nodes }: NetworkUnderTest,
): Promise<boolean> {
  const [left] = await postgres.query<{ tasks: string }>(
    hubDatabase,
    'select (select count(*) from index_task) + (select count(*) from narrowing where purged_at is null) as tasks',
  );
  if (Number(left?.tasks) > 0 || (await waitingEpochs({ postgres }, { hubDatabase })).length > 0) return false;
  for (const { database, joined } of nodes) {
    const [own] = await postgres.query<{ waiting: string; received: string | null }>(
      database,
      'select (select count(*) from publication where delivered_at is null) as waiting, (select receipts_position from hub_standing) as received',
    );
    const [issued] = await postgres.query<{ last_receipt: string }>(
      hubDatabase,
      'select last_receipt from member where node = $1',
      [joined.node],
    );
    if (Number(own?.waiting) > 0 || Number(own?.received ?? 0) < Number(issued?.last_receipt)) return false;
  }
  return true;
}

/** The epochs that nodes have asked for and nobody has approved. */
export async function waitingEpochs(
  { postgres }: Pick<World, 'postgres'>,
  { hubDatabase }: Pick<NetworkUnderTest, 'hubDatabase'>,
): Promise<{ node: string; epoch: number }[]> {
  return postgres.query(hubDatabase, 'select node, epoch from epoch_request where approved_at is null');
}

/** Checks everything that must hold once nothing is on its way. Gives what does not. */
export async function checkNetwork(world: World, network: NetworkUnderTest): Promise<Violation[]> {
  const violations: Violation[] = [];
  const violated = (rule: string, detail: string) => void violations.push({ rule, detail });
  const said = new Map<string, Said>();
  for (const node of network.nodes) {
    const log = await world.postgres.query<NodeRow>(
      node.database,
      `select epoch, seq, op, record, hash, envelope, body, delivered_at,
         (select state from receipt r where r.epoch = p.epoch and r.seq = p.seq order by position desc limit 1) as state
       from publication p order by epoch, seq`,
    );
    await checkLog(world, network, node, log, violated);
    await checkReceipts(world, network, node, log, violated);
    for (const row of log) if (!network.before.has(row.record ?? '')) hear(said, node, row);
    await hearAhead(world, said, node);
    const standing = await node.process.ask('compare', null as never);
    if (standing !== 'synchronised') violated('both-ends-agree', `node ${node.number} and the hub: ${standing}`);
  }
  await checkTables(world, network, said, violated);
  await checkReports(world, network, said, violated);
  const told = await recordsEverShared(world, network);
  await Promise.all(network.nodes.map((node) => checkReading(world, node, said, told, violated)));
  return violations;
}

/** The hub's copy of a log is the node's, byte for byte and in order, and verifies from its start. */
async function checkLog(
  world: World,
  network: NetworkUnderTest,
  node: NodeUnderTest,
  own: readonly NodeRow[],
  violated: Violated,
): Promise<void> {
  const id = node.joined.node;
  const { postgres } = world;
  const held = await postgres.query<LogRow>(
    network.hubDatabase,
    'select epoch, seq, op, record, hash, envelope from publication where node = $1 order by epoch, seq',
    [id],
  );
  const place = (row: LogRow | undefined) => (row ? `${row.epoch}/${row.seq} ${row.op}` : 'nothing');
  for (let index = 0; index < Math.max(own.length, held.length); index += 1) {
    if (own[index]?.envelope === held[index]?.envelope) continue;
    violated(
      held.length < own.length ? 'nothing-lost' : 'in-order',
      `node ${node.number} has ${place(own[index])} where the hub has ${place(held[index])}`,
    );
    break;
  }
  const keys = await postgres.query<{ kid: string; jwk: PublicJwk }>(
    network.hubDatabase,
    'select kid, jwk from member_key where node = $1',
    [id],
  );
  const lookup = (kid: string) => keys.find((key) => key.kid === kid)?.jwk;
  for (const [name, rows] of [
    ['node', own],
    ['hub', held],
  ] as const) {
    for (const epoch of new Set(rows.map((row) => row.epoch))) {
      const jws = rows.filter((row) => row.epoch === epoch).map((row) => row.envelope);
      const report = await verifyChain(jws, startOfEpoch(id, epoch), lookup);
      if (!report.ok)
        violated('chain-verifies', `epoch ${epoch} at the ${name} breaks: ${JSON.stringify(report.break)}`);
    }
  }
  for (const row of own) {
    if (row.delivered_at === null) violated('drained', `node ${node.number} has not delivered ${place(row)}`);
  }
}

/** Both ends hold the same receipts, without gaps; each verifies, answers its own publication, and follows the one before. */
async function checkReceipts(
  world: World,
  network: NetworkUnderTest,
  node: NodeUnderTest,
  log: readonly NodeRow[],
  violated: Violated,
): Promise<void> {
  const { postgres } = world;
  const columns = 'position, epoch, seq, state, jws';
  const own = await postgres.query<ReceiptRow>(node.database, `select ${columns} from receipt order by position`);
  const issued = await postgres.query<ReceiptRow>(
    network.hubDatabase,
    `select ${columns} from receipt where node = $1 order by position`,
    [node.joined.node],
  );
  const hubKeys = await postgres.query<{ kid: string; public_jwk: PublicJwk }>(
    network.hubDatabase,
    'select kid, public_jwk from hub_key',
  );
  const lookup = (kid: string) => hubKeys.find((key) => key.kid === kid)?.public_jwk;
  if (issued.some((row, index) => Number(row.position) !== index + 1)) {
    violated('receipts-agree', `the feed of node ${node.number} has gaps`);
  }
  if (own.map(({ jws }) => jws).join() !== issued.map(({ jws }) => jws).join()) {
    violated('receipts-agree', `node ${node.number} holds ${own.length} receipts, the hub issued ${issued.length}`);
  }
  const hashes = new Map(log.map((row) => [`${row.epoch}/${row.seq}`, row]));
  const states = new Map<string, ReceiptState>();
  const takenBack = new Set(log.filter(({ op }) => op === 'withdraw').map(({ record }) => record ?? ''));
  const early = await postgres.query<{ record: string; envelope: string }>(
    node.database,
    "select record, envelope from taken_ahead where op = 'withdraw'",
  );
  // Withdrawn ahead of a place that a restored node has lost: its log says less of these than the hub knows.
  const withdrawnEarly = new Set(early.map(({ record }) => record));
  for (const record of withdrawnEarly) takenBack.add(record);
  const ahead = new Set(early.map(({ envelope }) => sha256(envelope)));
  for (const { jws } of issued) {
    const { receipt } = verifyReceipt(jws, lookup);
    const place = `${receipt.epoch}/${receipt.seq}`;
    if (ahead.has(receipt.envelope)) continue;
    const published = hashes.get(place);
    if (receipt.envelope !== published?.hash)
      violated('receipts-agree', `a receipt of ${place} names another envelope`);
    const before = states.get(place);
    if (!mayFollow(receipt.op, before, receipt.state)) {
      violated('nothing-doubled', `node ${node.number}, ${place}: ${receipt.state} after ${before ?? 'nothing'}`);
    }
    // What was taken back before it was sent, or overtook it, is answered so.
    const isTakenBack = takenBack.has(receipt.record ?? '') && takenBackReasons.has(receipt.reason ?? '');
    if ((receipt.state === 'rejected' || receipt.state === 'quarantined') && !isTakenBack) {
      violated('nothing-lost', `node ${node.number}, ${place}: ${receipt.state}, ${receipt.reason}`);
    }
    states.set(place, receipt.state);
  }
  for (const [place, { op, record }] of hashes) {
    if (!states.has(place)) violated('receipts-agree', `node ${node.number}, ${place} was never answered`);
    const isNewest = [...hashes.values()].findLast((row) => row.record === record)?.hash === hashes.get(place)?.hash;
    const wanted = op === 'withdraw' ? 'purged' : op === 'statement' || op === 'return' ? 'accepted' : 'indexed';
    if (record !== null && isNewest && !withdrawnEarly.has(record) && states.get(place) !== wanted) {
      violated('receipts-agree', `node ${node.number}, ${place}: ends at ${states.get(place)}, not at ${wanted}`);
    }
  }
}

const takenBackReasons: ReadonlySet<string> = new Set(['body-removed', 'record-withdrawn', 'superseded']);

function hear(said: Map<string, Said>, owner: NodeUnderTest, row: NodeRow): void {
  if (row.record === null) return;
  const envelope = parseCanonical(decodeBase64url(row.envelope.split('.')[1] ?? '', 'malformed-jws')) as Envelope;
  // Readers are shown nothing of a conformance run.
  if (isSynthetic(envelope)) return;
  const before = said.get(row.record);
  const revision = envelope.revision ?? 0;
  // What a withdrawal overtook changed nothing: who could see the record, and nobody else, is told that it is gone.
  const inEffect = (wanted: Audience) => (row.state === 'rejected' ? (before?.audience ?? wanted) : wanted);
  switch (envelope.op) {
    case 'publish':
    case 'revise': {
      // A withdrawn text is destroyed at the node too; what it was no longer matters.
      const text = (row.body ? parseCanonical(row.body) : before?.text) as LearningRecord;
      const narrowed = before?.narrowed ?? false;
      said.set(row.record, {
        owner,
        audience: inEffect(envelope.audience),
        text,
        revision,
        withdrawn: false,
        narrowed,
      });
      break;
    }
    case 'rescope':
      if (before) {
        const narrowed = before.narrowed || row.state === 'rejected';
        said.set(row.record, { ...before, audience: inEffect(envelope.audience), revision, narrowed });
      }
      break;
    case 'withdraw':
      if (before) said.set(row.record, { ...before, revision, withdrawn: true });
      break;
    default:
      break;
  }
}

/** A withdrawal, or a narrower audience, may have overtaken places that a restore then lost. */
async function hearAhead({ postgres }: World, said: Map<string, Said>, { database }: NodeUnderTest): Promise<void> {
  const early = await postgres.query<{ record: string; op: string }>(database, 'select record, op from taken_ahead');
  for (const { record, op } of early) {
    const before = said.get(record);
    if (before) said.set(record, { ...before, ...(op === 'withdraw' ? { withdrawn: true } : { narrowed: true }) });
  }
}

/** What the hub's tables hold is the union of what the nodes say, and nothing of what was withdrawn. */
async function checkTables(
  { postgres }: World,
  { hub, hubDatabase }: NetworkUnderTest,
  said: ReadonlyMap<string, Said>,
  violated: Violated,
): Promise<void> {
  const shared = [...said].filter(([, { withdrawn }]) => !withdrawn).map(([id]) => id);
  const served = await postgres.query<{ id: string }>(hubDatabase, 'select id from learning_record');
  const lost = shared.filter((id) => !served.some((row) => row.id === id));
  const surplus = served.filter(({ id }) => !shared.includes(id));
  if (lost.length > 0) violated('nothing-lost', `the hub does not serve ${lost.join(', ')}`);
  if (surplus.length > 0) violated('withdrawn-is-gone', `the hub serves ${surplus.map(({ id }) => id).join(', ')}`);
  const bodies = await postgres.query<{ record: string }>(hubDatabase, 'select record from body');
  for (const { record } of bodies) {
    if (said.get(record)?.withdrawn) violated('withdrawn-is-gone', `the hub keeps a body of ${record}`);
  }
  const { indexed } = await hub.ask('catchUp', null as never);
  if (indexed !== shared.length) violated('index-agrees', `the index holds ${indexed} records of ${shared.length}`);
}

/** Records of which a text was accepted at some time. */
async function recordsEverShared({ postgres }: World, { hubDatabase }: NetworkUnderTest): Promise<Set<string>> {
  const rows = await postgres.query<{ record: string }>(
    hubDatabase,
    `select distinct p.record from publication p join receipt r using (node, epoch, seq)
     where p.op in ('publish', 'revise') and r.state = 'accepted'`,
  );
  return new Set(rows.map(({ record }) => record));
}

/** Each authority is served exactly what is for it, as its owner last wrote it. */
async function checkReading(
  world: World,
  node: NodeUnderTest,
  said: ReadonlyMap<string, Said>,
  told: ReadonlySet<string>,
  violated: Violated,
): Promise<void> {
  const region = world.authorities[node.number]?.region;
  if (!region) return;
  const viewer: Viewer = { authority: node.joined.authority, region };
  const seen = await node.process.ask('read', { records: [...said.keys()] });
  const visible: string[] = [];
  for (const [id, { owner, audience, text, revision, withdrawn, narrowed }] of said) {
    const isFor = isInAudience(audience, owner.joined.authority, viewer);
    const found = seen[id];
    if (withdrawn || !isFor) {
      // An audience that the withdrawal overtook may have excluded the reader ahead of its turn.
      if (withdrawn && narrowed && found === 'not-found') continue;
      // Of a text that never arrived, a reader may be told that it is gone, or nothing.
      if (withdrawn && isFor && !told.has(id) && (found === 'gone' || found === 'not-found')) continue;
      const code = withdrawn && isFor ? 'gone' : 'not-found';
      const rule = withdrawn ? 'withdrawn-is-gone' : 'audience-holds';
      if (found !== code) violated(rule, `node ${node.number} reads ${id}: ${JSON.stringify(found)}, not ${code}`);
      continue;
    }
    visible.push(id);
    const wanted = { title: text.title, whatWorked: text.whatWorked, revision };
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      violated('served-equals-published', `node ${node.number} reads ${id} as ${JSON.stringify(found).slice(0, 120)}`);
    }
  }
  const browsed = await node.process.ask('browse', null as never);
  if (browsed.degraded !== null) violated('index-agrees', `node ${node.number} is answered by the ${browsed.degraded}`);
  const found = [...browsed.found].sort().join(' ');
  if (found !== visible.sort().join(' ') || browsed.total !== visible.length) {
    violated(
      'served-equals-published',
      `node ${node.number} finds ${browsed.found.length} records of ${visible.length}`,
    );
  }
}
