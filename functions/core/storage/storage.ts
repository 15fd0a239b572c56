import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Credential } from './credential.ts';
import type { AccountTarget, StorageTarget } from './target.ts';

/** What a storage answered: a value, or what is wrong in the closed vocabulary of `diagnosis.ts`. */
export type StorageAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnosis: Diagnosis };

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, in epoch milliseconds; absent where the storage does not say, or says what cannot be. */
  readonly modifiedAt?: number;
}

export interface ListPage {
  readonly objects: readonly StoredObject[];
  /** Opaque; hand it to the next `list` call. Absent on the last page. */
  readonly next?: string;
}

/**
 * One bucket (or container) under one credential: the driver interface. Everything that all storages share
 * is in `pass.ts`; a driver only speaks its protocol. No method throws for what a storage answers, and nothing
 * a storage or an SDK said reaches the caller.
 */
export interface Bucket {
  /** One page of at most 1,000 keys under the target's prefix, in the storage's order; one call to the storage. */
  list(continuation?: string): Promise<StorageAnswer<ListPage>>;
  /**
   * A URL at which a plain HTTP PUT, without further headers, is accepted for `key` until it expires. Computed
   * locally: no call to the storage. `expiresIn` in seconds.
   */
  signPut(key: string, expiresIn: number): Promise<string>;
  /** The endpoint in the form the provider's own tools want, where that differs from what callers send (Azure). */
  readonly reformattedEndpoint?: string;
}

/** What an account's list says of one of its buckets or containers. */
export interface ListedBucket {
  readonly name: string;
  /** Where the listing says. */
  readonly region?: string;
}

/** One storage account under one credential. */
export interface Account {
  /** Every bucket the credential may see, 10,000 at most, in the storage's order. */
  listBuckets(): Promise<StorageAnswer<readonly ListedBucket[]>>;
}

/**
 * Opens buckets and accounts. Opening makes no call to the storage (an assumed role is assumed); it fails where the
 * target or credential is malformed for its provider (`ok: false`). `deadline` ends every call made through what was
 * opened.
 */
export interface Storage {
  open(target: StorageTarget, credential: Credential, deadline: AbortSignal): Promise<StorageAnswer<Bucket>>;
  openAccount(target: AccountTarget, credential: Credential, deadline: AbortSignal): Promise<StorageAnswer<Account>>;
  /**
   * What is wrong with how its owner guards a credential: `role-open` for a role that can be assumed without naming the
   * external id, by which anybody who knows its ARN could have this service use it (IAM User Guide, "The confused
   * deputy problem"). A role that could not be tried is not known to be guarded either: then it is why. Nothing is
   * wrong with credentials of other kinds, which are not looked at.
   *
   * One call to STS for a role and none to the storage; meant for when a role is first entrusted and when its owner
   * asks, after it has been found to work.
   */
  exposure(credential: Credential): Promise<Diagnosis | undefined>;
}
