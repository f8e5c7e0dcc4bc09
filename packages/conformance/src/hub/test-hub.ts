import { randomUUID } from 'node:crypto';
import {
  type AuthorityProfile,
  fingerprintOf,
  followHubKeys,
  generatePrivateJwk,
  HubClient,
  openSigningKey,
  protocolLimits,
  protocolVersion,
  readWellKnown,
  thumbprintOf,
  type WellKnown,
} from '@practice-exchange/protocol';
import { must, type Outcome, Recorder, type Report } from '../report.ts';
import { checkEnvelopes } from './envelopes.ts';
import { checkJoining } from './joining.ts';
import { checkKeys } from './keys.ts';
import { notTestableAtHub } from './not-testable.ts';
import { RawClient } from './raw-client.ts';
import { checkRequests } from './requests.ts';
import type { Subject } from './subject.ts';

export type HubConformance = {
  readonly hubUrl: string;
  readonly invitation: string;
  /** Has a person at the hub confirm the fingerprint. Resolves when that was asked for; the suite then waits for the hub. */
  readonly confirm: (subject: { node: string; fingerprint: string }) => Promise<void>;
  readonly tell?: (outcome: Outcome) => void;
  /** How long a person may take, in milliseconds. Ten minutes unless given. */
  readonly patienceMs?: number;
};

/** As no council is called; every code of it is unreal on purpose. */
const profile: AuthorityProfile = {
  name: 'Conformance suite (no authority)',
  onsCode: 'E99000099',
  region: 'london',
  type: 'unitary',
  childPopulation: 1,
};

/**
 * Checks a hub from outside against FEDERATION.md: joins it as a node would, with an invitation, and sends what keeps each rule
 * and what breaks it. What it publishes is for its own authority alone and is withdrawn at the end; the node that it was is
 * left frozen, to be expelled. Gives one outcome for each thing looked at.
 */
export async function testHub(options: HubConformance): Promise<Report> {
  const recorder = new Recorder(options.tell);
  const hubUrl = new URL(options.hubUrl).origin;
  const wellKnown = await checkWellKnown(recorder, hubUrl);
  if (wellKnown) {
    const node = randomUUID();
    const key = openSigningKey(generatePrivateJwk());
    const subject: Subject = {
      recorder,
      wellKnown,
      profile,
      invitation: options.invitation,
      recoveryKey: openSigningKey(generatePrivateJwk()),
      raw: new RawClient({ hubUrl, hub: wellKnown.hub, node, key }),
      client: new HubClient({ hubUrl, hubId: wellKnown.hub, node, key }),
      authority: '',
      head: { node, epoch: 1, seq: 0, hash: '' },
      confirm: () => options.confirm({ node, fingerprint: fingerprintOf(key.publicJwk) }),
      patienceMs: options.patienceMs ?? 600_000,
    };
    if (await checkJoining(subject)) {
      await checkRequests(subject);
      await checkEnvelopes(subject);
      await checkKeys(subject);
    }
  }
  for (const [rule, detail] of Object.entries(notTestableAtHub)) {
    recorder.record({ rule, result: 'not-testable', detail });
  }
  return recorder.report;
}

async function checkWellKnown(recorder: Recorder, hubUrl: string): Promise<WellKnown | undefined> {
  const document = await recorder.check('VER-1', 'says who it is to anyone', () => readWellKnown(hubUrl));
  if (!document) return undefined;
  await recorder.check('VER-3', 'lists the versions that it speaks, newest first', () => {
    const { versions } = document;
    must(versions.includes(protocolVersion), `speaks ${versions.join(', ')}, not ${protocolVersion}`);
    must(
      versions.every((version, at) => at === 0 || version < (versions[at - 1] ?? 0)),
      'they are not newest first',
    );
  });
  await recorder.check('KEY-5', 'names its keys by their thumbprints', () => {
    for (const { kid, key } of document.keys) must(thumbprintOf(key) === kid, 'a kid is not the thumbprint of its key');
  });
  await recorder.check('ROT-10', 'has each of its keys signed for by the one before', () => {
    const [oldest] = [...document.keys].sort((a, b) => (a.from ?? '').localeCompare(b.from ?? ''));
    if (!oldest) return;
    const trusted = followHubKeys(document.hub, new Map([[oldest.kid, oldest.key]]), document.keys);
    must(
      document.keys.every(({ kid }) => trusted.has(kid)),
      'a key is listed that no other vouches for',
    );
  });
  await recorder.check('LIM-1', 'advertises limits within those of the protocol', () => {
    const { limits } = document;
    for (const name of ['jwsBytes', 'bodyBytes', 'batchItems', 'requestBytes', 'tokenSeconds'] as const) {
      must(limits[name] <= protocolLimits[name], `${name} is ${limits[name]}, over ${protocolLimits[name]}`);
    }
  });
  return document;
}
