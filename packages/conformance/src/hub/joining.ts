import { randomUUID } from 'node:crypto';
import {
  authoritiesAudience,
  generatePrivateJwk,
  genesisHash,
  hubPaths,
  openSigningKey,
  proveEnrolment,
  syntheticRecords,
  syntheticRun,
} from '@practice-exchange/protocol';
import { must } from '../report.ts';
import { mustBeRefused } from './raw-client.ts';
import { awaitReceipt, mustLeaveUnchanged, publish, type Subject, sealNext } from './subject.ts';

const reader = { subject: 'A'.repeat(43), role: 'practitioner' } as const;

/** Joins, and looks at every rule of joining on the way. Gives whether the node is live. */
export async function checkJoining(subject: Subject): Promise<boolean> {
  const { recorder, raw, client, profile, invitation, recoveryKey } = subject;
  const recovery = recoveryKey.publicJwk;
  const request = (code: string, prover = raw.key) => ({
    invitation: code,
    node: raw.node,
    publicKey: raw.key.publicJwk,
    recoveryKey: recovery,
    authority: profile,
    proof: proveEnrolment({ hub: raw.hub, node: raw.node, invitation: code, recoveryKey: recovery }, prover),
  });

  await recorder.check('JOI-1', 'refuses an invitation that it has not issued', async () => {
    const code = 'an-invitation-that-nobody-issued';
    mustBeRefused(await raw.post(hubPaths.enrolments, request(code), { token: null }), 'invitation-unknown');
  });
  await recorder.check('JOI-4', 'refuses a proof by another key, and the invitation stays good', async () => {
    const thief = openSigningKey(generatePrivateJwk());
    mustBeRefused(await raw.post(hubPaths.enrolments, request(invitation, thief), { token: null }), 'proof-invalid');
  });
  const enrolled = await recorder.check('JOI-2', 'enrols a node with its invitation, without a token', async () => {
    const answer = await raw.post(hubPaths.enrolments, request(invitation), { token: null });
    must(answer.status === 200, `answered ${answer.status} ${answer.code ?? ''}`);
    return answer.json as { authority: string; state: string; mayPublish: boolean; isServed: boolean };
  });
  if (!enrolled) return false;
  subject.authority = enrolled.authority;
  subject.head = { node: raw.node, epoch: 1, seq: 0, hash: genesisHash(raw.node, 1) };
  await recorder.check('JOI-5', 'answers the same enrolment again in the same way', async () => {
    const again = await client.enrol(invitation, profile, recovery);
    must(again.authority === enrolled.authority && again.state === enrolled.state, 'the second answer differs');
  });
  await recorder.check('JOI-6', 'does not enrol another node with the same invitation', async () => {
    const other = { ...request(invitation), node: randomUUID() };
    const proof = proveEnrolment({ hub: raw.hub, node: other.node, invitation, recoveryKey: recovery }, raw.key);
    const answer = await raw.post(hubPaths.enrolments, { ...other, proof }, { token: null });
    mustBeRefused(answer, 'invitation-used', 'node-exists');
  });
  const early = sealNext(subject, realPublication(subject));
  await recorder.check(
    'JOI-7',
    'lets a node neither publish nor read before its fingerprint is confirmed',
    async () => {
      must(enrolled.state === 'awaiting-fingerprint', `its state is ${enrolled.state}`);
      await mustLeaveUnchanged(subject, [early.item], 'may-not-publish');
      mustBeRefused(await raw.post(hubPaths.search, { q: '' }, { person: reader }), 'not-served');
    },
  );
  await recorder.check('JOI-8', 'has both switches off until then', () => {
    must(!enrolled.mayPublish && !enrolled.isServed, 'a switch is on');
  });

  const confirmed = await recorder.check('JOI-10', 'tells the node where it stands', async () => {
    await subject.confirm();
    const end = Date.now() + subject.patienceMs;
    for (;;) {
      const { state } = await client.membership();
      if (state !== 'awaiting-fingerprint') return state;
      must(Date.now() < end, 'nobody confirmed the fingerprint in time');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  });
  if (!confirmed) return false;
  await recorder.check('JOI-11', 'takes nothing but a synthetic record from a node that is not live', async () => {
    must(confirmed === 'conformance', `after the fingerprint its state is ${confirmed}`);
    await mustLeaveUnchanged(subject, [early.item], 'not-live');
  });
  const live = await recorder.check('JOI-16', 'makes the node live after the conformance run', async () => {
    await rehearse(subject);
    const { state, mayPublish, isServed } = await client.membership();
    must(state === 'live' && mayPublish && isServed, `after the run its state is ${state}`);
    return true;
  });
  if (!live) return false;
  await recorder.check('JOI-13', 'rejects any other text under the synthetic flag', async () => {
    const body = { ...syntheticRecords.published, title: 'Something else' };
    const audience = authoritiesAudience([subject.authority]);
    const receipt = await publish(subject, { op: 'publish', record: randomUUID(), audience, body, synthetic: true });
    must(receipt.state === 'rejected' && receipt.reason === 'body-invalid', `answered ${receipt.state}`);
  });
  await recorder.check('JOI-15', 'lets no synthetic record become a real one', async () => {
    const record = randomUUID();
    const audience = authoritiesAudience([subject.authority]);
    const { published, revised } = syntheticRecords;
    await publish(subject, { op: 'publish', record, audience, body: published, synthetic: true });
    const receipt = await publish(subject, { op: 'revise', record, revision: 2, audience, body: revised });
    must(receipt.state === 'rejected' && receipt.reason === 'synthetic-changed', `answered ${receipt.state}`);
    await publish(subject, { op: 'withdraw', record, revision: 2, synthetic: true });
  });
  await recorder.check('JOI-17', 'lets a live node run again', async () => {
    await rehearse(subject);
    must((await client.membership()).state === 'live', 'it is no longer live');
  });
  return true;
}

/** A record that is nobody's case, for this authority alone. */
export function realPublication({ authority }: Pick<Subject, 'authority'>, record: string = randomUUID()) {
  const body = { ...syntheticRecords.published, title: 'A record of the conformance suite' };
  return { op: 'publish', record, audience: authoritiesAudience([authority]), body } as const;
}

async function rehearse(subject: Subject): Promise<void> {
  const record = randomUUID();
  for (const intent of syntheticRun(record, subject.authority)) {
    const receipt = await publish(subject, intent);
    const wanted = intent.op === 'withdraw' ? 'withdrawn' : 'accepted';
    must(receipt.state === wanted, `${intent.op} was ${receipt.state} (${receipt.reason ?? ''})`);
  }
  await awaitReceipt(subject, subject.head.seq, 'purged');
  const { next } = await subject.client.receipts(0);
  await subject.client.receipts(next);
  const answer = await subject.raw.get(`/api/v1/learning/${record}`, { person: reader });
  must(
    answer.code === 'not-found' || answer.code === 'not-served',
    `reading it is answered ${answer.code ?? answer.status}`,
  );
}
