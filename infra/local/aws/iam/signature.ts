import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CredentialIssuer, IssuedCredentials } from './credentials.ts';
import { type ParsedAuthorization, parseAuthorization, toAmzDate } from './parse-authorization.ts';
import { Sha256 } from './sha256.ts';

/** A call to an emulated service, which is always a POST to `/`. */
export interface SignedRequest {
  /** By lower-case name. The values of a repeated header are joined by commas. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** The parts of an HTTP request that a signature covers. */
export interface SignedHttpRequest extends SignedRequest {
  readonly method: string;
  /** As sent, escapes included. */
  readonly path: string;
  /** Names and values, decoded, in the order sent. */
  readonly query: readonly (readonly [string, string])[];
}

/** The service and region that a signature must be scoped to. */
export interface SigningScope {
  /** The service's signing name, e.g. `execute-api`. */
  readonly service: string;
  /** Any region when absent. */
  readonly region?: string;
}

/**
 * Why a signature is refused:
 * - `missing`: the request has no signature; `incomplete`: parts of it are missing;
 * - `unknown`: the access key or its session token was not issued here;
 * - `mismatch`: the signature is not this request's, or is scoped to another service, region or a later time;
 * - `expired`: the signature is too old.
 */
export type SignatureFault = 'missing' | 'incomplete' | 'unknown' | 'mismatch' | 'expired';

export interface RefusedSignature {
  readonly kind: 'refused';
  readonly fault: SignatureFault;
  /** AWS's message, without the parts of it that repeat the request. */
  readonly message: string;
}

/** How far a signature's time may differ from the clock, in either direction. */
const maxSkewMs = 5 * 60_000;

/**
 * Verifies Signature Version 4 in the `Authorization` header, by the canonical form of every service but S3: the path
 * is escaped once more, and the query sorted (https://docs.aws.amazon.com/IAM/latest/UserGuide/signing-elements.html).
 *
 * The session token need not be signed, because generated SDKs of API Gateway add it afterwards. Not supported: a
 * signature in the query, and a `Date` header in place of `x-amz-date`.
 *
 * @param now the current time, which the signature's time is compared with
 */
export async function verifySignature(
  request: SignedHttpRequest,
  scope: SigningScope,
  issuer: CredentialIssuer,
  now: Date,
): Promise<{ readonly kind: 'verified'; readonly issued: IssuedCredentials } | RefusedSignature> {
  const { headers } = request;
  if (headers.authorization === undefined) return refused('missing', 'Missing Authentication Token');
  const authorization = parseAuthorization(headers);
  if (authorization === undefined) {
    return refused(
      'incomplete',
      'Authorization header or X-Amz-Date is not that of a complete AWS4-HMAC-SHA256 request.',
    );
  }
  const issued = issuer.find(authorization.accessKeyId);
  if (issued === undefined || headers['x-amz-security-token'] !== issued.credentials.sessionToken) {
    return refused('unknown', 'The security token included in the request is invalid.');
  }
  if (authorization.service !== scope.service) {
    return refused('mismatch', `Credential should be scoped to correct service: '${scope.service}'.`);
  }
  if (scope.region !== undefined && authorization.region !== scope.region) {
    return refused('mismatch', 'Credential should be scoped to a valid region.');
  }
  if (!authorization.date.startsWith(authorization.day)) {
    return refused(
      'mismatch',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP',
    );
  }
  const signedAt = authorization.signedAt.getTime();
  const [earliest, latest] = [now.getTime() - maxSkewMs, now.getTime() + maxSkewMs];
  if (signedAt < earliest) {
    const since = `${toAmzDate(earliest)} (${toAmzDate(now)} - 5 min.)`;
    return refused('expired', `Signature expired: ${authorization.date} is now earlier than ${since}`);
  }
  if (signedAt > latest) {
    const until = `${toAmzDate(latest)} (${toAmzDate(now)} + 5 min.)`;
    return refused('mismatch', `Signature not yet current: ${authorization.date} is still later than ${until}`);
  }
  const matches =
    coversTarget(request, authorization) &&
    isSame(authorization.signature, await computeSignature(request, authorization, issued));
  return matches ? { kind: 'verified', issued } : refused('mismatch', mismatchMessage);
}

const mismatchMessage =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

const refused = (fault: SignatureFault, message: string): RefusedSignature => ({ kind: 'refused', fault, message });

/** Whether the headers that name the request's target are signed, and the body has the digest that was signed. */
function coversTarget({ headers, body }: SignedHttpRequest, { signedHeaders }: ParsedAuthorization): boolean {
  const requiredHeaders = headers['x-amz-target'] === undefined ? ['host'] : ['host', 'x-amz-target'];
  const digest = headers['x-amz-content-sha256'];
  const payloadMatches = digest === undefined || digest === createHash('sha256').update(body).digest('hex');
  return payloadMatches && requiredHeaders.every((name) => signedHeaders.includes(name));
}

/** Computes the signature that a client with these credentials would make for the request. */
async function computeSignature(
  request: SignedHttpRequest,
  authorization: ParsedAuthorization,
  { credentials }: IssuedCredentials,
): Promise<string> {
  const { method, path, query, headers, body } = request;
  const { accessKeyId, secretAccessKey } = credentials;
  // The session token is left out, because the signer would sign it whether or not the client did.
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region: authorization.region,
    service: authorization.service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const entries = authorization.signedHeaders.map((name) => [name, headers[name]] as const);
  const resigned = await signer.sign(
    {
      ...{ method, path, body, protocol: 'http:', hostname: 'localhost' },
      query: Object.fromEntries(
        [...Map.groupBy(query, ([name]) => name)].map(([name, all]) => [name, all.map(([, value]) => value)]),
      ),
      headers: Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    },
    { signingDate: authorization.signedAt, signableHeaders: new Set(authorization.signedHeaders) },
  );
  return parseAuthorization(resigned.headers)?.signature ?? '';
}

function isSame(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
