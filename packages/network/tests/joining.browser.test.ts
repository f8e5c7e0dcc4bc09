import { followNetwork, type RunningNode, startNode } from '@practice-exchange/node';
import { createLogger } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import { wholeNetwork } from '@practice-exchange/protocol';
import { SearchUnavailable } from '@practice-exchange/search';
import { DemoSignIn, type Role, savePeople } from '@practice-exchange/web';
import { launchBrowser, lookingGlass } from '@practice-exchange/web/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLearning } from '../../../services/hub/src/testing/example-learning.ts';
import { publishAs } from '../../../services/hub/src/testing/publish-as.ts';
import { startTestHub, type TestHub } from '../../../services/hub/src/testing/test-hub.ts';
import { askForEpoch } from './asking-for-an-epoch.ts';
import { publishOnce } from './publishing-once.ts';
import { testNodeConfig } from './test-node.ts';

const staff = {
  administrator: { name: 'Claire Donnelly', roles: ['administrator'], jobTitle: 'Systems manager' },
  lead: { name: 'Helen Marchetti', roles: ['author', 'publisher', 'lead'], jobTitle: 'Head of service' },
  reader: { name: 'Yusuf Karim', roles: ['reviewer'], jobTitle: 'Principal social worker' },
  practitioner: { name: 'Priya Raman', roles: ['practitioner'], jobTitle: 'Social worker' },
} as const satisfies Record<string, { name: string; roles: readonly Role[]; jobTitle: string }>;

