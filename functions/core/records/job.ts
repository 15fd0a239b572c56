import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Cause } from './check-cause.ts';
import type { CredentialReference, SavedTarget } from './connection.ts';
import { jobTimes } from './timeouts.ts';
import type { Verdict } from './verdict.ts';

/**
 * A verification that outlives a request. It is found by what it verifies (`fingerprint.ts`), so that posting the
 * same body again is the poll; `generation` tells apart the jobs that one fingerprint has over time.
 */
export interface Job extends JobReference {
  readonly organizationId: number;
  /** Without a bucket, the account is what is verified. */
  readonly target: SavedTarget;
  /** Whether to count, too, what is in the buckets of an account: asked for by a test of one that nobody saved. */
  readonly survey?: true;
  /** The saved connection that is verified; absent for one that nobody saved, whose credential lives as long as its job. */
  readonly saved?: SavedSubject;
  /** Milliseconds since the epoch, like every time here. */
  readonly startedAt: number;
  /**
   * From here on, a job without a verdict counts as interrupted. A lease: every pass extends it, so that a loop that
   * died without saying so is noticed within `jobTimes.lease` of when it should have been heard of.
   */
  readonly deadlineAt: number;
  /** From here on the row does not count, whether or not the table has removed it yet. */
  readonly expiresAt: number;
  /** Absent until the loop has begun on it, and in jobs that are not tests. */
  readonly progress?: SurveyProgress;
  /** What the loop is waiting to pass; absent until an attempt has failed for a reason that may. */
  readonly waitingFor?: WaitingFor;
  readonly verdict?: SettledVerdict;
}

/** Why a job is still running: what its last attempt at the storage came to. */
export interface WaitingFor {
  readonly diagnosis: Diagnosis;
  /** Whether the storage has answered any attempt so far, be it with a failure. */
  readonly hasAnswered: boolean;
}

/** How far a survey is, in buckets; both are 0 until the account has listed its own. */
export interface SurveyProgress {
  readonly done: number;
  readonly total: number;
}

/** A saved connection as a job knows it: who, which version of its secret, and why it is looked at. */
export interface SavedSubject {
  readonly uid: string;
  readonly credentialVersion: string;
  readonly cause: Cause;
  /** What the connection moves to with the verdict, where its secret has another current version: that is looked with. */
  readonly credential?: CredentialReference;
}

export interface JobReference {
  readonly fingerprint: string;
  readonly generation: number;
}

export interface SettledVerdict {
  readonly settledAt: number;
  /** When a caller was first told; absent until then. */
  readonly deliveredAt?: number;
  readonly outcome: Verdict;
}

/** What a reader finds in a job's place. */
export type Standing =
  /** Nothing that counts; `seen` is the row in that place, if there is one. */
  | { readonly kind: 'none'; readonly seen: Job | undefined }
  | { readonly kind: 'running'; readonly job: Job }
  /** No verdict, and none will come: its execution died. */
  | { readonly kind: 'overdue'; readonly job: Job }
  | { readonly kind: 'settled'; readonly job: Job; readonly verdict: SettledVerdict };

/** How long a verdict is served after its delivery. An interruption says nothing about the storage. */
function servedFor(outcome: Verdict): number {
  if (outcome.status === 'connected') return jobTimes.served;
  return outcome.diagnosis.code === 'interrupted' ? 0 : jobTimes.servedFailed;
}

/**
 * Until when a verdict answers the same request. Where that request is the poll, it is served for a while after its
 * delivery. A survey has an id to poll by: once its verdict was delivered it is over, and before that it is served for as
 * long as clients repeat a request that had no answer.
 */
function servedUntil({ survey }: Job, { outcome, settledAt, deliveredAt }: SettledVerdict): number {
  if (survey) return deliveredAt ?? settledAt + jobTimes.served;
  return deliveredAt === undefined ? Number.POSITIVE_INFINITY : deliveredAt + servedFor(outcome);
}

/** Where a job stands at `now`. */
export function standingAt(job: Job | undefined, now: number): Standing {
  if (!job || now >= job.expiresAt) return { kind: 'none', seen: job };
  const { verdict } = job;
  if (!verdict) return now >= job.deadlineAt ? { kind: 'overdue', job } : { kind: 'running', job };
  if (now >= servedUntil(job, verdict)) return { kind: 'none', seen: job };
  return { kind: 'settled', job, verdict };
}

/**
 * The next job for a fingerprint. Generations only grow, also over rows that the table has dropped: an execution's
 * name is made of fingerprint and generation and cannot be used again for 90 days.
 */
export function nextJob(
  of: Pick<Job, 'fingerprint' | 'organizationId' | 'target' | 'saved' | 'survey'>,
  seen: Job | undefined,
  now: number,
): Job {
  return {
    ...of,
    generation: Math.max(now, (seen?.generation ?? 0) + 1),
    startedAt: now,
    deadlineAt: now + jobTimes.lease,
    expiresAt: now + jobTimes.execution + jobTimes.kept,
  };
}
