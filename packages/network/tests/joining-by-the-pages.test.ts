import { confirmFingerprint, invite } from '@practice-exchange/hub';
import { followNetwork, type RunningNode, startNode } from '@practice-exchange/node';
import { createLogger } from '@practice-exchange/platform';
import { testDatabase } from '@practice-exchange/platform/testing';
import { DemoSignIn, savePeople } from '@practice-exchange/web';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../../../services/hub/src/testing/test-hub.ts';
import { testNodeConfig } from './test-node.ts';

let hub: TestHub;
let node: RunningNode;
let cookie: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  hub = await startTestHub();
  const database = await testDatabase({ template: 'empty', migrations: {} });
  ({ drop } = database);
  const roles = ['administrator'] as const;
  const people = [
    { id: 'admin', name: 'Claire Donnelly', roles, title: 'Administrator', description: 'Joins the node' },
  ];
  node = await startNode(
    testNodeConfig({
      id: 'node-pages',
      authority: {
        name: 'Test Borough Council',
        onsCode: 'E99000006',
        region: 'london',
        type: 'london-borough',
        childPopulation: 50_000,
      },
      databaseUrl: database.url,
    }),
    new DemoSignIn({ people, production: false }),
    createLogger({ name: 'node', level: 'silent' }),
  );
  await savePeople(node.context.database as never, [
    { subject: 'admin', name: 'Claire Donnelly', jobTitle: 'Administrator', roles },
  ]);
  const signedIn = await fetch(`${node.url}/sign-in/demo/admin`, { redirect: 'manual' });
  cookie = cookiesOf(signedIn);
});
afterAll(async () => {
  await node.stop();
  await hub.stop();
  await drop();
});

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
}

async function open(path: string): Promise<string> {
  return (await fetch(`${node.url}${path}`, { headers: { cookie } })).text();
}

async function send(
  page: string,
  path: string,
  fields: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const form = await fetch(`${node.url}${page}`, { headers: { cookie } });
  const token = /name="_csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  const answer = await fetch(`${node.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      cookie: [cookie, cookiesOf(form)].filter(Boolean).join('; '),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ ...fields, _csrf: token }).toString(),
  });
  return { status: answer.status, text: await answer.text() };
}

it('joins by the pages, from not having joined to live, and shows the recovery key once', {
  timeout: 60_000,
}, async () => {
  expect(await open('/admin/network')).toContain('Not joined yet');
  const wrong = await send('/admin/network', '/admin/network/join', {
    hubUrl: hub.url,
    invitation: 'a-code-that-nobody-issued',
  });
  expect(wrong.status).toBe(409);
  expect(wrong.text).toContain('The hub does not know this invitation code');
  expect(wrong.text).toContain('a-code-that-nobody-issued');
  expect((await send('/admin/network', '/admin/network/join', { hubUrl: '', invitation: '' })).text).toContain(
    'Enter the address of the hub',
  );
  expect(await node.context.network.membership()).toBeNull();

  const { code } = await invite(hub.hub.context, { authorityName: 'Test', operator: null });
  const joined = await send('/admin/network', '/admin/network/join', { hubUrl: hub.url, invitation: code });
  expect(joined.status).toBe(200);
  expect(joined.text.match(/app-phrase__word/g)).toHaveLength(12);
  const phrase = /name="phrase" value="([^"]+)"/.exec(joined.text)?.[1] ?? '';

  const waiting = await open('/admin/network');
  expect(waiting).toContain('Compare fingerprints by telephone');
  expect(waiting).not.toContain(phrase);
  const read = [...waiting.matchAll(/app-spoken__text">([0-9A-Z]{4})</g)].map((match) => match[1]);
  // The hub's six groups come first, then the node's.
  const fingerprint = read.slice(-6).join(' ');
  const membership = await node.context.network.membership();
  await confirmFingerprint(hub.hub.context, { node: membership?.node ?? '', fingerprint, operator: null });
  await followNetwork(node.context);
  // The node's own job may be in the middle of the run already.
  const live = await vi.waitFor(
    async () => {
      const page = await open('/admin/network');
      expect(page).toMatch(/govuk-tag--green">\s*Live\s*</);
      return page;
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(live).not.toMatch(/>\s*Waiting\s*</);
  expect(live).toContain('Waiting to be sent');

  expect(await open('/admin/network/keys')).toContain('Signs now');
  const misspelt = await send('/admin/network/keys', '/admin/network/keys/recovery', {
    phrase: phrase.replace(/ \w+$/, ' zoo'),
    lastTrusted: '4',
  });
  expect(misspelt.status).toBe(409);
  expect(misspelt.text).toContain('These are not the twelve words');
  const before = (await node.context.keys.current()).kid;
  const prepared = await send('/admin/network/keys', '/admin/network/keys/recovery', { phrase, lastTrusted: '4' });
  expect(prepared.status).toBe(200);
  expect((await node.context.keys.current()).kid).toBe(before);
  expect((await send('/admin/network/keys', '/admin/network/keys/recovery/send', {})).status).toBe(303);
  expect((await node.context.keys.current()).kid).not.toBe(before);
  await followNetwork(node.context);
  expect((await node.context.network.membership())?.state).toBe('live');
});
