import type { Field } from './field.ts';

/** The parts of a verification, in the order they are done; a diagnosis belongs to one of them. */
export const steps = ['resolve', 'connect', 'authenticate', 'list', 'read', 'sign', 'dataset'] as const;

export type Step = (typeof steps)[number];

/**
 * Whether a failure may mend itself without anybody doing something, which only the polling loop asks: `never` is a
 * verdict at once; `for` gives it so many seconds since the job began; `tries` so many further attempts; `until
 * deadline` as long as the job has. (functions/providers/README.md, "Connecting or error".)
 */
export type Settling =
  | { readonly kind: 'never' }
  | { readonly kind: 'for'; readonly seconds: number }
  | { readonly kind: 'tries'; readonly count: number }
  | { readonly kind: 'until-deadline' };

interface Entry {
  readonly step: Step;
  readonly field?: Field;
  readonly sentence: string;
  readonly remedy: string;
  readonly settling?: Settling;
}

const untilDeadline: Settling = { kind: 'until-deadline' };

const firstMinutes: Settling = { kind: 'for', seconds: 180 };

/**
 * The closed set of things that can be wrong, each with its wording. Programs act on the codes; nothing that a
 * remote host or an SDK said is ever part of a sentence. `{region}` is filled in by `diagnose`.
 */
