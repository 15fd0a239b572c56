import type { DiagnosisCode } from '../../core/diagnosis/catalogue.ts';
import { type Diagnosis, diagnose } from '../../core/diagnosis/diagnosis.ts';
import { readVendorHost } from '../../core/storage/vendor-hosts.ts';
import { readGoogleReason } from '../google-reasons.ts';
import { diagnoseStatus } from '../http-status.ts';
import { requiresHttps } from '../plain-http.ts';
import { readCause, readRegion } from './s3-causes.ts';
import type { S3Address } from './s3-endpoint.ts';

/** What is known of an error answer; all of it is the server's word, so none of it is repeated. */
export interface S3Refusal {
  /** HTTP status. */
  readonly status: number;
  /** The `Code` of an S3 error document; absent when the body was none. */
  readonly code?: string;
  /** Read for what tells the causes of one code apart. */
  readonly message?: string;
  /** The parameter that an `InvalidArgument` is about. */
  readonly argument?: string;
  /** The region the answer names, in its body or in `x-amz-bucket-region`. */
  readonly region?: string;
  /** What was sent that is no S3 error document, or the beginning of it. */
  readonly text?: string;
  /** Where it redirects to; not gone to. */
  readonly location?: string;
}

type Code = Exclude<DiagnosisCode, 'region-wrong'>;

/** Error codes of S3, of its imitators and of Google's XML API, where the code alone says what is wrong. */
const codes: Readonly<Record<string, Code>> = {
  InvalidAccessKeyId: 'access-key-unknown',
  InvalidClientTokenId: 'access-key-unknown',
  UnrecognizedClientException: 'access-key-unknown',
  // Google's for an access id that it cannot make anything of.
  InvalidSecurity: 'access-key-unknown',
  // Cloudflare R2's.
  Unauthorized: 'access-key-unknown',
  SignatureDoesNotMatch: 'signature-refused',
  ExpiredToken: 'session-expired',
  TokenRefreshRequired: 'session-expired',
  // MinIO's for a temporary key that comes without its token.
  InvalidTokenId: 'session-expired',
  InvalidToken: 'session-token-refused',
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
  IllegalLocationConstraint: 'region-unclear',
  InvalidLocationConstraint: 'region-unclear',
  AuthorizationHeaderMalformed: 'region-unclear',
  InvalidRegion: 'region-unknown',
  InvalidRegionName: 'region-unknown',
  // A listing never asks for a key: the path of the endpoint was taken for one.
  NoSuchKey: 'not-a-storage-api',
  MethodNotAllowed: 'not-a-storage-api',

  SlowDown: 'storage-busy',
  Throttling: 'storage-busy',
  ThrottlingException: 'storage-busy',
  TooManyRequests: 'storage-busy',
  TooManyRequestsException: 'storage-busy',
  RequestLimitExceeded: 'storage-busy',
  ServiceUnavailable: 'storage-failed',
  InternalError: 'storage-failed',
  RequestTimeout: 'storage-failed',
};

/** Codes with which a storage says that a bucket is in another region than the one signed for or asked at. */
const regional: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'PermanentRedirect',
  'TemporaryRedirect',
  'IllegalLocationConstraintException',
  'IllegalLocationConstraint',
  'InvalidLocationConstraint',
  'InvalidRegion',
  'InvalidRegionName',
]);

/** The region that an answer says the bucket is in, where it says so because ours was another. */
export function regionNamedBy({ code, message, region }: S3Refusal, ours: string): string | undefined {
  // An answer may name the region of the bucket besides, whatever it is about.
  if (code === undefined || readCause(code, message) !== undefined) return undefined;
  const named = (regional.has(code) ? region : undefined) ?? readRegion(message);
  return named === ours ? undefined : named;
}

/** What was asked for: keys of a bucket, or the buckets of an account. */
export type Asked = 'bucket' | 'account';

/** What a refusal is judged by besides itself. */
export interface AskedAt {
  readonly address: S3Address;
  /** The region that an earlier answer of the same session named; it counts before any other. */
  readonly learned: string | undefined;
  readonly asked: Asked;
  /** The request was signed with the temporary credential that a role leads to. */
  readonly isByRole: boolean;
}

/** What an S3 error answer means. */
export function diagnoseRefusal(refusal: S3Refusal, at: AskedAt): Diagnosis {
  const { code } = refusal;
  const { address, learned } = at;
  if (code === undefined) {
    if (requiresHttps(refusal, address.endpoint)) return diagnose('https-required');
    return diagnose(diagnoseStatus(refusal.status, 'not-a-storage-api'));
  }
  const named = regionNamedBy(refusal, address.region);
  const isRegional = named !== undefined || (regional.has(code) && readCause(code, refusal.message) === undefined);
  const region = isRegional ? (learned ?? named) : undefined;
  if (region !== undefined) return diagnose('region-wrong', { region });
  return diagnose(asAsked(knownCode(code, refusal, address), at));
}

/** What a code means, by what the storage says of it, the code itself, or else the status. */
function knownCode(code: string, { status, message }: S3Refusal, address: S3Address): Code {
  if (code === 'InvalidRequest' && address.isAccelerated) return 'acceleration-off';
  return (
    readCause(code, message) ??
    (Object.hasOwn(codes, code) ? codes[code] : undefined) ??
    readGoogleReason(code) ??
    diagnoseStatus(status, 'request-refused')
  );
}

/** Says for what was asked, where and by what credential, what a code alone says of any request. */
function asAsked(code: Code, { address, asked, isByRole }: AskedAt): Code {
  const byPlace = asked === 'account' ? ofAccount(code) : code;
  if (isByRole && credentialCodes.has(byPlace)) return 'role-session-refused';
  switch (byPlace) {
    case 'region-required':
      // Signed for the region that it is in, so what else was said counts: the key is not there.
      return address.isRegionGuessed ? byPlace : 'access-key-unknown';
    case 'signature-refused':
      return isOwnHost(address) ? 'secret-key-wrong' : byPlace;
    default:
      return byPlace;
  }
}

/** What is wrong with an access key or its secret, neither of which the owner of a role has ever seen. */
const credentialCodes: ReadonlySet<Code> = new Set<Code>([
  'access-key-unknown',
  'access-key-form-wrong',
  'signature-refused',
  'session-expired',
  'session-token-refused',
]);

/**
 * Whether a vendor's own service is asked: that knows its keys, and has no proxy before it that would change what was
 * signed.
 */
const isOwnHost = ({ endpoint }: S3Address): boolean => readVendorHost(new URL(endpoint).hostname) !== undefined;

/** An account's list names no bucket and no prefix: what is wrong with one is wrong with the endpoint or the right. */
function ofAccount(code: Code): Code {
  switch (code) {
    case 'list-denied':
      return 'bucket-list-denied';
    case 'denied-by-bucket-policy':
      return 'denied-by-policy';
    case 'bucket-not-found':
    case 'bucket-name-invalid':
      return 'not-a-storage-api';
    default:
      return code;
  }
}
