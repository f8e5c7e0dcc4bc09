import { randomUUID } from 'node:crypto';
import {
  canonicalise,
  commit,
  createSalt,
  type Envelope,
  encodeBase64url,
  generatePrivateJwk,
  HubClient,
  hashOf,
  hubPaths,
  openSigningKey,
  recoverKey,
  rotateKey,
  type SigningKey,
  signEnvelope,
  thumbprintOf,
} from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { realPublication } from './joining.ts';
import { mustBeRefused } from './raw-client.ts';
import { mustLeaveUnchanged, publish, type Subject, sealNext, send } from './subject.ts';

/** Looks at every change of keys, and last of all at equivocation, which ends what the suite may do. */
export async function checkKeys(subject: Subject): Promise<void> {
  const { recorder, raw, recoveryKey } = subject;
  const first = raw.key;
  const second = openSigningKey(generatePrivateJwk());
  const retire = (kid: string) => raw.post(hubPaths.keyRetirements, { kid });

  await recorder.check(
    'ROT-3',
    'takes an envelope by the new key after its rotation, never in one batch with it',
    async () => {
      const rotation = sealNext(subject, { op: 'rotate-key', newKey: second });
      raw.key = second;
      const follower = sealNext(subject, { op: 'heartbeat' }, rotation.head);
      raw.key = first;
      const answer = await send(subject, [rotation.item, follower.item]);
      must(answer.status === 200, `the rotation was answered ${answer.status}`);
      const { receipts, refused } = answer.json as { receipts: string[]; refused: { code: string } | null };
      must(receipts.length === 1 && refused?.code === 'unknown-key', 'both were taken at once');
      subject.head = rotation.head;
    },
  );
  await recorder.check('ROT-6', 'does not retire the key of the newest envelope, nor that of the token', async () => {
    mustBeRefused(await retire(first.kid), 'key-in-use');
    speakWith(subject, second);
    mustBeRefused(await retire(first.kid), 'key-in-use');
  });
  await recorder.check('ROT-1', 'takes what the new key signs', async () => {
    const receipt = await publish(subject, { op: 'heartbeat' });
    must(receipt.state === 'accepted', `it was ${receipt.state}`);
  });
  await recorder.check('ROT-6', 'takes nothing more of a retired key', async () => {
    const answer = await retire(first.kid);
    must(answer.status === 200, `retiring was answered ${answer.status} ${answer.code ?? ''}`);
    mustBeRefused(await raw.get(hubPaths.membership, { key: first }), 'token-unknown-issuer');
    speakWith(subject, first);
    const { item } = sealNext(subject, { op: 'heartbeat' });
    speakWith(subject, second);
    await mustLeaveUnchanged(subject, [item], 'unknown-key');
  });
  await recorder.check('ROT-7', 'lets a recovery key sign no request', async () => {
    mustBeRefused(await raw.get(hubPaths.membership, { key: recoveryKey }), 'token-unknown-issuer');
  });

  const third = openSigningKey(generatePrivateJwk());
  const nextRecovery = openSigningKey(generatePrivateJwk());
  const change = {
    hub: raw.hub,
    node: raw.node,
    newKey: third,
    notTrusted: [{ kid: second.kid, epoch: subject.head.epoch, seq: subject.head.seq }],
    nextRecovery: nextRecovery.publicJwk,
  };
  await recorder.check('ROT-8', 'refuses a change of keys that another key signed', async () => {
    const recovery = recoverKey(change, second);
    mustBeRefused(
      await raw.post(hubPaths.keyRecoveries, { node: raw.node, recovery }, { token: null }),
      'recovery-invalid',
    );
    mustBeRefused(await raw.get(hubPaths.membership, { key: third }), 'token-unknown-issuer');
  });
  const recovery = recoverKey(change, recoveryKey);
  await recorder.check('ROT-9', 'changes the keys by the recovery key, and answers the same again', async () => {
    for (const time of ['once', 'twice']) {
      const answer = await raw.post(hubPaths.keyRecoveries, { node: raw.node, recovery }, { token: null });
      must(answer.status === 200, `sent ${time} it was answered ${answer.status} ${answer.code ?? ''}`);
    }
  });
  await recorder.check('ROT-13', 'keeps what the recovery key signed, and gives it to the node', async () => {
    const { recoveries } = await subject.client.membership();
    const last = recoveries.at(-1);
    must(last?.recovery === recovery, 'it is not there as it was signed');
    must(last !== undefined && thumbprintOf(last.signer) === recoveryKey.kid, 'the key that signed it is another');
  });
  await recorder.check('ROT-5', 'lets a key that is not trusted read nothing', async () => {
    const person = { subject: 'A'.repeat(43), role: 'practitioner' } as const;
    mustBeRefused(await raw.post(hubPaths.search, { q: '' }, { person, key: second }), 'key-not-trusted');
  });
  await recorder.check('ROT-4', 'has what such a key signs wait for a person', async () => {
    const receipt = await publish(subject, realPublication(subject));
    must(receipt.state === 'quarantined' && receipt.reason === 'key-not-trusted', `it was ${receipt.state}`);
  });
  speakWith(subject, third);
  await recorder.check('ROT-2', 'rejects a rotation that its new key did not sign for', async () => {
    const unheld = openSigningKey(generatePrivateJwk());
    const { item, hash, head } = rotationUnsigned(subject, unheld);
    await send(subject, [item]);
    subject.head = head;
    const { next, keys } = await subject.client.membership();
    must(next.prev === hash, 'it did not take its place');
    must(
      keys.every(({ kid }) => kid !== unheld.kid),
      'the key was registered',
    );
  });

  await recorder.check('CHN-6', 'freezes a node that sends two envelopes for one place', async () => {
    const taken = sealNext(subject, { op: 'heartbeat' });
    const other = sealNext(subject, realPublication(subject));
    await send(subject, [taken.item]);
    subject.head = taken.head;
    mustBeRefused(await send(subject, [other.item]), 'equivocation');
    const { next, state } = await subject.client.membership();
    must(state === 'frozen' && next.prev === taken.hash, `its state is ${state}`);
  });
  await recorder.check('CHN-7', 'takes nothing of a frozen node', async () => {
    await mustLeaveUnchanged(subject, [sealNext(subject, { op: 'heartbeat' }).item], 'node-frozen');
  });
  await recorder.check('WIT-16', 'takes a withdrawal of a frozen node', async () => {
    const { jws } = sealNext(subject, { op: 'withdraw', record: randomUUID(), revision: 2 });
    const { hiddenAt } = await subject.client.withdrawAhead(jws);
    must(hiddenAt !== null, 'it is not hidden');
  });
}

/** A rotation to a key that somebody else signed the proof of. */
function rotationUnsigned(subject: Subject, unheld: SigningKey) {
  const { raw } = subject;
  const { envelope } = sealNext(subject, { op: 'rotate-key', newKey: unheld });
  const proof = rotateKey(raw.node, raw.key.kid, openSigningKey(generatePrivateJwk())).proof;
  const body = canonicalise({ key: unheld.publicJwk, proof });
  const salt = createSalt();
  const jws = signEnvelope({ ...envelope, commitment: commit(salt, body) } as Envelope, raw.key);
  const hash = hashOf(jws);
  const item = { envelope: jws, body: encodeBase64url(body), salt: encodeBase64url(salt) };
  return { item, hash, head: { ...subject.head, seq: subject.head.seq + 1, hash } };
}

function speakWith(subject: Subject, key: SigningKey): void {
  const { raw } = subject;
  raw.key = key;
  subject.client = new HubClient({ hubUrl: raw.hubUrl, hubId: raw.hub, node: raw.node, key });
}
