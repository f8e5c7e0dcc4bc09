// The nodes of `manyNodesPublish`, in a process of their own: in the field they are other machines, and what they sign and
// read must not be taken for work of the hub. One message says what to do, one answers: a sample for each publication.
import { newId } from '@practice-exchange/platform';
import {
  type ChainHead,
  type HubClient,
  type LearningRecord,
  openSigningKey,
  type SigningKey,
  sealPublication,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { readDemoLearning } from '../src/demo/demo-learning.ts';
import { publishPatiently } from '../src/rehearse.ts';
import { type BenchIdentity, benchClient } from './bench-member.ts';

/** Which nodes publish, in turn and evenly timed, to which hub. */
export type Publishing = {
  hub: { url: string; id: string };
  members: BenchIdentity[];
  perSecond: number;
  seconds: number;
};

/** How long a node that waits for receipts lets the hub hold its request. */
const receiptsWaitMs = 5_000;

/** Publishes one after another, and asks for receipts while any publication has not been found, as a node does. */
class PublishingNode {
  readonly #client: HubClient;
  readonly #key: SigningKey;
  readonly #due = new Map<string, number>();
  readonly samples: number[] = [];
  #head: ChainHead;
  #after = 0;
  #publishing: Promise<unknown> = Promise.resolve();
  #listening: Promise<void> | null = null;

  constructor(hub: Publishing['hub'], { node, privateJwk, head }: BenchIdentity) {
    this.#key = openSigningKey(privateJwk);
    this.#client = benchClient(hub, node, this.#key);
    this.#head = head;
  }

  publish(body: LearningRecord, dueAt: number): void {
    this.#publishing = this.#publishing.then(async () => {
      const record = newId();
      const intent = { op: 'publish', record, audience: wholeNetwork, body } as const;
      const { head, item } = sealPublication(this.#head, intent, { key: this.#key, created: '2026-01-01T00:00:00Z' });
      this.#head = head;
      this.#due.set(record, dueAt);
      await publishPatiently(this.#client, item);
      this.#listening ??= this.#listen();
    });
  }

  async done(): Promise<void> {
    await this.#publishing;
    await this.#listening;
  }

  async #listen(): Promise<void> {
    while (this.#due.size > 0) {
      const { receipts, next } = await this.#client.receipts(this.#after, receiptsWaitMs);
      this.#after = next;
      for (const { jws } of receipts) {
        const { state, record } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
        const dueAt = this.#due.get(record);
        if (state !== 'indexed' || dueAt === undefined) continue;
        this.#due.delete(record);
        this.samples.push(performance.now() - dueAt);
      }
    }
    this.#listening = null;
  }
}

async function publishInTurn({ hub, members, perSecond, seconds }: Publishing): Promise<number[]> {
  const [template] = await readDemoLearning();
  if (!template) throw new Error('there is no demo learning');
  const nodes = members.map((member) => new PublishingNode(hub, member));
  const began = performance.now() + 500;
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueAt = began + (index * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
    const body = { ...template.content, title: `${template.content.title} ${index}` };
    nodes[index % nodes.length]?.publish(body, dueAt);
  }
  const patience = new Promise((resolve) => setTimeout(resolve, 30_000).unref());
  await Promise.race([Promise.all(nodes.map((node) => node.done())), patience]);
  return nodes.flatMap(({ samples }) => samples);
}

process.once('message', async (publishing: Publishing) => {
  const samples = await publishInTurn(publishing);
  process.send?.(samples, () => process.exit(0));
});
