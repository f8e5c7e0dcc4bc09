import type { z } from 'zod';
import {
  type AuthorityProfile,
  type EnrolmentResponse,
  enrolmentRequestSchema,
  enrolmentResponseSchema,
  proveEnrolment,
} from './enrolment.ts';
import { chunkNameSchema } from './holdings.ts';
import { HubCalls, type HubClientOptions } from './hub-calls.ts';
import { HubProblem } from './hub-problem.ts';
import { keyRecoveryRequestSchema, keyRetirementRequestSchema } from './key-recovery.ts';
import type { PublicJwk } from './keys.ts';
import {
  type ChunkResponse,
  type ComparisonResponse,
  type CursorResponse,
  chunkResponseSchema,
  comparisonRequestSchema,
  comparisonResponseSchema,
  cursorResponseSchema,
  type EpochsResponse,
  epochsRequestSchema,
  epochsResponseSchema,
  type LogResponse,
  logResponseSchema,
  type RepairResponse,
  repairResponseSchema,
} from './manifest.ts';
import { type MembershipResponse, membershipResponseSchema } from './membership.ts';
import {
  type PublicationItem,
  type PublicationsResponse,
  publicationsRequestSchema,
  publicationsResponseSchema,
  type ReceiptsResponse,
  receiptsResponseSchema,
} from './publication-messages.ts';
import type { OnBehalfOf } from './request-token.ts';
import {
  type RiskReport,
  type RiskReportRequest,
  type RiskReportsResponse,
  riskAnswerRequestSchema,
  riskReportRequestSchema,
  riskReportSchema,
  riskReportsResponseSchema,
} from './risk-report-messages.ts';
import {
  type AnonymityCountRequest,
  type AnonymityCountResponse,
  anonymityCountRequestSchema,
  anonymityCountResponseSchema,
  type DirectoryResponse,
  directoryResponseSchema,
  type LearningResponse,
  learningResponseSchema,
  type SearchRequest,
  type SearchResponse,
  type SimilarLearning,
  searchRequestSchema,
  searchResponseSchema,
  type WhatWasDoneRequest,
  type WhatWasDoneResponse,
  whatWasDoneRequestSchema,
  whatWasDoneResponseSchema,
} from './search-messages.ts';
import type { CompactJws } from './signing.ts';
import {
  hubPaths,
  learningPath,
  riskReportAnswerPath,
  type WellKnown,
  wellKnownSchema,
  withdrawalPath,
} from './well-known.ts';
import {
  aheadRequestSchema,
  type TombstonesResponse,
  tombstonesConfirmedRequestSchema,
  tombstonesConfirmedResponseSchema,
  tombstonesResponseSchema,
  type WithdrawalStanding,
  withdrawalStandingSchema,
} from './withdrawal-messages.ts';

/**
 * A node's side of every conversation with its hub. Each request is signed with the node's key and each answer is
 * checked against its schema. Every method throws `HubProblem` and nothing else for what the hub or the network did.
 */
export class HubClient {
  readonly #calls: HubCalls;
  #limits: WellKnown['limits'] | null = null;

  constructor(options: HubClientOptions) {
    this.#calls = new HubCalls(options);
  }

  /** What the hub says about itself: versions, keys, limits. */
  wellKnown(): Promise<WellKnown> {
    return this.#calls.send({ method: 'GET', path: hubPaths.wellKnown, response: wellKnownSchema });
  }

  /** How much the hub takes, as it advertises: asked once, and again after it has refused a batch for its size or shape. */
  async limits(): Promise<WellKnown['limits']> {
    this.#limits ??= (await this.wellKnown()).limits;
    return this.#limits;
  }

  /** Asks to join with an invitation code; proves possession of the key. The same request again gets the same answer. */
  enrol(invitation: string, authority: AuthorityProfile, recoveryKey: PublicJwk): Promise<EnrolmentResponse> {
    const { hubId: hub, node, key } = this.#calls.options;
    const body = enrolmentRequestSchema.parse({
      invitation,
      node,
      publicKey: key.publicJwk,
      recoveryKey,
      authority,
      proof: proveEnrolment({ hub, node, invitation, recoveryKey }, key),
    });
    return this.#calls.send({ method: 'POST', path: hubPaths.enrolments, body, response: enrolmentResponseSchema });
  }

