import { S3Refusal } from '../errors.ts';
import { parameter, type S3Request } from '../request.ts';
import type { SigningScope } from './canonical.ts';
import {
  basicTime,
  declaredPayload,
  isoSeconds,
  type Malformed,
  readCredential,
  requestTime,
  requireSigned,
} from './credential.ts';

/** How far the time of a request may be from the server's, either way. */
const MAXIMUM_SKEW_MS = 15 * 60 * 1000;

/** A presigned URL may be valid for seven days at most. */
const MAXIMUM_EXPIRES_SECONDS = 604_800;

/** The parameters of a presigned URL that make up its signature; other `x-amz-` parameters stand for headers. */
const SIGNATURE_PARAMETERS = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signature',
  'x-amz-signedheaders',
]);

/**
 * What a request says of its own signature, well-formed and in time, but not yet checked against a secret. `query` is
 * what the signature covers, `headers` what the request says in headers or in parameters that stand for headers.
 */
export interface Claim {
  readonly accessKey: string;
  readonly scope: SigningScope;
  readonly time: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: ReadonlyMap<string, string>;
  readonly payloadHash: string;
}

/**
 * Reads an Authorization header.
 *
 * @throws S3Refusal AuthorizationHeaderMalformed (with `<Region>` when the region is wrong), AccessDenied,
 *   RequestTimeTooSkewed, InvalidRequest or InvalidArgument
 */
export function headerClaim(request: S3Request, authorization: string, region: string | undefined, now: Date): Claim {
  const [algorithm = '', ...rest] = authorization.split(' ');
  if (algorithm !== 'AWS4-HMAC-SHA256') throw unsupportedMechanism();
  const malformed: Malformed = (reason, details = {}) =>
    new S3Refusal('AuthorizationHeaderMalformed', {
      message: `The authorization header is malformed; ${reason}`,
      details,
    });
  const parts = new Map(
    rest
      .join(' ')
      .split(',')
      .map((part) => assignment(part.trim())),
  );
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((n) => parts.get(n));
  if (!credential || !signedHeaders || !signature) {
    throw malformed('it must hold Credential, SignedHeaders and Signature.');
  }
  const date = requestTime(request);
  const { accessKey, scope } = readCredential(credential, date, region, malformed);
  if (Math.abs(now.getTime() - date.at.getTime()) > MAXIMUM_SKEW_MS) throw tooSkewed(date.text, now);
  const names = signedHeaders.split(';');
  requireSigned(request, names);
  return {
    accessKey,
    scope,
    time: date.text,
    signedHeaders: names,
    signature,
    query: request.query,
    headers: request.headers,
    payloadHash: declaredPayload(request.headers.get('x-amz-content-sha256')),
  };
}

/**
 * Reads the parameters of a presigned URL.
 *
 * @throws S3Refusal AuthorizationQueryParametersError (with `<Region>` when the region is wrong), or AccessDenied when
 *   the URL has expired or is not valid yet
 */
export function presignedClaim(request: S3Request, region: string | undefined, now: Date): Claim {
  const malformed: Malformed = (reason, details = {}) =>
    new S3Refusal('AuthorizationQueryParametersError', {
      message: `Error parsing the X-Amz-Credential parameter; ${reason}`,
      details,
    });
  const [algorithm, credential, signature, time, signedHeaders, expires] = [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Signature',
    'X-Amz-Date',
    'X-Amz-SignedHeaders',
    'X-Amz-Expires',
  ].map((name) => parameter(request, name));
  const at = time === undefined ? undefined : basicTime(time);
  if (!credential || !signature || !signedHeaders || time === undefined || at === undefined) {
    throw new S3Refusal('AuthorizationQueryParametersError', { message: 'A query parameter is missing or malformed.' });
  }
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    throw new S3Refusal('AuthorizationQueryParametersError', {
      message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256".',
    });
  }
  const seconds = expiresSeconds(expires);
  const { accessKey, scope } = readCredential(credential, { text: time, at }, region, malformed);
  if (at.getTime() - now.getTime() > MAXIMUM_SKEW_MS) {
    throw new S3Refusal('AccessDenied', { message: 'Request is not valid yet' });
  }
  const end = new Date(at.getTime() + seconds * 1000);
  if (end < now) {
    throw new S3Refusal('AccessDenied', {
      message: 'Request has expired',
      details: { 'X-Amz-Expires': seconds, Expires: isoSeconds(end), ServerTime: isoSeconds(now) },
    });
  }
  const names = signedHeaders.split(';');
  requireSigned(request, names);
  const headers = headersWithParameters(request);
  return {
    accessKey,
    scope,
    time,
    signedHeaders: names,
    signature,
    query: request.query.filter(([name]) => name !== 'X-Amz-Signature'),
    headers,
    payloadHash: declaredPayload(headers.get('x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD'),
  };
}

/** What S3 answers to the retired Signature Version 2, and to any other scheme it does not know. */
export function unsupportedMechanism(): S3Refusal {
  return new S3Refusal('InvalidRequest', {
    message: 'The authorization mechanism is not supported. Please use AWS4-HMAC-SHA256.',
  });
}

function headersWithParameters(request: S3Request): ReadonlyMap<string, string> {
  const hoisted = request.query
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => name.startsWith('x-amz-') && !SIGNATURE_PARAMETERS.has(name));
  return new Map([...hoisted, ...request.headers]);
}

function tooSkewed(requestTimeText: string, now: Date): S3Refusal {
  return new S3Refusal('RequestTimeTooSkewed', {
    details: {
      RequestTime: requestTimeText,
      ServerTime: isoSeconds(now),
      MaxAllowedSkewMilliseconds: MAXIMUM_SKEW_MS,
    },
  });
}

function expiresSeconds(value: string | undefined): number {
  const seconds = value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (seconds >= 1 && seconds <= MAXIMUM_EXPIRES_SECONDS) return seconds;
  throw new S3Refusal('AuthorizationQueryParametersError', {
    message: `X-Amz-Expires must be a number of seconds between 1 and ${MAXIMUM_EXPIRES_SECONDS}.`,
  });
}

function assignment(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
