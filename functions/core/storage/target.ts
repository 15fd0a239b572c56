import type { S3Vendor } from './s3-vendors.ts';

/** The storage APIs the service speaks. An S3-compatible storage of any vendor is `s3`. */
export type Provider = 's3' | 'gcs' | 'azure';

/**
 * Where an account-level connection points: everything about it but the credential. Made by `parseTarget`, so safe to
 * hand on.
 */
export interface AccountTarget {
  readonly provider: Provider;
  /** Scheme, host, port and (Azure emulator only) path; no trailing slash, no userinfo, query or fragment. */
  readonly endpoint: string;
  /** Absent when the caller gave none: the provider finds it out where it matters. */
  readonly region?: string;
  /** Whose storage speaks S3 here; absent where the host tells. */
  readonly vendor?: S3Vendor;
  /** An http(s) proxy through which the storage is reached; scheme, host and port. Its user is part of the credential. */
  readonly proxy?: string;
}

/** Where a connection to one bucket or container points. */
export interface StorageTarget extends AccountTarget {
  readonly bucket: string;
  /** Keys looked at begin with this; empty for the whole bucket. */
  readonly prefix: string;
}