const catalogue = {
  // Reaching the host
  'host-not-found': {
    step: 'resolve',
    field: 'endpoint',
    sentence: 'The host name of the endpoint does not exist.',
    remedy: 'Check the spelling of the endpoint.',
  },
  'account-host-not-found': {
    step: 'resolve',
    field: 'accessKey',
    sentence: 'No storage account of this name answers at the endpoint.',
    remedy: 'Check the account name and that the endpoint is in the right Azure cloud.',
    settling: firstMinutes,
  },
  'name-lookup-failed': {
    step: 'resolve',
    field: 'endpoint',
    sentence: 'The host name of the endpoint could not be looked up just now.',
    remedy: 'Try again; if it stays, check the name servers of the domain.',
    settling: untilDeadline,
  },
  'endpoint-not-an-account': {
    step: 'resolve',
    field: 'endpoint',
    sentence: 'The endpoint is not the address of the blob service of a storage account.',
    remedy: 'Enter the blob service endpoint of the account, without a container or path.',
  },
  'address-not-allowed': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The endpoint is at an address this service does not connect to.',
    remedy: 'Use a public https endpoint, or have the operator of this service allow the address.',
  },
  'connection-refused': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'Nothing accepts connections at the port of the endpoint.',
    remedy: 'Check the port, and that the storage is running.',
  },
  'connection-timed-out': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The endpoint did not answer in time.',
    remedy: 'Check that a firewall lets this service in and that the storage is up.',
    settling: untilDeadline,
  },
  'connection-reset': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The endpoint closed the connection before it answered.',
    remedy: 'Check the scheme (https or http) and the port of the endpoint.',
    settling: { kind: 'tries', count: 2 },
  },
  'host-unreachable': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'There is no network route to the endpoint.',
    remedy: 'Check the address of the endpoint and its network.',
  },
  'not-tls': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The endpoint does not speak https at this port.',
    remedy: 'Use the port that serves https, or http where the operator of this service allows it.',
  },
  'tls-handshake-failed': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The endpoint and this service could not agree on how to encrypt the connection.',
    remedy: 'Enable TLS 1.2 or newer at the endpoint, and do not require client certificates.',
  },
  'https-required': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The endpoint accepts https only.',
    remedy: 'Begin the endpoint with https://.',
  },
  'not-http': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'What answers at this port does not speak HTTP.',
    remedy: 'Check the port of the endpoint.',
  },
  'certificate-untrusted': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The certificate of the endpoint is not signed by an authority this service trusts.',
    remedy: 'Install a publicly trusted certificate, or have the operator of this service add your authority.',
  },
  'certificate-name-mismatch': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The certificate of the endpoint is for another host name.',
    remedy: 'Use the name the certificate was issued for.',
  },
  'certificate-expired': {
    step: 'connect',
    field: 'endpoint',
    sentence: 'The certificate of the endpoint has expired or is not yet valid.',
    remedy: 'Renew the certificate of the storage.',
  },
  'not-a-storage-api': {
    step: 'list',
    field: 'endpoint',
    sentence: 'The endpoint answers, but not as this kind of storage does.',
    remedy: 'Use the API endpoint of the storage, not its console or a website address.',
  },
  'endpoint-not-google': {
    step: 'resolve',
    field: 'endpoint',
    sentence: 'A Google service account is used at the https endpoint of Google Cloud Storage only.',
    remedy: 'Set the endpoint to https://storage.googleapis.com.',
  },
  'endpoint-is-console': {
    step: 'list',
    field: 'endpoint',
    sentence: "This is the port of the storage's console, not of its API.",
    remedy: 'Enter the port of the S3 API (MinIO: 9000, unless it was configured otherwise).',
  },
  'api-version-unsupported': {
    step: 'list',
    field: 'endpoint',
    sentence: 'The storage is too old: it supports no version of the Blob API that this service speaks.',
    remedy: 'Update the storage (Azure Stack Hub, Azurite), or connect one that supports version 2017-11-09 or newer.',
  },
  'answer-too-large': {
    step: 'list',
    field: 'endpoint',
    sentence: 'The endpoint sent a larger answer than a storage would.',
    remedy: 'Check that the endpoint is the API endpoint of the storage.',
  },
  redirected: {
    step: 'list',
    field: 'endpoint',
    sentence: 'The endpoint redirects elsewhere, which is not followed.',
    remedy: 'Enter the endpoint that serves the bucket itself.',
  },
  // The proxy on the way
  'proxy-not-allowed': {
    step: 'connect',
    field: 'proxy',
    sentence: 'The proxy is at an address this service does not connect to.',
    remedy: 'Use a public https proxy, or have the operator of this service allow the address of this one.',
  },
  'proxy-unreachable': {
    step: 'connect',
    field: 'proxy',
    sentence: 'The proxy cannot be reached.',
    remedy: 'Check host and port of the proxy, and that a firewall lets this service in.',
  },
  'proxy-failed': {
    step: 'connect',
    field: 'proxy',
    sentence: 'The proxy did not open a connection to the endpoint.',
    remedy: 'Check that this is an HTTP proxy, that it permits CONNECT, and that the endpoint can be reached from it.',
  },
  'proxy-credentials-wrong': {
    step: 'connect',
    field: 'proxy',
    sentence: 'The proxy does not accept its user name and password.',
    remedy: 'Enter the user name and password of the proxy as part of its address.',
  },
  // Who is asking
  'access-key-unknown': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The storage does not know this access key.',
    remedy: 'Enter an active access key of the account that owns the bucket.',
  },
  'secret-key-wrong': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The secret key does not belong to this access key.',
    remedy: 'Enter the access key and its secret key again.',
  },
  'signature-refused': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The storage does not accept the signature that is made with this secret key.',
    remedy:
      'Enter the secret key again, and then the access key: some storages answer so to one they do not know. If both ' +
      'are right, check whether a proxy in front of the storage rewrites the Host header or strips a part of the path.',
  },
  'account-key-wrong': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The key does not belong to this storage account.',
    remedy: 'Enter key1 or key2 of the storage account.',
    settling: { kind: 'tries', count: 2 },
  },
  'account-key-malformed': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The key is not a storage account key: those are base64.',
    remedy: 'Copy key1 or key2 of the storage account as a whole.',
  },
  'account-key-disabled': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The storage account does not permit access by account key.',
    remedy: 'Allow storage account key access in the configuration of the account.',
  },
  'account-name-malformed': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'This is not a storage account name: those are 3 to 24 lower-case letters and digits.',
    remedy: 'Enter the name of the storage account.',
  },
  'endpoint-of-another-account': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The endpoint belongs to another storage account than the one named.',
    remedy: 'Enter the account name that the endpoint begins with, or the endpoint of this account.',
  },
  'access-key-malformed': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'This is not an access key: those contain no space and no comma.',
    remedy: 'Copy the access key as a whole, and nothing besides it.',
  },
  'access-key-form-wrong': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The storage does not take this for an access key: it is swapped with the secret key, or malformed.',
    remedy: 'Enter the access key here and the secret key in its own field, each as a whole.',
  },
  'session-expired': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The temporary credential has expired or is not complete.',
    remedy: 'Use a long-lived access key.',
  },
  'session-token-refused': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The storage takes this access key for a temporary one, or its account has not enabled the region.',
    remedy:
      'Enter a long-lived access key; if it is one, enable the region of the bucket (opt-in region) in the AWS account ' +
      'of the key.',
  },
  'role-session-refused': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The storage does not accept the temporary credential of the role.',
    remedy:
      'Enable the region of the bucket (opt-in region) in the AWS account of the role, and see that the endpoint is ' +
      'one of Amazon S3.',
  },
  'private-key-malformed': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The private key of the service account cannot be read.',
    remedy: "Paste the service account's key file as it was downloaded.",
  },
  'service-account-malformed': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'This is not the e-mail address of a service account.',
    remedy: 'Enter the client_email of the key file.',
  },
  'service-account-key-revoked': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The key of the service account was deleted or disabled, or belongs to another service account.',
    remedy: 'Create a new key for the service account and enter it.',
  },
  'service-account-not-found': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'There is no such service account, or it is disabled.',
    remedy: 'Restore or enable the service account, or enter the key of another.',
  },
  'access-token-refused': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The storage does not accept the access token that was issued for the service account.',
    remedy: 'Create a new key for the service account and enter it.',
  },
  'project-unknown': {
    step: 'authenticate',
    field: 'accessKey',
    sentence:
      'Whose buckets are to be listed is not known: the e-mail address of the service account names no project.',
    remedy: 'Use a service account that was made in a project, or name the bucket.',
  },
  'role-malformed': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'This is not the ARN of an IAM role.',
    remedy: 'Enter the ARN of the role, such as arn:aws:iam::123456789012:role/storage.',
  },
  'role-not-assumable': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The role does not exist, or does not trust this service under your external id.',
    remedy: 'Let the trust policy of the role name the account of this service, with your external id as condition.',
    settling: { kind: 'for', seconds: 60 },
  },
  'role-open': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The role can be assumed without your external id, so others could have this service use it.',
    remedy: 'Make your external id a condition (sts:ExternalId) of the trust policy of the role.',
  },
  'account-suspended': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The storage provider has suspended or disabled the account.',
    remedy: 'Contact the storage provider.',
  },
  'account-being-created': {
    step: 'authenticate',
    field: 'accessKey',
    sentence: 'The storage account is still being created.',
    remedy: 'Wait until it is ready.',
    settling: untilDeadline,
  },
  'clock-skewed': {
    step: 'authenticate',
    sentence: "The storage's clock and the clock of this service differ too much.",
    remedy: 'Check the time on the storage; if it is right, tell the operator of this service.',
  },
  // The bucket and what is allowed in it
  'bucket-not-found': {
    step: 'list',
    field: 'bucket',
    sentence: 'There is no bucket or container of this name at the endpoint.',
    remedy: 'Check the name, and that the endpoint is the one the bucket lives at.',
  },
  'bucket-name-invalid': {
    step: 'list',
    field: 'bucket',
    sentence: 'The storage does not accept this as a bucket or container name.',
    remedy: 'Enter the bare name, not a URL or a path.',
  },
  'bucket-being-deleted': {
    step: 'list',
    field: 'bucket',
    sentence: 'The container is being deleted.',
    remedy: 'Wait until it is gone and make it anew, or choose another.',
    settling: untilDeadline,
  },
  'list-denied': {
    step: 'list',
    field: 'prefix',
    sentence: 'The storage does not let this credential list the bucket here.',
    remedy:
      'Allow listing of the bucket (s3:ListBucket), or set a prefix it is allowed for. If it is allowed, check that ' +
      'bucket and access key are the right ones.',
  },
  'bucket-not-found-or-denied': {
    step: 'list',
    field: 'bucket',
    sentence: 'There is no bucket of this name, or the service account may not list it.',
    remedy: 'Check the name, and grant the service account the role Storage Object Viewer on the bucket.',
  },
  'bucket-list-denied': {
    step: 'list',
    field: 'accessKey',
    sentence: 'The storage does not let this credential list the buckets of its account.',
    remedy: 'Allow listing buckets (s3:ListAllMyBuckets, storage.buckets.list), or name the bucket.',
  },
  'denied-by-organization': {
    step: 'list',
    field: 'accessKey',
    sentence: 'A policy of the AWS organization (service or resource control policy) does not permit listing.',
    remedy: 'Have the administrator of the AWS organization exempt the credential and the bucket from that policy.',
  },
  'denied-by-vpc-endpoint': {
    step: 'list',
    field: 'endpoint',
    sentence: 'The policy of a VPC endpoint on the way does not permit listing.',
    remedy: 'Have the operator of this service, or of the proxy, allow the bucket in the policy of that VPC endpoint.',
  },
  'denied-by-boundary': {
    step: 'list',
    field: 'accessKey',
    sentence: 'The permissions boundary of the user or role does not permit listing.',
    remedy: 'Have the administrator of its AWS account allow it in the permissions boundary.',
  },
  'denied-by-session-policy': {
    step: 'list',
    field: 'accessKey',
    sentence: 'The policy of the session, which the temporary credential was issued with, does not permit listing.',
    remedy: 'Have the credential issued without that session policy, or with one that allows it.',
  },
  'denied-by-bucket-policy': {
    step: 'list',
    field: 'bucket',
    sentence: 'The policy of the bucket does not permit this credential to list it.',
    remedy: 'Have the owner of the bucket lift the deny in the bucket policy, or allow s3:ListBucket there.',
  },
  'denied-by-identity-policy': {
    step: 'list',
    field: 'accessKey',
    sentence: 'A policy of the user or role itself, or of its group, denies listing.',
    remedy: 'Have the administrator of its AWS account lift the deny: allowing it elsewhere does not help.',
  },
  'denied-by-policy': {
    step: 'list',
    field: 'accessKey',
    sentence: 'A policy denies listing explicitly.',
    remedy:
      'Lift the deny, allowing it elsewhere does not help: look at the bucket policy, the policies of the user or role, ' +
      'its permissions boundary, and those of the AWS organization.',
  },
  'api-disabled': {
    step: 'list',
    field: 'accessKey',
    sentence: 'The Cloud Storage API is not enabled in the project of the service account.',
    remedy: 'Enable the Cloud Storage API in the project.',
  },
  'billing-disabled': {
    step: 'list',
    field: 'accessKey',
    sentence: 'The project has no billing account that is in order.',
    remedy: 'Enable billing for the project.',
  },
  'perimeter-denied': {
    step: 'list',
    field: 'endpoint',
    sentence: 'A service perimeter (VPC Service Controls) around the project does not admit this service.',
    remedy: 'Add an ingress rule for the service account to the perimeter.',
  },
  'requester-pays': {
    step: 'list',
    field: 'bucket',
    sentence: 'The bucket bills whoever reads it (requester pays).',
    remedy: 'Turn requester pays off for the bucket, or use a bucket without it.',
  },
  'encryption-key-denied': {
    step: 'list',
    field: 'accessKey',
    sentence: 'The credential may not use the encryption key of the bucket.',
    remedy: 'Allow kms:Decrypt and kms:GenerateDataKey on the key of the bucket.',
  },
  'network-not-allowed': {
    step: 'list',
    field: 'endpoint',
    sentence: 'The firewall of the storage account does not admit this service.',
    remedy: 'Allow access from the addresses of this service in the networking settings of the account.',
    settling: firstMinutes,
  },
  'permission-missing': {
    step: 'list',
    field: 'accessKey',
    sentence: 'The credential lacks a permission that listing needs.',
    remedy: 'Grant the credential the right to list and read blobs.',
  },
  'acceleration-off': {
    step: 'list',
    field: 'endpoint',
    sentence: 'The bucket cannot be reached at an accelerated endpoint.',
    remedy: 'Enable transfer acceleration for the bucket, or enter the endpoint of its region.',
  },
  'region-wrong': {
    step: 'list',
    field: 'region',
    sentence: 'The bucket is in the region {region}.',
    remedy: 'Set the region to {region}, and an endpoint that serves it.',
  },
  'region-unclear': {
    step: 'list',
    field: 'region',
    sentence: 'The bucket is in another region.',
    remedy: 'Set the region the bucket is in, and an endpoint of that region.',
  },
  'region-required': {
    step: 'list',
    field: 'region',
    sentence: 'The storage has to be told the region.',
    remedy: 'Set the region of the bucket; the host name of the endpoint usually contains it.',
  },
  'region-unknown': {
    step: 'list',
    field: 'region',
    sentence: 'The storage has no region of this name.',
    remedy: 'Set the region as the storage provider names it, or leave it empty.',
  },
  'region-of-another-endpoint': {
    step: 'list',
    field: 'region',
    sentence: 'The endpoint serves another region than the one named.',
    remedy: 'Set the region that is part of the endpoint, or the endpoint of the region.',
  },
  // The storage's own state
  'storage-busy': {
    step: 'list',
    sentence: 'The storage asks to slow down.',
    remedy: 'Try again in a minute.',
    settling: untilDeadline,
  },
  'storage-failed': {
    step: 'list',
    sentence: 'The storage is failing: it could not answer the request.',
    remedy: "Try again; if it stays, look at the storage's own status page.",
    settling: untilDeadline,
  },
  'request-refused': {
    step: 'list',
    sentence: 'The storage refused the request for a reason this service does not know.',
    remedy: 'Check endpoint, region and bucket, and the logs of the storage.',
  },
  // The stored credential
  'secret-missing': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The stored secret of the connection is not in the vault any more.',
    remedy: 'Send the secret key again.',
  },
  'secret-unreadable': {
    step: 'authenticate',
    field: 'secretKey',
    sentence: 'The current version of the stored secret was replaced by something that is no credential.',
    remedy: 'Put a credential of the documented form into the vault, or send the secret key again.',
  },
  // Ours
  interrupted: {
    step: 'list',
    sentence: 'The verification was interrupted before it could finish.',
    remedy: 'Verify again.',
  },
} as const satisfies Record<string, Entry>;

export type DiagnosisCode = keyof typeof catalogue;

/** Every code there is, for tests and documentation. */
export const diagnosisCodes = Object.keys(catalogue) as readonly DiagnosisCode[];

export const entry = (code: DiagnosisCode): Entry => catalogue[code];

/** Region names as vendors write them; anything else a server sends is not repeated. */
export const regionForm = /^[a-z0-9][a-z0-9-]{0,39}$/;
