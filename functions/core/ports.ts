import type {
  KeyUse,
  ListKeys,
  ListOrganizations,
  Page,
  ReadKeys,
  ReadKeyUse,
  ReadOrganizations,
  VerifyToken,
  WriteKeys,
  WriteOrganizations,
} from './access.ts';
import type { AuditEntry, AuditQuery, KeptAuditEntry } from './audit.ts';
import type { AccessKeyPair, AssumedRole, Credential } from './credential.ts';
import type { Job, JobReference, SavedSubject, SurveyProgress } from './job.ts';
import type { Allowance, TakeAllowance } from './limits.ts';
import type { Connection } from './saved-connection.ts';
import type { Storage, StorageAnswer } from './storage.ts';
import type { Verdict } from './verification.ts';

/**
 * What the service needs of the world, one entry per right. An endpoint or a task names the entries it needs; the
 * type checker holds its code to them, and the deployment grants its function exactly what they stand for.
 */
export interface Ports {
  'keys.read': ReadKeys;
  'organizations.read': ReadOrganizations;
  'tokens.verify': VerifyToken;
  'keyUse.note': KeyUse;
  'audit.write': WriteAudit;
  'limits.take': TakeAllowance;
  'jobs.write': Jobs;
  'unsavedJobs.admit': AdmitUnsavedJob;
  'unsavedJobs.leave': LeaveUnsavedJob;
  'unsavedCredentials.create': CreateUnsavedCredential;
  'unsavedCredentials.read': ReadUnsavedCredential;
  'unsavedCredentials.delete': DeleteUnsavedCredential;
  'fingerprintKey.read': ReadFingerprintKey;
  'loop.start': StartLoop;
  'storage.reach': Storage;
  'connections.read': ReadConnections;
  'connections.write': WriteConnections;
  'connections.verified': RecordVerification;
  'credentials.create': CreateCredential;
  'credentials.rotate': RotateCredential;
  'credentials.read': ReadCredential;
  'credentials.delete': DeleteCredential;
  'account.read': ReadAccount;
  /** From here on, the operator's. */
  'organizations.list': ListOrganizations;
  'organizations.write': WriteOrganizations;
  'keys.list': ListKeys;
  'keys.write': WriteKeys;
  'keyUse.read': ReadKeyUse;
  'audit.read': ReadAudit;
}

export type PortName = keyof Ports;

/** Puts an entry into the trail, in the place of the one with its id; kept for as long as the deployment says. */
export type WriteAudit = (entry: AuditEntry) => Promise<void>;
/** Part of an organization's trail; entries that are older than the deployment keeps them are not there. */
export type ReadAudit = (query: AuditQuery) => Promise<Page<KeptAuditEntry>>;

/** Rows of verification jobs. Every write is conditional, so that of two writers one wins and the other is told. */
export interface Jobs {
  /** The row as last written, expired or not. */
  read(fingerprint: string): Promise<Job | undefined>;
  /** Puts a job in the place of the one that was seen there (undefined: of none). False: somebody was quicker. */
  begin(job: Job, seen: Job | undefined): Promise<boolean>;
  /** Moves a running job's deadline. False: it has its verdict, or is not the job in that place any more. */
  extend(job: JobReference, deadlineAt: number): Promise<boolean>;
  /** Notes how far a running job is. False: it has its verdict, or is not the job in that place any more. */
  progress(job: JobReference, progress: SurveyProgress): Promise<boolean>;
  /** Gives a running job its verdict. False: it has one already, or is not the job in that place any more. */
  settle(job: JobReference, outcome: Verdict, at: number): Promise<boolean>;
  /** Notes when the verdict was first delivered; later deliveries change nothing. */
  deliver(job: JobReference, at: number): Promise<void>;
}

/** Thrown when a limit was met, the account's own or the deployment's: the caller is asked to come back. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
  readonly retryAfterSeconds: number;
  /** What was met, where it is one of the deployment's limits. */
  readonly allowance: Allowance | undefined;
  constructor(what: string, retryAfterSeconds = 5, allowance?: Allowance) {
    super(what);
    this.retryAfterSeconds = retryAfterSeconds;
    this.allowance = allowance;
  }
}

