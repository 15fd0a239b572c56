/** What proves to a storage who is asking. Never logged, never stored but in the vault. */
export type Credential = (AccessKeyPair | AccountKey | ServiceAccountKey | AssumedRole) & ThroughProxy;

/** What a proxy on the way asks for: as secret as the rest. */
export interface ThroughProxy {
  /** `user:password`, percent-encoded as in a URL. */
  readonly proxyUser?: string;
}

/** Amazon S3, every S3-compatible storage, and Google Cloud Storage by its HMAC keys. */
export interface AccessKeyPair {
  readonly kind: 'access-key-pair';
  readonly accessKey: string;
  readonly secretKey: string;
  /** With the temporary credentials of an assumed role. */
  readonly sessionToken?: string;
}

/** An Azure storage account's name and one of its two shared keys (base64). */
export interface AccountKey {
  readonly kind: 'account-key';
  readonly account: string;
  readonly key: string;
}

/** A Google service account, by the two parts of its key file that are ever used. */
export interface ServiceAccountKey {
  readonly kind: 'service-account-key';
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
}

/**
 * A role in the customer's AWS account that trusts this deployment's account under the organization's external id.
 * Nothing in it is secret; what it leads to lasts an hour and is never stored.
 */
export interface AssumedRole {
  readonly kind: 'assumed-role';
  readonly roleArn: string;
  readonly externalId: string;
}

/** The part of a credential that says who it is and may be shown. */
export function publicPart(credential: Credential): string {
  switch (credential.kind) {
    case 'access-key-pair':
      return credential.accessKey;
    case 'account-key':
      return credential.account;
    case 'service-account-key':
      return credential.clientEmail;
    case 'assumed-role':
      return credential.roleArn;
  }
}

/** The secret part of a credential as a caller would send it; undefined where there is none. Only for a reveal. */
export function secretPart(credential: Credential): string | undefined {
  switch (credential.kind) {
    case 'access-key-pair':
      return credential.secretKey;
    case 'account-key':
      return credential.key;
    case 'service-account-key': {
      const { clientEmail, privateKey } = credential;
      return JSON.stringify({ type: 'service_account', client_email: clientEmail, private_key: privateKey });
    }
    case 'assumed-role':
      return undefined;
  }
}
