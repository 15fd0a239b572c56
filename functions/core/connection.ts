/** The storage APIs the service speaks. An S3-compatible storage of any vendor is `s3`. */
export type Provider = 's3' | 'gcs' | 'azure';

/** Where a connection points: everything about it but the credential. Made by `parseTarget`, so safe to hand on. */
export interface StorageTarget {
  readonly provider: Provider;
  /** Scheme, host, port and (Azure emulator only) path; no trailing slash, no userinfo, query or fragment. */
  readonly endpoint: string;
  /** Absent when the caller gave none: the provider finds it out where it matters. */
  readonly region?: string;
  readonly bucket: string;
  /** Keys looked at begin with this; empty for the whole bucket. */
  readonly prefix: string;
}
