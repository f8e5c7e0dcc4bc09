import { newId } from '@practice-exchange/platform';
import {
  type CompactJws,
  generatePrivateJwk,
  HubProblem,
  openSigningKey,
  regionsAudience,
  signPurgeCertificate,
  type WithdrawalStanding,
  wholeNetwork,
} from '@practice-exchange/protocol';
import { postForm } from '@practice-exchange/web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Membership } from '../src/features/identity/membership.ts';
import { publishReview } from '../src/features/publishing/publishing.ts';
import { envelopeIn } from '../src/features/resyncing/store.ts';
import { readReview, saveReview } from '../src/features/reviews/reviews.ts';
import { syncHealth } from '../src/features/sync/health.ts';
import { Patience } from '../src/features/sync/patience.ts';
import { patiently } from '../src/features/sync/patiently.ts';
import { noteHeard } from '../src/features/sync/store.ts';
import { keepProof } from '../src/features/withdrawing/narrowing.ts';
import { narrowingProgress } from '../src/features/withdrawing/narrowing-progress.ts';
import { newestNarrowing, unsentNarrowings } from '../src/features/withdrawing/narrowing-store.ts';
import { unansweredWithdrawals } from '../src/features/withdrawing/store.ts';
import { withdrawReview } from '../src/features/withdrawing/withdrawing.ts';
import { cleanRecord, type GuardedNode, startGuardedNode } from './guarded-node.ts';

