import { encodeBase64url } from '../base64url.ts';
import { CanonicalError, canonicalise, parseCanonical } from '../canonical.ts';
import { genesisHash, startOfEpoch } from '../chain.ts';
import { sha256 } from '../digest.ts';
import { proveEnrolment } from '../enrolment.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { digestChunks, digestOfChunks, Holdings } from '../holdings.ts';
import { signSuccession } from '../hub-keys.ts';
import { recoverKey } from '../key-recovery.ts';
import { rotateKey } from '../key-rotation.ts';
import type { SigningKey } from '../keys.ts';
import { signEpochApproval, signEpochRequest, signManifest } from '../manifest.ts';
import { type PurgeCertificate, signPurgeCertificate } from '../purge-certificate.ts';
import { type ReceiptDraft, signReceipt } from '../receipts.ts';
import { pseudonymOf, type RequestClaims, signRequestToken } from '../request-token.ts';
import { type SealedPublication, sealPublication } from '../seal-publication.ts';
import { hashOf } from '../signing.ts';
import { syntheticDigests, syntheticRecords } from '../synthetic-record.ts';
import {
  exampleCreated,
  exampleHub,
  exampleHubKey,
  exampleLearningRecord,
  exampleNode,
  exampleNodeKey,
  exampleRecord,
  exampleRecoveryKey,
  exampleSalt,
} from './examples.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

/** The test vectors of FEDERATION.md by name, as this code computes them: fixed keys, salt, ids and times. */
export async function testVectors(): Promise<Readonly<Record<string, unknown>>> {
  const options = { key: exampleNodeKey, created: exampleCreated, salt: exampleSalt };
  const first = sealPublication(
    startOfEpoch(exampleNode, 1),
    { op: 'publish', record: exampleRecord, audience: { scope: 'network' }, body: exampleLearningRecord },
    options,
  );
  const second = sealPublication(first.head, { op: 'withdraw', record: exampleRecord, revision: 2 }, options);
  return {
    canonical: { accepted: acceptedTexts.map(accepted), refused: refusedBytes.map(refused) },
    keys: { node: keyVector(exampleNodeKey), hub: keyVector(exampleHubKey) },
    body: {
      schema: first.envelope.schema,
      canonical: text(first.body ?? new Uint8Array()),
      salt: encodeBase64url(exampleSalt),
      commitment: first.envelope.commitment,
    },
    genesis: { node: exampleNode, epoch: 1, prev: genesisHash(exampleNode, 1) },
    'first-envelope': envelopeVector(first),
    'second-envelope': envelopeVector(second),
    receipt: receiptVector(first),
    'purge-certificate': certificateVector(second),
    'request-token': await tokenVector(),
    pseudonym: pseudonymVector(),
    'enrolment-proof': enrolmentVector(),
    manifest: manifestVector(second),
    synthetic: syntheticVector(),
    'key-recovery': recoveryVector(),
    'hub-succession': {
      hub: exampleHub,
      succession: signSuccession(exampleHub, exampleRecoveryKey.publicJwk, exampleHubKey),
    },
    'key-rotation': { node: exampleNode, ...rotateKey(exampleNode, exampleNodeKey.kid, exampleHubKey) },
  };
}

const acceptedTexts = [
  '{"b":1,"a":[true,null]}',
  '{"e\\u0301":"\\u212b"}',
  '{"\\ufb33":1,"\\u20ac":2}',
  '["\\u000f\\n\\/\\u20ac"]',
  '[9007199254740991,-0,1e3]',
];

const refusedBytes = [
  '7b2261223a20317d',
  '7b2261223a312c2261223a317d',
  '5b312e355d',
  '5b393030373139393235343734303939325d',
  '5b225c7564383030225d',
  '5b2265cc81225d',
  'efbbbf5b5d',
  '5b22ff225d',
  `${'5b'.repeat(17)}${'5d'.repeat(17)}`,
];

function accepted(json: string) {
  const bytes = canonicalise(JSON.parse(json));
  return { value: json, canonical: text(bytes), hex: Buffer.from(bytes).toString('hex') };
}

function refused(hex: string) {
  try {
    parseCanonical(Buffer.from(hex, 'hex'));
  } catch (error) {
    if (error instanceof CanonicalError) return { hex, fault: error.fault };
    throw error;
  }
  return { hex, fault: null };
}

function keyVector(key: SigningKey) {
  return {
    privateJwk: key.keyObject().export({ format: 'jwk' }),
    kid: key.kid,
    fingerprint: fingerprintOf(key.publicJwk),
  };
}

function envelopeVector({ envelope, jws, hash }: SealedPublication) {
  const [header = ''] = jws.split('.');
  return { header: text(Buffer.from(header, 'base64url')), payload: text(canonicalise(envelope)), jws, hash };
}