describe('joining and membership, in a browser without JavaScript', { timeout: 240_000 }, () => {
  let hub: TestHub;
  let node: RunningNode;
  let browser: Browser;
  let drop: () => Promise<void>;
  let glass: ReturnType<typeof lookingGlass>;
  const faults: string[] = [];

  beforeAll(async () => {
    hub = await startTestHub({}, [{ id: 'nadia', name: 'Nadia Fraser', roles: ['operator'] }]);
    const database = await testDatabase({ template: 'empty', migrations: {} });
    ({ drop } = database);
    const people = Object.entries(staff).map(([subject, person]) => ({ subject, ...person }));
    node = await startNode(
      testNodeConfig({ id: 'node-browser', databaseUrl: database.url }),
      new DemoSignIn({
        people: people.map(({ subject, jobTitle, ...person }) => ({
          ...{ ...person, id: subject, title: jobTitle, description: '' },
        })),
        production: false,
      }),
      createLogger({ name: 'node', level: 'silent' }),
    );
    await savePeople(node.context.database as never, people);
    browser = await launchBrowser();
    glass = lookingGlass(browser);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await node?.stop();
    await hub?.stop();
    await drop?.();
  });

  /** A browser of its own, at the width of a phone and without JavaScript, in which somebody is signed in. */
  async function as(who: keyof typeof staff | 'operator'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 320, height: 800 }, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(who === 'operator' ? `${hub.url}/sign-in/demo/nadia` : `${node.url}/sign-in/demo/${who}`);
    return page;
  }

  /** Looks at a page as it is, at the width of a small phone, and keeps what is wrong with it. */
  const look = async (page: Page, name: string) => void faults.push(...(await glass(page, name)));

  const open = (page: Page, path: string) => page.goto(new URL(path, page.url()).href);
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 5_000 });
  const code = (page: Page) =>
    page
      .locator('.app-code--large')
      .last()
      .textContent()
      .then((text) => text?.trim() ?? '');
  const spoken = async (page: Page) => {
    const groups = await page.locator('.app-spoken__text').allTextContents();
    return groups.map((group) => group.trim());
  };
  const drain = async () => {
    await node.context.jobs.drain();
    await hub.hub.context.jobs.wake('update-index');
    await hub.hub.context.jobs.drain();
    await node.context.jobs.wake('fetch-receipts');
    await node.context.jobs.drain();
  };

  async function issue(operator: Page, authority: string): Promise<string> {
    await open(operator, '/operator/invitations');
    await operator.getByLabel('Name of the authority').fill(authority);
    await press(operator, 'Issue invitation');
    return code(operator);
  }
  async function tryToJoin(administrator: Page, invitation: string): Promise<void> {
    await open(administrator, '/admin/network');
    await administrator.getByLabel('Address of the hub').fill(hub.url);
    await administrator.getByLabel('Invitation code').fill(invitation);
    await press(administrator, 'Join');
  }
  async function decide(operator: Page, choice: string, reason: string): Promise<void> {
    await operator.getByLabel(choice, { exact: true }).check();
    await operator.getByRole('group', { name: 'What to do' }).waitFor();
    await operator.locator('#standingReason').fill(reason);
    await press(operator, 'Save decision');
    await says(operator, 'Decision saved');
  }

  it('an operator invites, an administrator joins, both compare fingerprints, and the node goes live', async () => {
    const operator = await as('operator');
    const administrator = await as('administrator');
    await open(operator, '/operator/members');
    await says(operator, 'No authority has joined yet');
    await look(operator, 'members, none yet');
    await operator.getByRole('button', { name: 'Invite an authority' }).click();
    await press(operator, 'Issue invitation');
    await says(operator, 'Enter the name of the authority');

    // One that has expired, one that was taken back, one that another node has used.
    const expired = await issue(operator, 'Somebody late');
    await look(operator, 'invitation issued');
    await hub.hub.context.database.db
      .updateTable('invitation')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .execute();
    const back = await issue(operator, 'Somebody else');
    await open(operator, '/operator/invitations');
    await operator.getByRole('button', { name: 'Take back the invitation for Somebody else' }).click();
    await says(operator, 'Invitation taken back');
    await hub.enrolOnly();
    const invitation = await issue(operator, 'Test Borough Council');
    await open(operator, '/operator/invitations');
    await look(operator, 'invitations of every state');

    await tryToJoin(administrator, expired);
    await says(administrator, 'This invitation has expired or was taken back. Ask the network operator for a new one.');
    await look(administrator, 'joining refused');
    await tryToJoin(administrator, back);
    await says(administrator, 'This invitation has expired or was taken back.');
    await tryToJoin(administrator, 'a-code-that-nobody-issued');
    await says(administrator, 'The hub does not know this invitation code');
    expect(await node.context.network.membership()).toBeNull();
    const practitioner = await as('practitioner');
    await open(practitioner, '/search?q=grooming');
    await says(practitioner, 'This node has not joined the network yet');
    await look(practitioner, 'search before joining');

    await tryToJoin(administrator, invitation);
    expect(await administrator.locator('.app-phrase__word').count()).toBe(12);
    await look(administrator, 'recovery key');
    await administrator.getByRole('button', { name: 'I have kept it: go on' }).click();
    await says(administrator, 'Compare fingerprints by telephone');
    await look(administrator, 'fingerprints at the node');
    const atNode = await spoken(administrator);
    expect(atNode).toHaveLength(12);
    await open(practitioner, '/search?q=grooming');
    await says(practitioner, 'This service is joining the network');

    await open(operator, '/operator/members');
    await operator.getByRole('link', { name: 'Test Borough Council' }).click();
    await look(operator, 'fingerprints at the hub');
    expect(await spoken(operator)).toEqual(atNode.slice(0, 6));
    const field = operator.getByLabel('They read: the node’s fingerprint');
    await field.fill(atNode.slice(0, 6).join(' '));
    await press(operator, 'Confirm fingerprint');
    await says(operator, 'If it still differs after they have read it out again');
    await look(operator, 'fingerprint differs');
    expect((await node.context.network.membership())?.liveAt).toBeNull();
    await field.fill(atNode.slice(6).join(' ').toLowerCase());
    await press(operator, 'Confirm fingerprint');
    await says(operator, 'Fingerprint confirmed');
    await says(operator, 'Publish a synthetic record');
    await look(operator, 'conformance run at the hub');

    await followNetwork(node.context);
    await drain();
    await followNetwork(node.context);
    for (const [page, path] of [
      [operator, operator.url()],
      [administrator, '/admin/network'],
    ] as const) {
      await open(page, path);
      await says(page, 'Read the receipts');
      const run = page.locator('.govuk-task-list__item');
      expect(await run.count()).toBe(6);
      expect(await run.filter({ hasText: 'Done' }).count()).toBe(6);
      await page.getByRole('heading', { level: 1 }).filter({ hasText: 'Live' }).waitFor();
    }
    await says(administrator, 'How it keeps up');
    await says(administrator, 'Waiting to be sent');
    await look(administrator, 'network, live');
    await look(operator, 'member, live');
    const live = await hub.hub.context.database.db
      .selectFrom('member')
      .select('node')
      .where('state', '=', 'live')
      .execute();
    expect(live).toHaveLength(1);
  });

  it('an administrator changes the key, and retires the older one', async () => {
    const administrator = await as('administrator');
    await open(administrator, '/admin/network/keys');
    await look(administrator, 'keys');
    const before = (await node.context.keys.current()).kid;
    await press(administrator, 'Make a new signing key');
    await look(administrator, 'a key that waits');
    await drain();
    await followNetwork(node.context);
    await open(administrator, '/admin/network/keys');
    expect((await node.context.keys.current()).kid).not.toBe(before);
    await press(administrator, 'Retire this key');
    await says(administrator, '1 retired key, whose private part is destroyed');
  });

  it('a lead takes something back and watches it go', async () => {
    const review = await publishOnce(node.context, { author: 'lead', reader: 'reader' });
    await drain();
    const lead = await as('lead');
    await open(lead, '/delivery');
    await look(lead, 'delivery');
    await open(lead, `/reviews/${review}/withdraw`);
    await look(lead, 'taking back');
    await lead.getByRole('radio').first().check();
    await press(lead, 'Take it back now');
    await open(lead, `/reviews/${review}/withdrawal`);
    await look(lead, 'withdrawal under way');
    for (let turn = 0; turn < 5 && (await lead.getByText('It is gone.').count()) === 0; turn += 1) {
      await drain();
      await open(lead, `/reviews/${review}/withdrawal`);
    }
    await says(lead, 'It is gone.');
    await says(lead, 'Download the signed certificate');
    await look(lead, 'withdrawal done');
  });

  it('a person at the hub decides what is held, and lets a restored node go on', async () => {
    const operator = await as('operator');
    const member = await hub.enrol();
    const log = publishAs(hub, member);
    await log.publish({
      op: 'publish',
      record: '0b7a2c7e-54c3-4a53-8d4d-3f5f4e6a1c11',
      audience: wholeNetwork,
      // The example number of the NHS data dictionary: its check digit is right, and it is nobody's.
      body: exampleLearning({ situation: 'The worker wrote 943 476 5919 on the form.' }),
    });
    await open(operator, '/operator/quarantine');
    await look(operator, 'quarantine');
    await operator.getByRole('link', { name: /^Look at what/ }).click();
    await look(operator, 'what is held');
    await press(operator, 'Decide');
    await operator.getByRole('radio', { name: 'Refuse it' }).check();
    await operator.getByLabel('Why?').fill('Leave the number out and publish it again.');
    await press(operator, 'Decide');
    await open(operator, '/operator/quarantine');
    await says(operator, 'Nothing waits.');

    const restored = await hub.enrol();
    await askForEpoch(hub, restored);
    await open(operator, '/operator/standings');
    await says(operator, 'was restored from a backup');
    await look(operator, 'an epoch that waits');
    await operator.getByRole('button', { name: /^Approve epoch 2/ }).click();
    expect(await operator.getByText('was restored from a backup').count()).toBe(0);
    const row = await hub.hub.context.database.db
      .selectFrom('epoch_request')
      .select(['epoch', 'approved_at'])
      .where('node', '=', restored.node)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ epoch: 2, approved_at: expect.any(Date) });
  });

  it('staff of a suspended and of an expelled node are told whom to ring', async () => {
    const operator = await as('operator');
    const practitioner = await as('practitioner');
    const administrator = await as('administrator');
    const lead = await as('lead');
    const searches = async (page: Page) => (await open(page, '/search?q=grooming'))?.status();
    expect(await searches(practitioner)).toBe(200);

    await open(operator, '/operator/members');
    await look(operator, 'members');
    await operator.getByRole('link', { name: 'Test Borough Council' }).click();
    const member = new URL(operator.url()).pathname;
    await press(operator, 'Save decision');
    await says(operator, 'Choose what to do');
    await look(operator, 'deciding about a member, with nothing chosen');
    await decide(operator, 'Suspend', 'Nobody answers the telephone.');
    await look(operator, 'member, suspended');

    expect(await searches(practitioner)).toBe(403);
    await says(practitioner, 'The network is closed to your authority for now');
    await says(practitioner, 'Claire Donnelly');
    expect(await practitioner.getByText('problem with the service').count()).toBe(0);
    await look(practitioner, 'search while suspended');
    await open(practitioner, '/');
    await says(practitioner, 'See whom to ring');
    await searches(administrator);
    await says(administrator, 'Ring the network operator, on a number that you already have.');
    await followNetwork(node.context);
    await open(administrator, '/admin/network');
    await says(administrator, 'The network operator has suspended this node.');
    await look(administrator, 'network, suspended');
    await open(lead, '/');
    await says(lead, 'The network operator has suspended this service.');

    await open(operator, member);
    await decide(operator, 'Lift the suspension', 'They have rung.');
    expect(await searches(practitioner)).toBe(200);

    await decide(operator, 'Expel, for good', 'The authority has closed.');
    await look(operator, 'member, expelled');
    expect(await searches(practitioner)).toBe(403);
    await says(practitioner, 'Your authority no longer takes part in the network');
    await look(practitioner, 'search after expulsion');
    await followNetwork(node.context);
    await open(administrator, '/admin/network');
    await says(administrator, 'This node is no longer a member of the network.');
    await look(administrator, 'network, expelled');
    await open(operator, '/operator/health');
    await says(operator, 'Has left');
    await look(operator, 'health');
    const { context } = hub.hub;
    await open(operator, '/operator/index');
    await says(operator, 'The index answers searches.');
    await press(operator, 'Compare with the database now');
    await says(operator, 'You have asked for a comparison');
    await look(operator, 'index');
    const away = async () => Promise.reject(new SearchUnavailable('It is away'));
    context.index = { ...context.index, isWhole: away };
    await open(operator, '/operator/index');
    await says(operator, 'The database answers searches: the search engine is away.');
    await look(operator, 'index while the engine is away');
    expect(faults).toEqual([]);
  });
});
