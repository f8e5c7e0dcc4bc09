import { createHash } from 'node:crypto';
import { z } from 'zod';
import { audienceSchema } from './audience.ts';
import { canonicalise } from './canonical.ts';
import { sha256 } from './digest.ts';
import { type Envelope, isSynthetic } from './envelope.ts';
import { digestSchema, idSchema, ordinalSchema } from './identifiers.ts';

/**
 * What is held of one record: its newest revision, whether it is shared or withdrawn, and for what is shared its audience
 * and the commitment of its newest body. The audience is null for what has none, and both are null once withdrawn.
 */
export const holdingSchema = z.strictObject({
  record: idSchema,
  revision: ordinalSchema,
  state: z.enum(['shared', 'withdrawn']),
  audience: audienceSchema.nullable(),
  commitment: digestSchema.nullable(),
});

export type Holding = z.infer<typeof holdingSchema>;

/** The chunk of a record: the last two digits of its id. There are 256, however the ids were made. */
export function chunkOf(record: string): string {
  return record.slice(-2);
}

/** A chunk by its name, two hexadecimal digits. */
export const chunkNameSchema = z.string().regex(/^[0-9a-f]{2}$/, 'is two hexadecimal digits');

/** The digest of each chunk that holds something, by its name. */
export const chunkDigestsSchema = z.record(chunkNameSchema, digestSchema);
export type ChunkDigests = Readonly<Record<string, string>>;

/**
 * The digest of each chunk: SHA-256 over the canonical form of each of its holdings, in ascending order of record id,
 * each followed by a line feed.
 */
export function digestChunks(holdings: Iterable<Holding>): ChunkDigests {
  const sorted = [...holdings].sort((a, b) => (a.record < b.record ? -1 : 1));
  const chunks = new Map<string, ReturnType<typeof createHash>>();
  for (const holding of sorted) {
    const name = chunkOf(holding.record);
    const hash = chunks.get(name) ?? createHash('sha256');
    chunks.set(name, hash.update(canonicalise(holding)).update('\n'));
  }
  return Object.fromEntries([...chunks].map(([name, hash]) => [name, hash.digest('base64url')]));
}

/** The digest of everything: that of the canonical form of the chunks' digests by name. */
export function digestOfChunks(chunks: ChunkDigests): string {
  return sha256(canonicalise(chunks));
}

/** The names of the chunks that two ends do not hold alike. */
export function differingChunks(one: ChunkDigests, other: ChunkDigests): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).sort();
}

/** What a log amounts to, envelope by envelope in its order; leave out those that were rejected or wait in quarantine. */
export class Holdings {
  readonly #held = new Map<string, Holding>();

  add(envelope: Envelope): void {
    const { record, revision } = envelope;
    // What no reader is shown is not compared either.
    if (record === null || revision === null || isSynthetic(envelope)) return;
    if (envelope.op === 'withdraw') {
      this.#held.set(record, { record, revision, state: 'withdrawn', audience: null, commitment: null });
      return;
    }
    const before = this.#held.get(record);
    // An audience for a text that the other end never got, because it was destroyed before, shares nothing.
    if (envelope.op === 'rescope' && before === undefined) return;
    const commitment = envelope.commitment ?? before?.commitment ?? null;
    this.#held.set(record, { record, revision, state: 'shared', audience: envelope.audience, commitment });
  }

  get(record: string): Holding | undefined {
    return this.#held.get(record);
  }

  get size(): number {
    return this.#held.size;
  }

  values(): Iterable<Holding> {
    return this.#held.values();
  }
}
