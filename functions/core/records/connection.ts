import type { DatasetFinding } from '../datasets/find-dataset.ts';
import type { Inventory } from '../datasets/inventory.ts';
import type { Credential } from '../storage/credential.ts';
import type { AccountTarget } from '../storage/target.ts';
import type { LastVerdict } from './history-entry.ts';
import type { NextCheck } from './schedule.ts';
import type { Verification } from './verdict.ts';

/** Where a saved connection points: to one bucket, or (without `bucket`) to an account. */
export interface SavedTarget extends AccountTarget {
  readonly bucket?: string;
  readonly prefix: string;
}

/** A connection as it is kept. Its secret is in the vault under its uid; here is only which version of it counts. */
export interface Connection {
  /** UUIDv7, so that newest first is key order. */
  readonly uid: string;
  /** Counted per organization; fits 32 bits. */
  readonly id: number;
  readonly organizationId: number;
  readonly name: string;
  readonly target: SavedTarget;
  readonly credential: CredentialReference;
  /** Whether an answer may ever carry the secret: decided by the API that made the connection. */
  readonly revealable: boolean;
  readonly verification: Verification;
  /** CVAL: whether its dataset is to be followed. */
  readonly synchronize: boolean;
  /** CVAL: whether the bucket held a dataset when it was last looked; beside the verdict, and no part of it. */
  readonly dataset?: DatasetFinding;
  /** CVAL, followed datasets: what was in it when it was last counted. */
  readonly inventory?: Inventory;
  /** Absent on what an earlier version of the service stored, until the janitor has seen it. */
  readonly check?: NextCheck;
  /** The last verdict there was, also while it is being verified anew. */
  readonly lastVerdict?: LastVerdict;
  /** Counts the lines of its history, and what was recorded without one; absent: none. */
  readonly recorded?: number;
  /** Its secret is marked as this table's; absent on what an earlier version of the service stored, until its next check. */
  readonly isSecretMarked?: true;
  /** Nodeum: mount options, kept as they were given. */
  readonly options?: string;
  /** Avala: the distribution in front of the bucket, kept as it was given. */
  readonly cloudFront?: CloudFront;
  /** Milliseconds since the epoch, like every time here. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Counts the changes; a change is made to the version that was seen, or not at all. */
  readonly version: number;
}

/** Which credential a connection has, without what is secret in it. */
export interface CredentialReference {
  readonly kind: Credential['kind'];
  /** The public part: an access key id, an account name, a client e-mail, a role's ARN. */
  readonly accessKey: string;
  /** The version of the connection's secret that counts. */
  readonly version: string;
}

/** A CloudFront distribution, as far as it was given. */
export interface CloudFront {
  readonly domain?: string;
  readonly publicKeyId?: string;
}

/** The most connections that an organization may have: lists, filters and names look at all of them. */
export const mostConnections = 10_000;

const place = ['provider', 'endpoint', 'vendor', 'proxy', 'region', 'bucket', 'prefix'] as const;

/** Whether two targets are one place, reached the same way. */
export const isSameTarget = (a: SavedTarget, b: SavedTarget): boolean => place.every((part) => a[part] === b[part]);
