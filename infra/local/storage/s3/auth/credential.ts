import { invalidArgument, S3Refusal } from '../errors.ts';
import type { S3Request } from '../request.ts';
import type { SigningScope } from './canonical.ts';

const PAYLOAD_KEYWORDS = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
]);

/** Makes the refusal of a malformed credential, in the words of the place it was found in. */
export type Malformed = (reason: string, details?: Readonly<Record<string, string>>) => S3Refusal;

/** The time a request was signed at, as it is written in the string to sign. */
export interface RequestTime {
  readonly text: string;
  readonly at: Date;
}

/** Reads `<access key>/<day>/<region>/s3/aws4_request`. A slash in the access key makes it malformed, as at Amazon. */
export function readCredential(
  credential: string,
  time: RequestTime,
  region: string | undefined,
  malformed: Malformed,
): { readonly accessKey: string; readonly scope: SigningScope } {
  const parts = credential.split('/');
  const [accessKey, day, signed, service, terminator] = parts;
  if (parts.length !== 5 || !day || !signed || !service || terminator !== 'aws4_request') {
    throw malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  }
  if (!accessKey) throw malformed('a non-empty Access Key (AKID) must be provided in the credential.');
  if (day !== time.text.slice(0, 8)) throw malformed('the day of the credential is not that of the request.');
  if (region !== undefined && signed !== region) {
    // Clients read both the sentence and the element to learn the region.
    throw malformed(`the region '${signed}' is wrong; expecting '${region}'`, { Region: region });
  }
  if (service !== 's3') throw malformed('the service of the credential must be "s3".');
  return { accessKey, scope: { day, region: signed } };
}

/** `host` must be signed, and so must every `x-amz-` header that is present. */
export function requireSigned(request: S3Request, signed: readonly string[]): void {
  const missing = [...request.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name),
  );
  if (missing.length === 0) return;
  throw new S3Refusal('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    details: { HeadersNotSigned: missing.join(', ') },
  });
}

/** The declared hash of the content, or the keyword that stands for it. */
export function declaredPayload(value: string | undefined): string {
  if (value === undefined) {
    throw new S3Refusal('InvalidRequest', { message: 'The header x-amz-content-sha256 is required.' });
  }
  if (PAYLOAD_KEYWORDS.has(value) || /^[0-9a-f]{64}$/.test(value)) return value;
  throw invalidArgument(
    'x-amz-content-sha256',
    value,
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a streaming keyword, or a sha256 in hexadecimal.',
  );
}

/** x-amz-date, or Date when that is absent; the latter may have the form of HTTP. */
export function requestTime(request: S3Request): RequestTime {
  const value = request.headers.get('x-amz-date') ?? request.headers.get('date') ?? '';
  const basic = basicTime(value);
  if (basic !== undefined) return { text: value, at: basic };
  const http = new Date(value);
  if (request.headers.has('x-amz-date') || Number.isNaN(http.getTime())) {
    throw new S3Refusal('AccessDenied', { message: 'A valid Date or x-amz-date header is required.' });
  }
  return { text: isoSeconds(http).replace(/[-:]/g, ''), at: http };
}

/** Reads yyyymmddThhmmssZ; undefined when it is not of that form. */
export function basicTime(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The ISO 8601 form without fractions of a second. */
export function isoSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