/**
 * Takes one of the deployment's places for concurrent unsaved jobs, whose short-lived secrets count against a quota
 * that the account's owner needs for other things too. A place that nobody leaves is free again at `until` (epoch
 * milliseconds). False: all are taken.
 */
export type AdmitUnsavedJob = (job: JobReference, until: number, now: number) => Promise<boolean>;
/** Leaves a job's place; no error when it has none. */
export type LeaveUnsavedJob = (job: JobReference) => Promise<void>;

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

/**
 * Temporary credentials of a customer's role, under this deployment's own identity. `without external id` tries the
 * role without naming the external id, which a role that trusts anybody who names its ARN would allow.
 */
export type AssumeRole = (
  role: AssumedRole,
  how: 'as trusted' | 'without external id',
) => Promise<StorageAnswer<AccessKeyPair>>;

/** Connections of one organization; another's are not there. */
export interface ReadConnections {
  byId(organizationId: number, id: number): Promise<Connection | undefined>;
  byUid(organizationId: number, uid: string): Promise<Connection | undefined>;
  /** All of them, newest first. */
  all(organizationId: number): Promise<readonly Connection[]>;
}

/**
 * A secret that a crash may have left behind: the vault is written after this is, so that whatever is in the vault
 * has either a connection or a note that says to remove it.
 */
export interface PendingSecret {
  readonly organizationId: number;
  readonly uid: string;
  /** From here on (epoch milliseconds) nobody is still at work on it. */
  readonly dueAt: number;
}

export interface WriteConnections extends ReadConnections {
  /** A number that no other connection of the organization has had; numbers may be left out. */
  nextId(organizationId: number): Promise<number>;
  /** Notes that a secret is about to be written. */
  expectSecret(pending: PendingSecret): Promise<void>;
  /** The notes of the organization whose time is due, 25 at most. */
  overdueSecrets(organizationId: number, now: number): Promise<readonly PendingSecret[]>;
  /** Removes a note whose secret is gone. */
  forgetSecret(pending: PendingSecret): Promise<void>;
  /**
   * Puts a connection there and removes the note on its secret, all or nothing; anything but `created`: nothing
   * happened. A `unique` name must be free and is kept free of others; a `shared` one is kept free if it is.
   * `full`: the organization has `mostConnections`.
   */
  create(connection: Connection, name: 'unique' | 'shared'): Promise<'created' | 'name-taken' | 'full'>;
  /**
   * Puts a changed connection in the place of the version that was seen. A new name is unique.
   * `overtaken`: somebody else was quicker; then, and when the name is taken, nothing happened.
   */
  update(connection: Connection, seen: Connection): Promise<'updated' | 'overtaken' | 'name-taken'>;
  /** Removes the version that was seen and notes that its secret is to go. False: somebody else was quicker. */
  remove(seen: Connection, pending: PendingSecret): Promise<boolean>;
}

/**
 * Records what a verification found, on the connection as it was verified: one whose target or credential changed in
 * between, or that waits for another job, is left alone.
 */
export type RecordVerification = (
  of: SavedSubject & { readonly organizationId: number; readonly job?: number },
  outcome: Verdict,
  at: number,
) => Promise<void>;

/**
 * Makes the secret of a new connection.
 *
 * @returns its version
 * @throws Throttled
 */
export type CreateCredential = (uid: string, credential: Credential) => Promise<string>;

export interface RotateCredential {
  /**
   * Adds a version to a connection's secret without making it the current one.
   *
   * @returns the version, or undefined when there is no such secret (any more)
   * @throws Throttled
   */
  add(uid: string, credential: Credential): Promise<string | undefined>;
  /** Makes a version the current one; no error when the secret is gone. */
  confirm(uid: string, version: string): Promise<void>;
}

/** The credential of a connection in one version, or undefined when it is not there. */
export type ReadCredential = (uid: string, version: string) => Promise<Credential | undefined>;
/** Removes a connection's secret for good; no error when there is none. */
export type DeleteCredential = (uid: string) => Promise<void>;

/** The AWS account that this deployment runs in, which customers' roles are to trust: twelve digits. */
export type ReadAccount = () => string;
