import type { DiagnosisCode } from '../../functions/core/diagnosis/catalogue.ts';
import type { Field } from '../../functions/core/diagnosis/field.ts';
import { canary } from '../conformance/storage/harness.ts';
import type { CannedAnswer } from '../conformance/storage/hostile.ts';

/** An error document with a message, and a text in it that is not to be repeated. */
export const errorAnswer = (status: number, code: string, message: string, more = ''): CannedAnswer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<Error><Code>${code}</Code><Message>${message} ${canary}</Message>${more}</Error>`,
});
export const denialAnswer = (message: string) =>
  errorAnswer(
    403,
    'AccessDenied',
    `User: arn:aws:iam::1:user/x is not authorized to perform: s3:ListBucket ${message}`,
  );

/** What is answered, the code it means, and the field that is at fault. */
export type Reply = [title: string, answer: CannedAnswer, code: DiagnosisCode, field?: Field];

/** Replies whose code has several causes. */
export const replies: readonly Reply[] = [
  [
    'Amazon, of a secret pasted as access key',
    errorAnswer(
      400,
      'AuthorizationHeaderMalformed',
      'The header is malformed; the Credential is mal-formed; expecting "&lt;YOUR-AKID&gt;/…/REGION/…".',
    ),
    'access-key-form-wrong',
    'accessKey',
  ],
  [
    'Amazon, of a malformed credential and the region of the bucket',
    {
      ...errorAnswer(400, 'AuthorizationHeaderMalformed', 'the Credential is mal-formed'),
      headers: { 'x-amz-bucket-region': 'eu-west-1' },
    },
    'access-key-form-wrong',
    'accessKey',
  ],
  [
    'Amazon, of no access key',
    errorAnswer(400, 'AuthorizationHeaderMalformed', 'a non-empty Access Key (AKID) must be provided'),
    'access-key-form-wrong',
    'accessKey',
  ],
  [
    'MinIO, of a malformed credential',
    errorAnswer(400, 'AuthorizationQueryParametersError', 'the Credential is mal-formed'),
    'access-key-form-wrong',
    'accessKey',
  ],
  [
    'Cloudflare R2, of a key of another length',
    errorAnswer(400, 'InvalidArgument', 'Credential access key has length 20, should be 32'),
    'access-key-form-wrong',
    'accessKey',
  ],
  [
    'Cloudflare R2, of an unknown key',
    errorAnswer(401, 'Unauthorized', 'Unauthorized'),
    'access-key-unknown',
    'accessKey',
  ],
  [
    'Oracle, of a key in another region',
    errorAnswer(403, 'SignatureDoesNotMatch', 'The region must be specified if it is not the home region.'),
    'region-required',
    'region',
  ],
  [
    'MinIO’s console',
    errorAnswer(403, 'AccessDenied', 'Request made to Console port, not to the API port.'),
    'endpoint-is-console',
    'endpoint',
  ],
  [
    'MinIO’s newer console',
    errorAnswer(400, 'InvalidArgument', 'Requests must be made to API port.'),
    'endpoint-is-console',
    'endpoint',
  ],
  [
    'MinIO, of a request without TLS',
    errorAnswer(400, 'InvalidRequest', 'No answer to a plain-text request.'),
    'https-required',
    'endpoint',
  ],
  [
    'MinIO, of a temporary key without its token',
    errorAnswer(403, 'InvalidTokenId', 'The security token is invalid'),
    'session-expired',
    'accessKey',
  ],
  [
    'Amazon, of a token for a key that has none',
    errorAnswer(400, 'InvalidToken', 'The token is malformed or otherwise invalid'),
    'session-token-refused',
    'accessKey',
  ],
  [
    'a service control policy',
    denialAnswer('with an explicit deny in a service control policy'),
    'denied-by-organization',
    'accessKey',
  ],
  [
    'no service control policy that allows it',
    denialAnswer('because no service control policy allows the action'),
    'denied-by-organization',
    'accessKey',
  ],
  [
    'a resource control policy',
    denialAnswer('with an explicit deny in a resource control policy'),
    'denied-by-organization',
    'accessKey',
  ],
  [
    'a VPC endpoint policy',
    denialAnswer('with an explicit deny in a VPC endpoint policy'),
    'denied-by-vpc-endpoint',
    'endpoint',
  ],
  [
    'no VPC endpoint policy that allows it',
    denialAnswer('because no VPC endpoint policy allows the action'),
    'denied-by-vpc-endpoint',
    'endpoint',
  ],
  [
    'a permissions boundary',
    denialAnswer('with an explicit deny in a permissions boundary'),
    'denied-by-boundary',
    'accessKey',
  ],
  [
    'no permissions boundary that allows it',
    denialAnswer('because no permissions boundary allows the action'),
    'denied-by-boundary',
    'accessKey',
  ],
  [
    'a session policy',
    denialAnswer('because no session policy allows the action'),
    'denied-by-session-policy',
    'accessKey',
  ],
  [
    'a bucket policy',
    denialAnswer('with an explicit deny in a resource-based policy'),
    'denied-by-bucket-policy',
    'bucket',
  ],
  [
    'a policy of the user',
    denialAnswer('with an explicit deny in an identity-based policy'),
    'denied-by-identity-policy',
    'accessKey',
  ],
  [
    'a policy of a kind that is new',
    denialAnswer('with an explicit deny in a galactic policy'),
    'denied-by-policy',
    'accessKey',
  ],
  [
    'a right that is missing',
    denialAnswer('because no identity-based policy allows the action'),
    'list-denied',
    'prefix',
  ],
  [
    'a key policy',
    denialAnswer('and kms:Decrypt with an explicit deny in a resource-based policy'),
    'encryption-key-denied',
    'accessKey',
  ],
  [
    'Garage, of a wrong secret',
    errorAnswer(403, 'AccessDenied', 'Forbidden: Invalid signature'),
    'signature-refused',
    'secretKey',
  ],
  [
    'Garage, of an unknown key',
    errorAnswer(403, 'AccessDenied', 'Forbidden: No such key: GK1'),
    'access-key-unknown',
    'accessKey',
  ],
  [
    'a signature, at a host of anybody’s',
    errorAnswer(403, 'SignatureDoesNotMatch', 'It does not match'),
    'signature-refused',
    'secretKey',
  ],
  [
    'a region that there is not',
    errorAnswer(400, 'InvalidRegionName', 'The region name is not valid'),
    'region-unknown',
    'region',
  ],
  [
    'an incompatible location without a name',
    errorAnswer(400, 'IllegalLocationConstraint', 'The unspecified location constraint is incompatible'),
    'region-unclear',
    'region',
  ],
  [
    'requester pays',
    errorAnswer(400, 'UserProjectMissing', 'Bucket is a requester pays bucket'),
    'requester-pays',
    'bucket',
  ],
  ['an outage', errorAnswer(503, 'ServiceUnavailable', 'It is down'), 'storage-failed'],
  ['an outage of MinIO’s disks', errorAnswer(503, 'SlowDownRead', 'Please reduce your request rate'), 'storage-failed'],
  ['an outage of what is before the storage', { status: 503, body: `<html>${canary}</html>` }, 'storage-failed'],
  ['throttling', errorAnswer(503, 'SlowDown', 'Please reduce your request rate'), 'storage-busy'],
  ['an argument', errorAnswer(400, 'InvalidArgument', 'Something else'), 'request-refused'],
  [
    'a cause that comes after too many words',
    errorAnswer(403, 'AccessDenied', `${'x'.repeat(5000)} Console port`),
    'list-denied',
    'prefix',
  ],
];
