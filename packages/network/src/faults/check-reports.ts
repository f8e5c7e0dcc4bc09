import { isInAudience, type RiskReportState } from '@practice-exchange/protocol';
import type { Said, Violated } from './finding.ts';
import type { NetworkUnderTest, NodeUnderTest } from './network-under-test.ts';
import type { World } from './world.ts';

type AtHub = { id: string; node: string; record: string; state: RiskReportState; says: string | null; owner: string };
type AtNode = {
  id: string;
  side: 'made' | 'received';
  record: string;
  state: RiskReportState;
  says: string | null;
  answer: string | null;
  sent_at: Date | null;
  problem: string | null;
};

/**
 * A report that somebody could be recognised is lost nowhere and told to its owner; all three ends say the same of it, and
 * no word of it is left where its record was taken back.
 */
export async function checkReports(
  { postgres, authorities }: World,
  { hubDatabase, nodes }: NetworkUnderTest,
  said: ReadonlyMap<string, Said>,
  violated: Violated,
): Promise<void> {
  // Twice: what the last node sends is to be read by the first.
  for (const { process } of [...nodes, ...nodes]) await process.ask('followReports', null as never);
  const held = await postgres.query<AtHub>(
    hubDatabase,
    'select r.id, r.node, r.record, r.state, r.says, k.node as owner from risk_report r join record k on k.id = r.record',
  );
  const atNodes = new Map<NodeUnderTest, Map<string, AtNode>>();
  for (const node of nodes) {
    const rows = await postgres.query<AtNode>(
      node.database,
      'select id, side, record, state, says, answer, sent_at, problem from risk_report',
    );
    atNodes.set(node, new Map(rows.map((row) => [row.id, row])));
  }
  const isFor = (node: NodeUnderTest, record: string) => {
    const known = said.get(record);
    const region = authorities[node.number]?.region;
    if (!known || !region || known.withdrawn) return false;
    return isInAudience(known.audience, known.owner.joined.authority, { authority: node.joined.authority, region });
  };

  const ids = new Set(held.map(({ id }) => id));
  for (const [{ number }, rows] of atNodes) {
    for (const { id, state, problem, record, says, answer, side } of rows.values()) {
      const where = `report ${id} of ${record} at node ${number}`;
      if (problem !== null) violated('nothing-lost', `${where} was refused: ${problem}`);
      if (said.get(record)?.withdrawn && says !== null) violated('withdrawn-is-gone', `${where} keeps its words`);
      if (side === 'received' && state === 'open' && answer !== null) {
        violated('nothing-lost', `${where} was answered, and the hub has not had it`);
      }
    }
  }
  for (const [node, rows] of atNodes) {
    for (const { id, side, state, record } of rows.values()) {
      if (side !== 'made' || state !== 'open' || ids.has(id) || !isFor(node, record)) continue;
      violated('nothing-lost', `the hub has not had report ${id} of ${record} that node ${node.number} made`);
    }
  }
  for (const { id, node: reporter, record, state, says, owner } of held) {
    const withdrawn = said.get(record)?.withdrawn ?? false;
    if (withdrawn && (state !== 'withdrawn' || says !== null)) {
      violated('withdrawn-is-gone', `the hub keeps report ${id} of ${record} as ${state}`);
    }
    for (const [node, rows] of atNodes) {
      const { joined, number } = node;
      if (joined.node !== reporter && joined.node !== owner) continue;
      const own = rows.get(id);
      // Of a record that is not for the reporter any more, nothing is told but that the report is closed.
      const mayDiffer =
        joined.node === reporter && !isFor(node, record) && (own === undefined || own.state === 'closed');
      if (own?.state === state || mayDiffer) continue;
      violated(
        'reports-agree',
        `report ${id} of ${record} is ${state} at the hub, ${own?.state ?? 'unknown'} at node ${number}`,
      );
    }
  }
}