describe('taking learning back', { timeout: 60_000 }, () => {
  let node: GuardedNode;

  beforeAll(async () => {
    node = await startGuardedNode();
  });
  afterAll(() => node.stop());

  async function published(title: string): Promise<string> {
    const { id } = await node.approve({ ...cleanRecord, title });
    await publishReview(node.context, node.people.both, id);
    return id;
  }

  const stateOf = async (id: string) => {
    const { db } = node.database;
    const review = await db.selectFrom('case_review').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const log = await db
      .selectFrom('publication')
      .selectAll()
      .where('record', '=', review.record)
      .orderBy('seq')
      .execute();
    const withdrawal = await db.selectFrom('withdrawal').selectAll().where('review', '=', id).execute();
    return { review, log, withdrawal };
  };

  it('WIT-8: destroys every body and salt in the transaction that signs the withdrawal, and keeps the reason here', async () => {
    const id = await published('Taken back for a risk');
    expect((await stateOf(id)).log.some(({ body }) => body !== null)).toBe(true);
    await withdrawReview(node.context, node.people.both, { id, kind: 'removed', reason: 'could-be-recognised' });
    const { review, log, withdrawal } = await stateOf(id);
    expect(review.state).toBe('removed');
    expect(log.map(({ op, body, salt }) => [op, body, salt])).toEqual([
      ['publish', null, null],
      ['withdraw', null, null],
    ]);
    expect(withdrawal).toMatchObject([{ kind: 'removed', reason: 'could-be-recognised' }]);
    const payload = Buffer.from(log[1]?.envelope.split('.')[1] ?? '', 'base64url').toString('utf8');
    expect(payload).not.toContain('recognised');
    expect(payload).not.toContain('notice');
  });

  it('WIT-9: signs the notice that readers are told', async () => {
    const id = await published('Taken back with a notice');
    await withdrawReview(node.context, node.people.both, { id, kind: 'withdrawn', reason: 'out-of-date' });
    const { log } = await stateOf(id);
    const payload = Buffer.from(log[1]?.envelope.split('.')[1] ?? '', 'base64url').toString('utf8');
    expect(JSON.parse(payload)).toMatchObject({ op: 'withdraw', notice: 'out-of-date' });
  });

  it('WIT-13: is sent ahead when others wait before it', async () => {
    const id = await published('Taken back behind others');
    await withdrawReview(node.context, node.people.both, { id, kind: 'withdrawn', reason: 'replaced' });
    const { review } = await stateOf(id);
    const behind = await unansweredWithdrawals(node.database, 1);
    expect(behind.map(({ record }) => record)).toContain(review.record);
  });

  it('is not for everybody, not for what was never published, and not twice; nothing changes then', async () => {
    const shared = await published('Not theirs to take back');
    const draft = await node.begin();
    const request = { kind: 'withdrawn', reason: 'replaced' } as const;
    for (const who of ['author', 'reader', 'practitioner'] as const) {
      const before = await stateOf(shared);
      await expect(withdrawReview(node.context, node.people[who], { id: shared, ...request })).rejects.toMatchObject({
        status: 403,
      });
      expect(await stateOf(shared)).toEqual(before);
    }
    const before = await stateOf(draft);
    await expect(withdrawReview(node.context, node.people.both, { id: draft, ...request })).rejects.toMatchObject({
      code: 'not-published',
    });
    expect(await stateOf(draft)).toEqual(before);
    await withdrawReview(node.context, node.people.both, { id: shared, ...request });
    const once = await stateOf(shared);
    await expect(withdrawReview(node.context, node.people.both, { id: shared, ...request })).rejects.toMatchObject({
      code: 'already-withdrawn',
    });
    expect(await stateOf(shared)).toEqual(once);
  });

  it('the database lets no review end without its log, and none return', async () => {
    const [shared, gone] = [await published('Still shared'), await published('Gone for good')];
    await withdrawReview(node.context, node.people.both, { id: gone, kind: 'withdrawn', reason: 'replaced' });
    const set = (id: string, state: 'withdrawn' | 'published') =>
      node.database.db.updateTable('case_review').set({ state }).where('id', '=', id).execute();
    await expect(set(shared, 'withdrawn')).rejects.toThrow('nothing in the publication log');
    await expect(set(gone, 'published')).rejects.toThrow('never returns');
    expect((await stateOf(shared)).review.state).toBe('published');
    expect((await stateOf(gone)).review.state).toBe('withdrawn');
  });

  it('asks one question, says what is missing, and shows how far it is', async () => {
    const id = await published('Asked on a page');
    const session = await node.signIn('both');
    const empty = await postForm(session, `/reviews/${id}/withdraw`, {});
    expect([empty.statusCode, empty.body.includes('Choose why you are taking it back')]).toEqual([400, true]);
    expect((await stateOf(id)).review.state).toBe('published');
    const done = await postForm(session, `/reviews/${id}/withdraw`, { reason: 'identifier-found' });
    expect([done.statusCode, done.headers.location]).toEqual([303, `/reviews/${id}/withdrawal`]);
    const tracker = await session.app.inject({ url: `/reviews/${id}/withdrawal`, cookies: session.cookies });
    expect(tracker.body).toContain('It is being taken back.');
    expect(tracker.body).toContain('http-equiv="refresh"');
    const again = await postForm(session, `/reviews/${id}/withdraw`, { reason: 'replaced' }, null);
    expect(again.statusCode).toBe(403);
    expect((await stateOf(id)).review.state).toBe('removed');
  });

  it('WIT-20: an audience that excludes somebody is a withdrawal for them, with a tracker of its own', async () => {
    const id = await published('Narrowed later');
    const { version, working } = await readReview(node.context, id);
    const audience = regionsAudience(['north-east']);
    await saveReview(node.context, node.people.author, { id, version, working: { ...working, audience } });
    await node.signOffAgain(id);
    await publishReview(node.context, node.people.both, id);
    const { review, log } = await stateOf(id);
    expect(log.map(({ op }) => op)).toEqual(['publish', 'rescope', 'revise']);
    const unsent = await unsentNarrowings(node.database);
    expect(unsent.map(({ hash }) => hash)).toEqual([log[1]?.hash]);
    const session = await node.signIn('both');
    const page = async (url: string) => session.app.inject({ url, cookies: session.cookies });
    expect((await page(`/reviews/${id}/publication`)).body).toContain(`/reviews/${id}/narrowing`);
    const tracker = await page(`/reviews/${id}/narrowing`);
    expect(tracker.statusCode).toBe(200);
    for (const words of ['It is being narrowed.', 'Narrowed here', 'North East', 'http-equiv="refresh"']) {
      expect(tracker.body).toContain(words);
    }
    expect((await page(`/reviews/${id}/narrowing/certificate`)).statusCode).toBe(404);
    const [wide] = [await published('Never narrowed')];
    expect((await page(`/reviews/${wide}/narrowing`)).statusCode).toBe(404);
    expect((await page(`/reviews/${wide}/publication`)).body).not.toContain('/narrowing');
    expect(await newestNarrowing(node.database, review.record)).toMatchObject({ audience, certificate: null });
  });

  it('WIT-23: keeps no proof that is not its hub’s, or is of something else', async () => {
    const [narrowing] = await unsentNarrowings(node.database);
    if (!narrowing) throw new Error('nothing was narrowed');
    const { record } = envelopeIn(narrowing.envelope);
    const hubKey = openSigningKey(generatePrivateJwk());
    const other = openSigningKey(generatePrivateJwk());
    const membership = {
      node: newId(),
      hub: { keys: new Map([[hubKey.kid, hubKey.publicJwk]]) },
    } as never as Membership;
    const said = {
      hub: newId(),
      node: membership.node,
      record: record ?? '',
      revision: 2,
      envelope: narrowing.hash,
      audience: regionsAudience(['north-east']),
      hiddenAt: '2026-01-01T00:00:00.000Z',
      purgedAt: '2026-01-01T00:00:01.000Z',
      stores: [{ store: 'search-index', askedBy: ['phrase' as const], found: 'nothing' as const }],
      notProven: ['downloads'],
      copies: { told: 0, confirmed: 0 },
    };
    const standing = (certificate: CompactJws) =>
      ({ ...said, why: 'narrowed', certificate }) as never as WithdrawalStanding;
    const keep = (certificate: CompactJws) =>
      keepProof(node.context, membership, { ...narrowing, record: record ?? '' }, standing(certificate));
    const { audience: _, ...withoutAudience } = said;
    for (const certificate of [
      signPurgeCertificate(said, other),
      signPurgeCertificate({ ...said, record: newId() }, hubKey),
      signPurgeCertificate({ ...said, node: newId() }, hubKey),
      signPurgeCertificate({ ...said, audience: wholeNetwork }, hubKey),
      signPurgeCertificate(withoutAudience, hubKey),
    ]) {
      await keep(certificate);
      expect(await newestNarrowing(node.database, record ?? '')).toMatchObject({ certificate: null });
    }
    const good = signPurgeCertificate(said, hubKey);
    await keep(good);
    const kept = await newestNarrowing(node.database, record ?? '');
    expect(kept).toMatchObject({ certificate: good });
    if (!kept) throw new Error('nothing was narrowed');
    expect(narrowingProgress(kept, null)).toMatchObject({ stage: 'gone' });
    // The log came to it later, and it was rejected there: whoever could see the record sees it again.
    const refused = narrowingProgress({ ...kept, state: 'rejected', reason: 'unknown-audience' }, null);
    expect(refused).toMatchObject({ stage: 'refused', waiting: false });
    expect(refused.steps.map(({ state }) => state)).not.toContain('now');
    expect(JSON.stringify(refused.steps)).not.toContain('Nothing was found');
  });

  describe('waits that the hub asks for', () => {
    it('LIM-3: are kept, with some random time added, and nothing is given up', async () => {
      let now = 1_000_000;
      const context = { ...node.context, patience: new Patience({ now: () => now, random: () => 1 }) };
      const woken: (number | undefined)[] = [];
      const jobs = { wake: async (_job: string, options?: { afterMs?: number }) => void woken.push(options?.afterMs) };
      let asked = 0;
      const run = patiently({ ...context, jobs: jobs as never }, 'deliver', async () => {
        asked += 1;
        if (asked === 1) throw new HubProblem('too-many-requests', 429, { retryAfterSeconds: 20 });
      });
      await run();
      expect(woken).toEqual([25_500]);
      now += 20_000;
      await run();
      expect([asked, woken.at(-1)]).toEqual([1, 5_500]);
      now += 5_500;
      await run();
      expect(asked).toBe(2);
      const fails = patiently({ ...context, jobs: jobs as never }, 'other', async () => {
        throw new HubProblem('unreachable', 0);
      });
      await expect(fails()).rejects.toThrow('unreachable');
    });

    it('RCP-9: a hub that does not answer, and what waits too long, are seen', async () => {
      await published('Something that waits');
      await noteHeard(node.database);
      expect((await syncHealth(node.context)).standing).toBe('well');
      const later = Date.now() + 12 * 60_000;
      expect(await syncHealth(node.context, later)).toMatchObject({ standing: 'behind', warns: true });
      expect(await syncHealth(node.context, later + 10 * 60_000)).toMatchObject({ standing: 'silent', warns: true });
    });
  });
});
