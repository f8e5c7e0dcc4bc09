import { type EnvelopeDraft, nextEnvelope, startOfEpoch } from '../chain.ts';
import { commit } from '../commitment.ts';
import type { Envelope, EnvelopeOf, Operation } from '../envelope.ts';
import { exampleCreated, exampleNode, exampleRecord, exampleSalt } from './examples.ts';

const commitment = commit(exampleSalt, Buffer.from('{}'));
const always = { vocabulary: '1.0', created: exampleCreated };
const noRecord = { record: null, revision: null, prevRevision: null };
const noBody = { schema: null, commitment: null };
const everyone = { scope: 'network' } as const;

/** A correct draft of each operation. */
export const drafts: { readonly [O in Operation]: Extract<EnvelopeDraft, { op: O }> } = {
  publish: {
    op: 'publish',
    record: exampleRecord,
    revision: 1,
    prevRevision: null,
    audience: everyone,
    schema: 'learning-record/1',
    commitment,
    ...always,
  },
  revise: {
    op: 'revise',
    record: exampleRecord,
    revision: 2,
    prevRevision: 1,
    audience: everyone,
    schema: 'learning-record/1',
    commitment,
    ...always,
  },
  rescope: {
    op: 'rescope',
    record: exampleRecord,
    revision: 3,
    prevRevision: 2,
    audience: { scope: 'regions', regions: ['london'] },
    ...noBody,
    ...always,
  },
  withdraw: {
    op: 'withdraw',
    record: exampleRecord,
    revision: 4,
    prevRevision: 3,
    audience: null,
    ...noBody,
    ...always,
  },
  statement: {
    op: 'statement',
    record: exampleRecord,
    revision: 1,
    prevRevision: null,
    audience: everyone,
    schema: 'practice-statement/1',
    commitment,
    ...always,
  },
  return: {
    op: 'return',
    record: exampleRecord,
    revision: 1,
    prevRevision: null,
    audience: null,
    schema: 'caseload-return/1',
    commitment,
    ...always,
  },
  'rotate-key': { op: 'rotate-key', ...noRecord, audience: null, schema: 'key-rotation/1', commitment, ...always },
  heartbeat: { op: 'heartbeat', ...noRecord, audience: null, ...noBody, ...always },
};

/** A correct first envelope of an epoch with the operation. */
export function firstEnvelope<O extends Operation>(op: O): EnvelopeOf<O> & Envelope {
  return nextEnvelope(startOfEpoch(exampleNode, 1), drafts[op]) as unknown as EnvelopeOf<O> & Envelope;
}