  /** What the hub has registered of this node: its state, switches, keys, and how the conformance run stands. */
  membership(): Promise<MembershipResponse> {
    return this.#calls.send({ method: 'GET', path: hubPaths.membership, response: membershipResponseSchema });
  }

  /** Retires an older key of this node: it signs nothing any more. */
  retireKey(kid: string): Promise<MembershipResponse> {
    const body = keyRetirementRequestSchema.parse({ kid });
    return this.#calls.send({
      method: 'POST',
      path: hubPaths.keyRetirements,
      body,
      response: membershipResponseSchema,
    });
  }

  /** Sends a change of keys that the recovery key signed. This client speaks with the new key. */
  recoverKey(recovery: string): Promise<MembershipResponse> {
    const body = keyRecoveryRequestSchema.parse({ node: this.#calls.options.node, recovery });
    return this.#calls.send({ method: 'POST', path: hubPaths.keyRecoveries, body, response: membershipResponseSchema });
  }

  /** Sends publications in the order of the log. Sending the same again is safe: the same receipts come back. */
  publish(items: readonly PublicationItem[]): Promise<PublicationsResponse> {
    return this.#sendBatch(hubPaths.publications, items, publicationsResponseSchema);
  }

  /**
   * Receipts after a position, 0 for all. With `waitMs` the hub waits that long for the next one before it answers.
   * `undelivered` tells the hub how many publications wait here, so that its operators see a node that falls behind.
   * `last` is the digest of the receipt at that position: `feed-changed` when the hub's is another.
   */
  receipts(after: number, waitMs = 0, undelivered?: number, last: string | null = null): Promise<ReceiptsResponse> {
    return this.#calls.send({
      method: 'GET',
      path: hubPaths.receipts,
      query: new URLSearchParams({
        after: String(after),
        waitMs: String(waitMs),
        ...(undelivered === undefined ? {} : { undelivered: String(undelivered) }),
        ...(last === null ? {} : { last }),
      }).toString(),
      timeoutMs: this.#calls.options.timeoutMs + waitMs,
      response: receiptsResponseSchema,
    });
  }

  /** Sends a withdrawal ahead of everything that waits before it in the log. Sending it again is safe. */
  withdrawAhead(envelope: CompactJws): Promise<WithdrawalStanding> {
    const body = aheadRequestSchema.parse({ envelope });
    return this.#calls.send({ method: 'POST', path: hubPaths.withdrawals, body, response: withdrawalStandingSchema });
  }

  /** Where the withdrawal of one of this node's records stands; `not-found` when the hub knows of none. */
  withdrawal(record: string): Promise<WithdrawalStanding> {
    return this.#calls.send({ method: 'GET', path: withdrawalPath(record), response: withdrawalStandingSchema });
  }

  /** Records that this node could see and can no longer, after a position of its feed, 0 for all. */
  tombstones(after: number): Promise<TombstonesResponse> {
    const query = new URLSearchParams({ after: String(after) }).toString();
    return this.#calls.send({ method: 'GET', path: hubPaths.tombstones, query, response: tombstonesResponseSchema });
  }

  /** Says that nothing kept here holds anything of the records up to a position of the tombstone feed. */
  async confirmTombstones(upTo: number): Promise<void> {
    const body = tombstonesConfirmedRequestSchema.parse({ upTo });
    const response = tombstonesConfirmedResponseSchema;
    await this.#calls.send({ method: 'POST', path: hubPaths.tombstonesConfirmed, body, response });
  }

  /** Where the hub stands with this node. */
  cursor(): Promise<CursorResponse> {
    return this.#calls.send({ method: 'GET', path: hubPaths.cursor, response: cursorResponseSchema });
  }

  /** This node's own publications as the hub holds them, after a place, as many as fit into one answer. */
  log(epoch: number, after: number): Promise<LogResponse> {
    return this.#calls.send({
      method: 'GET',
      path: hubPaths.log,
      query: new URLSearchParams({ epoch: String(epoch), after: String(after) }).toString(),
      response: logResponseSchema,
    });
  }

  /** Compares what both ends hold, by this node's signed manifest. */
  compare(manifest: string): Promise<ComparisonResponse> {
    const body = comparisonRequestSchema.parse({ manifest });
    return this.#calls.send({ method: 'POST', path: hubPaths.manifest, body, response: comparisonResponseSchema });
  }

  /** Everything that the hub holds of this node in one chunk. */
  chunk(name: string): Promise<ChunkResponse> {
    const path = hubPaths.manifestChunk.replace(':chunk', chunkNameSchema.parse(name));
    return this.#calls.send({ method: 'GET', path, response: chunkResponseSchema });
  }

  /** Asks for the next epoch. Asking again is safe, and how one learns that a person has approved it. */
  requestEpoch(request: string, approval?: string): Promise<EpochsResponse> {
    const body = epochsRequestSchema.parse(approval === undefined ? { request } : { request, approval });
    return this.#calls.send({ method: 'POST', path: hubPaths.epochs, body, response: epochsResponseSchema });
  }

  /** Has the hub build records anew from publications that it had already, with the bodies that it may have lost. */
  repair(items: readonly PublicationItem[]): Promise<RepairResponse> {
    return this.#sendBatch(hubPaths.repairs, items, repairResponseSchema);
  }

  /** Searches for a person. The words travel in the body. */
  search(request: SearchRequest, person: OnBehalfOf): Promise<SearchResponse> {
    const body = searchRequestSchema.parse(request);
    return this.#calls.send({ method: 'POST', path: hubPaths.search, body, person, response: searchResponseSchema });
  }

  /** What was done in the learning that answers a search best, grouped and quoted. The words travel in the body. */
  whatWasDone(request: WhatWasDoneRequest, person: OnBehalfOf): Promise<WhatWasDoneResponse> {
    const body = whatWasDoneRequestSchema.parse(request);
    return this.#calls.send({
      method: 'POST',
      path: hubPaths.whatWasDone,
      body,
      person,
      response: whatWasDoneResponseSchema,
    });
  }

  /** One learning record for a person. `gone` when it was withdrawn, `not-found` when there is none for this person. */
  learning(id: string, person: OnBehalfOf): Promise<LearningResponse> {
    return this.#calls.send({ method: 'GET', path: learningPath(id), person, response: learningResponseSchema });
  }

  /** Learning that is like a record, with why. */
  async similar(id: string, person: OnBehalfOf): Promise<readonly SimilarLearning[]> {
    return (await this.learning(id, person)).similar;
  }

  /** The authorities of the network. */
  directory(): Promise<DirectoryResponse> {
    return this.#calls.send({ method: 'GET', path: hubPaths.directory, response: directoryResponseSchema });
  }

  /** How many learning records share generalised codes. */
  anonymityCount(codes: AnonymityCountRequest['codes']): Promise<AnonymityCountResponse> {
    const body = anonymityCountRequestSchema.parse({ codes });
    return this.#calls.send({
      method: 'POST',
      path: hubPaths.anonymityCounts,
      body,
      response: anonymityCountResponseSchema,
    });
  }

  /** Reports that somebody could be recognised in a record of another authority. Sending it again is safe. */
  reportRisk(report: RiskReportRequest): Promise<RiskReport> {
    const body = riskReportRequestSchema.parse(report);
    return this.#calls.send({ method: 'POST', path: hubPaths.riskReports, body, response: riskReportSchema });
  }

  /** The reports that this node's authority made and those of its own records, after an id; all of them page by page. */
  riskReports(after?: string): Promise<RiskReportsResponse> {
    const query = after === undefined ? {} : { query: new URLSearchParams({ after }).toString() };
    return this.#calls.send({
      method: 'GET',
      path: hubPaths.riskReports,
      ...query,
      response: riskReportsResponseSchema,
    });
  }

  /** Answers a report of one of this node's records: why it stays as it is. Sending it again is safe. */
  answerRiskReport(id: string, says: string): Promise<RiskReport> {
    const body = riskAnswerRequestSchema.parse({ says });
    return this.#calls.send({ method: 'POST', path: riskReportAnswerPath(id), body, response: riskReportSchema });
  }

  async #sendBatch<T>(path: string, items: readonly PublicationItem[], response: z.ZodType<T>): Promise<T> {
    const body = publicationsRequestSchema.parse({ items });
    try {
      return await this.#calls.send({ method: 'POST', path, body, response });
    } catch (error) {
      // The hub may ask for less than when it was last asked for its limits.
      if (error instanceof HubProblem && limitCodes.has(error.code)) this.#limits = null;
      throw error;
    }
  }
}

const limitCodes: ReadonlySet<string> = new Set(['too-large', 'request-invalid']);
