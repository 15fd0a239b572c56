import { type Diagnosis, type DiagnosisCode, diagnose } from '../core/diagnosis.ts';
import type { S3Address } from './s3-endpoint.ts';
import { diagnoseStatus } from './status.ts';

/** What is known of an error answer; all of it is the server's word, so none of it is repeated. */
export interface S3Refusal {
  /** HTTP status. */
  readonly status: number;
  /** The `Code` of an S3 error document; absent when the body was none. */
  readonly code?: string;
  readonly message?: string;
  /** The region the answer names, in its body or in `x-amz-bucket-region`. */
  readonly region?: string;
}

/** Error codes of S3, of its imitators and of Google's XML API (storage facts, "S3 and compatibles"). */
const codes: Readonly<Record<string, Exclude<DiagnosisCode, 'region-wrong'>>> = {
  InvalidAccessKeyId: 'access-key-unknown',
  InvalidClientTokenId: 'access-key-unknown',
  UnrecognizedClientException: 'access-key-unknown',
  // Google's for an access id that it cannot make anything of.
  InvalidSecurity: 'access-key-unknown',
  SignatureDoesNotMatch: 'secret-key-wrong',
  ExpiredToken: 'session-expired',
  InvalidToken: 'session-expired',
  TokenRefreshRequired: 'session-expired',
  RequestTimeTooSkewed: 'clock-skewed',
  RequestExpired: 'clock-skewed',
  AllAccessDisabled: 'account-suspended',
  AccountProblem: 'account-suspended',
  NotSignedUp: 'account-suspended',
  UserSuspended: 'account-suspended',
  UserDisabled: 'account-suspended',

  AccessDenied: 'list-denied',
  NoSuchBucket: 'bucket-not-found',
  InvalidBucketName: 'bucket-name-invalid',
  IllegalLocationConstraintException: 'region-unclear',
  AuthorizationHeaderMalformed: 'region-unclear',
  InvalidRegion: 'region-unclear',
  // A listing never asks for a key: the path of the endpoint was taken for one.
  NoSuchKey: 'not-a-storage-api',
  MethodNotAllowed: 'not-a-storage-api',

  SlowDown: 'storage-busy',
  Throttling: 'storage-busy',
  ThrottlingException: 'storage-busy',
  TooManyRequests: 'storage-busy',
  TooManyRequestsException: 'storage-busy',
  RequestLimitExceeded: 'storage-busy',
  ServiceUnavailable: 'storage-busy',
  InternalError: 'storage-failed',
  RequestTimeout: 'storage-failed',
};

/** Codes with which a storage says that a bucket is in another region than the one signed for or asked at. */
const regional: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'PermanentRedirect',
  'TemporaryRedirect',
  'IllegalLocationConstraintException',
]);

/** The region that an answer says the bucket is in, where it says so because ours was another. */
export function regionNamedBy({ code, region }: S3Refusal, ours: string): string | undefined {
  return code !== undefined && regional.has(code) && region !== ours ? region : undefined;
}

/** What was asked for: keys of a bucket, or the buckets of an account. */
export type Asked = 'bucket' | 'account';

/** What a refusal is judged by besides itself. */
export interface AskedAt {
  readonly address: S3Address;
  /** The region that an earlier answer of the same session named; it counts before any other. */
  readonly learned: string | undefined;
  readonly asked: Asked;
}

/** What an S3 error answer means. */
export function diagnoseRefusal(refusal: S3Refusal, { address, learned, asked }: AskedAt): Diagnosis {
  const { code, message, status } = refusal;
  if (code === undefined) return diagnose(diagnoseStatus(status, 'not-a-storage-api'));
  const region = regional.has(code) ? (learned ?? regionNamedBy(refusal, address.region)) : undefined;
  if (region !== undefined) return diagnose('region-wrong', { region });
  if (code === 'AccessDenied' && message?.includes('kms:')) return diagnose('encryption-key-denied');
  if (code === 'InvalidRequest' && address.isAccelerated) return diagnose('acceleration-off');
  const known = (Object.hasOwn(codes, code) && codes[code]) || diagnoseStatus(status, 'request-refused');
  return diagnose(asked === 'account' ? ofAccount(known) : known);
}

/** An account's list names no bucket and no prefix: what is wrong with one is wrong with the endpoint or the right. */
function ofAccount(code: Exclude<DiagnosisCode, 'region-wrong'>): Exclude<DiagnosisCode, 'region-wrong'> {
  if (code === 'list-denied') return 'bucket-list-denied';
  return code === 'bucket-not-found' || code === 'bucket-name-invalid' ? 'not-a-storage-api' : code;
}
