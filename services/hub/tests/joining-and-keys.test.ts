import { newId } from '@practice-exchange/platform';
import {
  followHubKeys,
  generatePrivateJwk,
  HubClient,
  type OnBehalfOf,
  openSigningKey,
  proveEnrolment,
  readWellKnown,
  recoverKey,
  sealPublication,
  sha256,
  syntheticRun,
  verifyReceipt,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmFingerprint, invite, revokeInvitation } from '../src/features/enrolling/enrolling.ts';
import { changeHubKey } from '../src/features/identity/change-hub-key.ts';
import { markKeyNotTrusted } from '../src/features/keys/keys.ts';
import { expel, liftSuspension, suspend, turnSwitches } from '../src/features/members/standing.ts';
import { exportRegistry } from '../src/features/registry/registry.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub, type TestMember } from '../src/testing/test-hub.ts';

const person: OnBehalfOf = { subject: sha256('a person'), role: 'practitioner' };
const created = '2026-01-01T00:00:00Z';

describe('joining and keys', () => {
  let test: TestHub;
  beforeAll(async () => {
    test = await startTestHub();
  });
  afterAll(() => test.stop());

  const publish = (title: string, record = newId()) =>
    ({ op: 'publish', record, audience: wholeNetwork, body: exampleLearning({ title }) }) as const;

  async function unchanged(act: () => Promise<unknown>, code: string): Promise<void> {
    // What is still on its way in the background changes something by itself.
    await test.hub.context.jobs.drain();
    const before = await test.state();
    await expect(act()).rejects.toMatchObject({ code });
    expect(await test.state()).toEqual(before);
  }

  it('JOI-1: an invitation works once, and not at all once it was taken back or has expired', async () => {
    const used = await invite(test.hub.context, { authorityName: 'Used', operator: null });
    const member = await test.enrolOnly();
    const recovery = member.recoveryKey.publicJwk;
    const profile = { ...member.profile, onsCode: 'E98000001' };
    const join = (code: string) => {
      const key = openSigningKey(generatePrivateJwk());
      const client = new HubClient({ hubUrl: test.url, hubId: test.hub.context.hub.id, node: newId(), key });
      return client.enrol(code, profile, openSigningKey(generatePrivateJwk()).publicJwk);
    };
    await unchanged(() => join('an-invitation-that-nobody-issued'), 'invitation-unknown');
    await revokeInvitation(test.hub.context, { codeHash: hexOf(used.code), operator: null });
    await unchanged(() => join(used.code), 'invitation-expired');
    const open = await invite(test.hub.context, { authorityName: 'Open', operator: null });
    await join(open.code);
    await unchanged(() => join(open.code), 'invitation-used');
    expect(recovery.kty).toBe('OKP');
  });

  it('JOI-4, JOI-6: a proof by another key, and an authority that has a node, are refused', async () => {
    const member = await test.enrol();
    const { code } = await invite(test.hub.context, { authorityName: 'Twice', operator: null });
    const key = openSigningKey(generatePrivateJwk());
    const node = newId();
    const client = new HubClient({ hubUrl: test.url, hubId: test.hub.context.hub.id, node, key });
    const recovery = openSigningKey(generatePrivateJwk()).publicJwk;
    await unchanged(() => client.enrol(code, member.profile, recovery), 'node-exists');
    const claim = { hub: test.hub.context.hub.id, node, invitation: code, recoveryKey: recovery };
    const answer = await fetch(`${test.url}/api/v1/enrolments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ invitation: code, node, publicKey: key.publicJwk, recoveryKey: recovery },
        authority: { ...member.profile, onsCode: 'E98000002' },
        proof: proveEnrolment(claim, member.key),
      }),
    });
    expect(await answer.json()).toMatchObject({ code: 'proof-invalid' });
  });

  it('JOI-5, JOI-7: until the fingerprint is confirmed nothing is published or read, and a wrong one confirms nothing', async () => {
    const member = await test.enrolOnly();
    const sealed = sealPublication(member.head, publish('Too early'), { key: member.key, created });
    await unchanged(() => member.client.publish([sealed.item]), 'may-not-publish');
    await unchanged(() => member.client.search({ q: '' }, person), 'not-served');
    const wrong = { node: member.node, fingerprint: '0000-0000-0000-0000-0000-0000', operator: null };
    await unchanged(() => confirmFingerprint(test.hub.context, wrong), 'fingerprint-differs');
  });

  it('JOI-11, JOI-14, JOI-16: a synthetic record makes a node live, and nobody ever sees it', async () => {
    const reader = await test.enrol();
    const member = await test.enrolOnly();
    const { fingerprintOf } = await import('@practice-exchange/protocol');
    const fingerprint = fingerprintOf(member.key.publicJwk);
    await confirmFingerprint(test.hub.context, { node: member.node, fingerprint, operator: null });
    const real = sealPublication(member.head, publish('Too early'), { key: member.key, created });
    await unchanged(() => member.client.publish([real.item]), 'not-live');
    const record = newId();
    const [first, ...rest] = syntheticRun(record, member.authority);
    let { head } = member;
    for (const intent of first ? [first, ...rest] : rest) {
      const sealed = sealPublication(head, intent, { key: member.key, created });
      await member.client.publish([sealed.item]);
      head = sealed.head;
      await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'not-found' });
      expect((await reader.client.search({ q: 'synthetic' }, person)).total).toBe(0);
      expect((await member.client.membership()).state).toBe('conformance');
    }
    await test.hub.context.jobs.drain();
    const { next } = await member.client.receipts(0);
    expect((await member.client.membership()).state).toBe('conformance');
    await member.client.receipts(next);
    expect(await member.client.membership()).toMatchObject({ state: 'live', mayPublish: true, isServed: true });
    const { db } = test.hub.context.database;
    expect(await db.selectFrom('body').selectAll().where('record', '=', record).execute()).toEqual([]);
    await expect(reader.client.learning(record, person)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('JOI-8, JOI-18: switches, suspension and expulsion shut what they say, each with a reason in the audit', async () => {
    const member = await test.enrol();
    const who = { node: member.node, operator: null, reason: 'Because the test says so.' };
    const next = () => sealPublication(member.head, publish('Later'), { key: member.key, created }).item;
    await turnSwitches(test.hub.context, { ...who, mayPublish: false, isServed: false });
    await unchanged(() => member.client.publish([next()]), 'may-not-publish');
    await unchanged(() => member.client.search({ q: '' }, person), 'not-served');
    await turnSwitches(test.hub.context, { ...who, mayPublish: true, isServed: true });
    await suspend(test.hub.context, who);
    await unchanged(() => member.client.publish([next()]), 'member-suspended');
    await unchanged(() => member.client.search({ q: '' }, person), 'member-suspended');
    await unchanged(() => member.client.log(1, 0), 'member-suspended');
    await liftSuspension(test.hub.context, who);
    await member.client.publish([next()]);
    await expel(test.hub.context, who);
    await unchanged(() => member.client.receipts(0), 'member-expelled');
    expect((await member.client.membership()).state).toBe('expelled');
    const audited = await test.hub.context.database.db
      .selectFrom('audit_entry')
      .select('action')
      .where('subject', '=', member.node)
      .where('detail', '@>', JSON.stringify({ reason: who.reason }))
      .execute();
    expect(audited.map(({ action }) => action)).toEqual([
      ...['switches-turned', 'switches-turned', 'suspended', 'suspension-lifted', 'expelled'],
    ]);
  });

  it('ROT-4: what a stolen key published is hidden at once, and what was said before is served again', async () => {
    const owner = await test.enrol();
    const reader = await test.enrol();
    const log = publishAs(test, owner);
    const [kept, stolen] = [newId(), newId()];
    await log.publish(publish('The kestrel visit', kept));
    const last = owner.head.seq + 1;
    await log.publish(
      {
        op: 'revise',
        record: kept,
        revision: 2,
        audience: wholeNetwork,
        body: exampleLearning({ title: 'Forged kestrel' }),
      },
      publish('Forged from nothing', stolen),
    );
    await test.hub.context.jobs.drain();
    const mark = {
      node: owner.node,
      kid: owner.key.kid,
      after: { epoch: 1, seq: last },
      operator: null,
      reason: 'Stolen.',
    };
    await markKeyNotTrusted(test.hub.context, mark);
    expect((await reader.client.learning(kept, person)).record.title).toBe('The kestrel visit');
    await expect(reader.client.learning(stolen, person)).rejects.toMatchObject({ code: 'not-found' });
    expect(
      (await log.receipts()).filter(({ state }) => state === 'quarantined').map(({ seq, reason }) => [seq, reason]),
    ).toEqual([
      [last + 1, 'key-not-trusted'],
      [last + 2, 'key-not-trusted'],
    ]);
    // A mark moves to an earlier place, never to a later one.
    await unchanged(
      () => markKeyNotTrusted(test.hub.context, { ...mark, after: { epoch: 1, seq: last + 5 } }),
      'mark-later',
    );
    await unchanged(() => owner.client.search({ q: '' }, person), 'key-not-trusted');
    // What was shared is read back with a key that is trusted, and by nobody who stole one.
    await unchanged(() => owner.client.log(1, 0), 'key-not-trusted');
    await unchanged(() => owner.client.chunk('00'), 'key-not-trusted');
    expect((await owner.client.cursor()).next.epoch).toBe(1);
  });

  it('ROT-6, ROT-7, ROT-8, ROT-9, ROT-13: a key is retired only when nothing of it is on its way; the recovery key changes keys and nothing else', async () => {
    const member = await test.enrol();
    const client = (key: TestMember['key']) =>
      new HubClient({ hubUrl: test.url, hubId: test.hub.context.hub.id, node: member.node, key });
    await unchanged(() => member.client.retireKey(member.key.kid), 'key-in-use');
    await unchanged(() => client(member.recoveryKey).membership(), 'token-unknown-issuer');
    const newKey = openSigningKey(generatePrivateJwk());
    const change = {
      hub: test.hub.context.hub.id,
      node: member.node,
      newKey,
      notTrusted: [{ kid: member.key.kid, epoch: 1, seq: member.head.seq }],
      nextRecovery: openSigningKey(generatePrivateJwk()).publicJwk,
    };
    await unchanged(() => client(newKey).recoverKey(recoverKey(change, member.key)), 'recovery-invalid');
    const document = recoverKey(change, member.recoveryKey);
    const first = await client(newKey).recoverKey(document);
    expect(first.keys.find(({ kid }) => kid === member.key.kid)?.notTrustedAfter).toEqual({
      epoch: 1,
      seq: member.head.seq,
    });
    expect(await client(newKey).recoverKey(document)).toEqual(first);
    const taken = { signer: member.recoveryKey.publicJwk, recovery: document };
    expect(first.recoveries).toEqual([taken]);
    const registry = await exportRegistry(test.hub.context.database);
    expect(registry.tables.member_key).toContainEqual(expect.objectContaining({ recovery: document }));
    // The key that was lost may still ask for it, and learns no more by it than public keys.
    expect((await member.client.membership()).recoveries).toEqual([taken]);
    await unchanged(
      () => client(newKey).recoverKey(recoverKey(change, member.recoveryKey).slice(0, -4)),
      'recovery-invalid',
    );
  });

  it('ROT-10, ROT-11, ROT-12: the hub’s next key is listed before it signs, vouched for by the one before; both verify', async () => {
    const member = await test.enrol();
    const before = await readWellKnown(test.url);
    const trusted = new Map(before.keys.map(({ kid, key }) => [kid, key]));
    const kid = await changeHubKey(test.hub.context, { operator: null, reason: 'A drill.', announcedForMs: 0 });
    const { hub, keys } = await readWellKnown(test.url);
    expect(followHubKeys(hub, trusted, keys).has(kid)).toBe(true);
    const forged = keys.map((key) => (key.kid === kid ? { ...key, succession: undefined } : key));
    expect(followHubKeys(hub, trusted, forged as never).has(kid)).toBe(false);
    const { item } = sealPublication(member.head, { op: 'heartbeat' }, { key: member.key, created });
    await member.client.publish([item]);
    const all = followHubKeys(hub, trusted, keys);
    const { receipts } = await member.client.receipts(0);
    const signers = receipts.map(({ jws }) => verifyReceipt(jws, (signer) => all.get(signer)).kid);
    expect(new Set(signers)).toEqual(new Set([...trusted.keys(), kid]));
  });
});

function hexOf(code: string): string {
  return Buffer.from(sha256(code), 'base64url').toString('hex');
}
