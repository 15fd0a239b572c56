/** What proves to a storage who is asking. Never logged, never stored but in the vault. */
export type Credential = AccessKeyPair | AccountKey;

/** Amazon S3, every S3-compatible storage, and Google Cloud Storage by its HMAC keys. */
export interface AccessKeyPair {
  readonly kind: 'access-key-pair';
  readonly accessKey: string;
  readonly secretKey: string;
}

/** An Azure storage account's name and one of its two shared keys (base64). */
export interface AccountKey {
  readonly kind: 'account-key';
  readonly account: string;
  readonly key: string;
}
