/** What a key may do with a bucket. `list` stands for s3:ListBucket, and so also for HeadBucket and GetBucketLocation. */
export type S3Action = 'list' | 'get' | 'put' | 'delete';

/**
 * One grant. `bucket` is a bucket's name, or `*` for every bucket. With `prefix`, `list` is allowed only to requests
 * whose `prefix` parameter begins with it, and the other actions only on keys that begin with it (the effect of an
 * `s3:prefix` condition and of an object ARN `bucket/prefix*`).
 */
export interface S3Right {
  readonly bucket: string;
  readonly actions: readonly S3Action[];
  readonly prefix?: string;
}

/**
 * One access key. An inactive key answers like an unknown one. A key with `sessionToken` is temporary: requests must
 * carry that very token, and from `expiresAt` on they are refused with ExpiredToken.
 */
export interface S3Key {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly active?: boolean;
  readonly sessionToken?: string;
  readonly expiresAt?: Date;
  /** The IAM user or role whose key it is, by which bucket policies name it; absent: only `*` means it. */
  readonly arns?: readonly string[];
  readonly rights: readonly S3Right[];
}

/** A call that changed permissions, as the account's trail of API calls names it. */
export type ManagementCall =
  | { readonly eventName: 'PutBucketPolicy' | 'DeleteBucketPolicy'; readonly bucket: string }
  | { readonly eventName: 'UpdateAccessKey'; readonly accessKey: string; readonly status: 'Active' | 'Inactive' };

/**
 * One bucket. `owner` is the access key that sees it in ListBuckets and
 * may change its policy; it grants nothing else. `cors` allows every
 * origin, method and header. `accelerate` enables Transfer Acceleration. `objects` are put there once, when the bucket
 * is new: a bucket found in the data directory keeps what it holds.
 */
export interface S3Bucket {
  readonly name: string;
  readonly region: string;
  readonly owner?: string;
  readonly cors?: boolean;
  readonly accelerate?: boolean;
  readonly objects?: Readonly<Record<string, string | Uint8Array>>;
}
