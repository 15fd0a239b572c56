import type { Job, JobReference, SurveyProgress, WaitingFor } from '../records/job.ts';
import type { Verdict } from '../records/verdict.ts';
import type { Credential } from '../storage/credential.ts';

/** Rows of verification jobs. Every write is conditional, so that of two writers one wins and the other is told. */
export interface Jobs {
  /** The row as last written, expired or not. */
  read(fingerprint: string): Promise<Job | undefined>;
  /** Puts a job in the place of the one that was seen there (undefined: of none). False: somebody was quicker. */
  begin(job: Job, seen: Job | undefined): Promise<boolean>;
  /**
   * Moves a running job's deadline, and records what it waits for where that is known. False: it has its verdict, or is
   * not the job in that place any more.
   */
  extend(job: JobReference, deadlineAt: number, waitingFor?: WaitingFor): Promise<boolean>;
  /** Notes how far a running job is. False: it has its verdict, or is not the job in that place any more. */
  progress(job: JobReference, progress: SurveyProgress): Promise<boolean>;
  /** Gives a running job its verdict. False: it has one already, or is not the job in that place any more. */
  settle(job: JobReference, outcome: Verdict, at: number): Promise<boolean>;
  /** Notes when the verdict was first delivered; later deliveries change nothing. */
  deliver(job: JobReference, at: number): Promise<void>;
}

/**
 * Takes one of the deployment's places for concurrent unsaved jobs, whose short-lived secrets count against a quota
 * that the account's owner needs for other things too. A place that nobody leaves is free again at `until` (epoch
 * milliseconds). False: all are taken.
 */
export type TakeJobSlot = (job: JobReference, until: number, now: number) => Promise<boolean>;

/** Leaves a job's place; no error when it has none. */
export type ReleaseJobSlot = (job: JobReference) => Promise<void>;

/**
 * Keeps the credential of an unsaved job for its loop, once: a second call for the same job changes nothing.
 * @throws Throttled
 */
export type CreateUnsavedCredential = (job: JobReference, credential: Credential) => Promise<void>;

/** The credential of a job, or undefined when it is not there (yet, or any more). */
export type ReadUnsavedCredential = (job: JobReference) => Promise<Credential | undefined>;

/** Removes the credential of a job for good; no error when there is none. */
export type DeleteUnsavedCredential = (job: JobReference) => Promise<void>;

/** The deployment's own key for fingerprints, with an id that changes when it is rotated. */
export type ReadFingerprintKey = () => Promise<{ readonly id: string; readonly key: string }>;

/**
 * Starts the polling loop for a job. Starting the same job again while it runs is the same execution.
 * @throws Throttled
 */
export type StartLoop = (job: JobReference) => Promise<void>;
