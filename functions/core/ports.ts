import type { ApiKey } from './api-key.ts';
import type { Credential } from './credential.ts';
import type { Job, JobReference } from './job.ts';
import type { Storage } from './storage.ts';
import type { Verdict } from './verification.ts';

/**
 * What the service needs of the world, one entry per right. An endpoint or a task names the entries it needs; the
 * type checker holds its code to them, and the deployment grants its function exactly what they stand for.
 */
export interface Ports {
  'keys.read': ApiKeys;
  'jobs.write': Jobs;
  'unsavedCredentials.create': CreateUnsavedCredential;
  'unsavedCredentials.read': ReadUnsavedCredential;
  'unsavedCredentials.delete': DeleteUnsavedCredential;
  'fingerprintKey.read': ReadFingerprintKey;
  'loop.start': StartLoop;
  'storage.reach': Storage;
}

export type PortName = keyof Ports;

export interface ApiKeys {
  /** The key of this id, or undefined. */
  find(id: string): Promise<ApiKey | undefined>;
}

/** Rows of verification jobs. Every write is conditional, so that of two writers one wins and the other is told. */
export interface Jobs {
  /** The row as last written, expired or not. */
  read(fingerprint: string): Promise<Job | undefined>;
  /** Puts a job in the place of the one that was seen there (undefined: of none). False: somebody was quicker. */
  begin(job: Job, seen: Job | undefined): Promise<boolean>;
  /** Moves a running job's deadline. False: it has its verdict, or is not the job in that place any more. */
  extend(job: JobReference, deadlineAt: number): Promise<boolean>;
  /** Gives a running job its verdict. False: it has one already, or is not the job in that place any more. */
  settle(job: JobReference, outcome: Verdict, at: number): Promise<boolean>;
  /** Notes when the verdict was first delivered; later deliveries change nothing. */
  deliver(job: JobReference, at: number): Promise<void>;
}

/** Thrown by ports when the account's own limits were met: the caller is asked to come back. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
}

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
