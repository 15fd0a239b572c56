import type { AccessKeyPair, AssumedRole, Credential } from '../storage/credential.ts';
import type { StorageAnswer } from '../storage/storage.ts';

/**
 * Temporary credentials of a customer's role, under this deployment's own identity. `without external id` tries the
 * role without naming the external id, which a role that trusts anybody who names its ARN would allow.
 */
export type AssumeRole = (
  role: AssumedRole,
  how: 'as trusted' | 'without external id',
) => Promise<StorageAnswer<AccessKeyPair>>;

/**
 * Makes the secret of a new connection.
 *
 * @returns its version
 * @throws Throttled
 */
export type CreateCredential = (uid: string, credential: Credential) => Promise<string>;

/**
 * Marks a connection's secret as belonging to this deployment's connections table, as new ones are from the start; no
 * error when the secret is gone. Only what has the mark is ever taken for an orphan.
 *
 * @throws Throttled
 */
export type MarkCredential = (uid: string) => Promise<void>;

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

/**
 * The credential that the vault calls the current one, and its version; `unreadable` where somebody put something there
 * that is no credential. Undefined: there is no such secret.
 */
export type ReadCurrentCredential = (
  uid: string,
) => Promise<{ readonly version: string; readonly credential: Credential | 'unreadable' } | undefined>;

/** Removes a connection's secret for good; no error when there is none. */
export type DeleteCredential = (uid: string) => Promise<void>;
