/**
 * The parts of a connection that a person can be asked to correct. Each dialect has its own spelling for them
 * (`secretKey`, `s3_secret_access_key`, `secret_key`); the core knows only these.
 */
export type Field =
  | 'provider'
  | 'endpoint'
  | 'region'
  | 'bucket'
  | 'prefix'
  /** The proxy through which the storage is reached. */
  | 'proxy'
  /** The public part of a credential: an access key id, an account name. */
  | 'accessKey'
  /** The secret part of a credential. */
  | 'secretKey';
