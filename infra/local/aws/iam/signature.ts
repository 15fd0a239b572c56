import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Issued, Issuer } from './credentials.ts';
import { type Claim, compact, readClaim } from './parse-authorization.ts';
import { Sha256 } from './sha256.ts';

/** A call on the wire, which is always a POST to `/`. */
export interface SignedRequest {
  /** By lower-case name; the values of a repeated one with commas between them. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** Any request, as far as a signature covers it. */
export interface SignedHttpRequest extends SignedRequest {
  readonly method: string;
  /** As it was sent, escapes included. */
  readonly path: string;
  /** Decoded, in the order sent. */
  readonly query: readonly (readonly [string, string])[];
}

/** What a request has to be signed for. */
export interface SigningScope {
  /** The service's signing name, e.g. `execute-api`. */
  readonly service: string;
  /** Any when absent. */
  readonly region?: string;
}

/**
 * - `missing`: there is no signature, `incomplete`: not all of one;
 * - `unknown`: the access key, or its session token, is nobody's;
 * - `mismatch`: it is not the signature of this request, or it is for another place or a later time;
 * - `expired`: it is too old.
 */
export type SignatureFault = 'missing' | 'incomplete' | 'unknown' | 'mismatch' | 'expired';

export interface RefusedSignature {
  readonly kind: 'refused';
  readonly fault: SignatureFault;
  /** AWS's own words, without what it repeats of the request. */
  readonly message: string;
}

/** How far a signature's time may be off the clock, either way (IAM User Guide, "Elements of an AWS API
 * request signature"). */
const skewMs = 5 * 60_000;

/**
 * Verifies Signature Version 4 in the `Authorization` header, with the canonical form of every service but S3: the path
 * escaped once more, the query sorted.
 *
 * The session token need not be signed: generated SDKs of API Gateway add it afterwards. Not understood: a signature
 * in the query, and a `Date` header in place of `x-amz-date`.
 *
 * @param now the clock that the signature's time is held against
 */
export async function verifySignature(
  request: SignedHttpRequest,
  scope: SigningScope,
  issuer: Issuer,
  now: Date,
): Promise<{ readonly kind: 'verified'; readonly issued: Issued } | RefusedSignature> {
  const { headers } = request;
  if (headers.authorization === undefined) return refused('missing', 'Missing Authentication Token');
  const claim = readClaim(headers);
  if (claim === undefined) {
    return refused(
      'incomplete',
      'Authorization header or X-Amz-Date is not that of a complete AWS4-HMAC-SHA256 request.',
    );
  }
  const issued = issuer.find(claim.accessKeyId);
  if (issued === undefined || headers['x-amz-security-token'] !== issued.credentials.sessionToken) {
    return refused('unknown', 'The security token included in the request is invalid.');
  }
  if (claim.service !== scope.service) {
    return refused('mismatch', `Credential should be scoped to correct service: '${scope.service}'.`);
  }
  if (scope.region !== undefined && claim.region !== scope.region) {
    return refused('mismatch', 'Credential should be scoped to a valid region.');
  }
  if (!claim.date.startsWith(claim.day)) {
    return refused(
      'mismatch',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP',
    );
  }
  const [signed, earliest, latest] = [claim.signedAt.getTime(), now.getTime() - skewMs, now.getTime() + skewMs];
  if (signed < earliest) {
    const since = `${compact(earliest)} (${compact(now)} - 5 min.)`;
    return refused('expired', `Signature expired: ${claim.date} is now earlier than ${since}`);
  }
  if (signed > latest) {
    const until = `${compact(latest)} (${compact(now)} + 5 min.)`;
    return refused('mismatch', `Signature not yet current: ${claim.date} is still later than ${until}`);
  }
  const matches = coversEnough(request, claim) && isSame(claim.signature, await signatureOf(request, claim, issued));
  return matches ? { kind: 'verified', issued } : refused('mismatch', mismatch);
}

const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

const refused = (fault: SignatureFault, message: string): RefusedSignature => ({ kind: 'refused', fault, message });

/** Whether what names the request's target is signed, and the body is the one that was. */
function coversEnough({ headers, body }: SignedHttpRequest, { names }: Claim): boolean {
  const needed = headers['x-amz-target'] === undefined ? ['host'] : ['host', 'x-amz-target'];
  const payload = headers['x-amz-content-sha256'];
  const payloadFits = payload === undefined || payload === createHash('sha256').update(body).digest('hex');
  return payloadFits && needed.every((name) => names.includes(name));
}

/** The signature that the request should have: the one a client with the same credentials would make. */
async function signatureOf(request: SignedHttpRequest, claim: Claim, { credentials }: Issued): Promise<string> {
  const { method, path, query, headers, body } = request;
  const { accessKeyId, secretAccessKey } = credentials;
  // Without the session token, which the signer would sign whether the client did or not.
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region: claim.region,
    service: claim.service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = claim.names.map((name) => [name, headers[name]] as const);
  const again = await signer.sign(
    {
      ...{ method, path, body, protocol: 'http:', hostname: 'localhost' },
      query: Object.fromEntries(
        [...Map.groupBy(query, ([name]) => name)].map(([name, all]) => [name, all.map(([, value]) => value)]),
      ),
      headers: Object.fromEntries(signed.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    },
    { signingDate: claim.signedAt, signableHeaders: new Set(claim.names) },
  );
  return readClaim(again.headers)?.signature ?? '';
}

function isSame(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