function receiptVector({ envelope, hash }: SealedPublication) {
  const draft: ReceiptDraft = {
    hub: exampleHub,
    node: envelope.node,
    epoch: envelope.epoch,
    seq: envelope.seq,
    op: envelope.op,
    record: envelope.record,
    revision: envelope.revision,
    envelope: hash,
    state: 'accepted',
    reason: null,
    at: '2025-01-31T09:30:01.250Z',
  };
  return { payload: text(canonicalise({ v: 1, ...draft })), jws: signReceipt(draft, exampleHubKey) };
}

function certificateVector({ envelope, hash }: SealedPublication) {
  const draft: Omit<PurgeCertificate, 'v'> = {
    hub: exampleHub,
    node: envelope.node,
    record: exampleRecord,
    revision: 2,
    envelope: hash,
    hiddenAt: '2025-01-31T09:30:01.250Z',
    purgedAt: '2025-01-31T09:30:02Z',
    stores: [
      { store: 'shared-records', askedBy: ['id', 'phrase'], found: 'nothing' },
      { store: 'bodies', askedBy: ['id'], found: 'nothing' },
      { store: 'search-index', askedBy: ['id', 'phrase'], found: 'nothing' },
    ],
    notProven: ['print-outs', 'downloads', 'backups', 'other-nodes'],
    copies: { told: 2, confirmed: 1 },
  };
  const jws = signPurgeCertificate(draft, exampleHubKey);
  return { payload: text(canonicalise({ v: 1, ...draft })), jws, hash: hashOf(jws) };
}

function manifestVector({ envelope, hash }: SealedPublication) {
  const holdings = new Holdings();
  holdings.add(envelope);
  const chunks = digestChunks(holdings.values());
  const digest = digestOfChunks(chunks);
  const from = { epoch: envelope.epoch, seq: envelope.seq, hash };
  const about = { hub: exampleHub, node: exampleNode, at: '2025-01-31T09:30:02Z' };
  return {
    holdings: [...holdings.values()].map((holding) => text(canonicalise(holding))),
    chunks,
    digest,
    manifest: signManifest({ by: 'hub', ...about, head: from, shared: 0, withdrawn: 1, digest }, exampleHubKey),
    request: signEpochRequest({ ...about, epoch: 2, from, digest }, exampleNodeKey),
    approval: signEpochApproval({ ...about, epoch: 2, from }, exampleHubKey),
  };
}

async function tokenVector() {
  const body = '{"q":"dad won’t let us see the child"}';
  const claims: RequestClaims = {
    iss: exampleNode,
    aud: exampleHub,
    iat: 1_738_315_800,
    exp: 1_738_315_860,
    jti: '3f2b8a54-7c1d-4e9f-8b60-d5e4c3a29187',
    method: 'POST',
    path: '/api/v1/search',
    body: sha256(body),
    sub: pseudonymVector().pseudonym,
    role: 'practitioner',
  };
  return { requestBody: body, claims, token: await signRequestToken(claims, exampleNodeKey) };
}

function pseudonymVector() {
  const secret = Buffer.alloc(32, 7);
  return { secret: encodeBase64url(secret), person: 'person-1', pseudonym: pseudonymOf(secret, 'person-1') };
}

function enrolmentVector() {
  const claim = {
    hub: exampleHub,
    node: exampleNode,
    invitation: 'an-invitation-of-some-length',
    recoveryKey: exampleRecoveryKey.publicJwk,
  };
  return { ...claim, proof: proveEnrolment(claim, exampleNodeKey) };
}

function syntheticVector() {
  const { published, revised } = syntheticRecords;
  const envelope = sealPublication(
    startOfEpoch(exampleNode, 1),
    {
      op: 'publish',
      record: exampleRecord,
      audience: { scope: 'network' },
      body: published,
      synthetic: true,
    },
    { key: exampleNodeKey, created: exampleCreated, salt: exampleSalt },
  );
  return {
    published: text(canonicalise(published)),
    revised: text(canonicalise(revised)),
    digests: syntheticDigests,
    ...envelopeVector(envelope),
  };
}

/** The hub's key is the node's new one here; the example node's own key takes the part of the next recovery key. */
function recoveryVector() {
  const recovery = recoverKey(
    {
      hub: exampleHub,
      node: exampleNode,
      newKey: exampleHubKey,
      notTrusted: [{ kid: exampleNodeKey.kid, epoch: 1, seq: 2 }],
      nextRecovery: exampleNodeKey.publicJwk,
    },
    exampleRecoveryKey,
  );
  return { recoveryKey: exampleRecoveryKey.publicJwk, recoveryKid: exampleRecoveryKey.kid, recovery };
}
