import { timingSafeEqual } from 'node:crypto';
import { S3Refusal } from '../errors.ts';
import { parameter, type S3Request } from '../request.ts';
import type { S3Key } from '../store/model.ts';
import { canonicalRequest, type SigningScope, signatureOf, signingKey, stringToSign } from './canonical.ts';
import { type Claim, headerClaim, presignedClaim, unsupportedMechanism } from './parse-authorization.ts';

/** What the chunks of a signed streaming upload are checked against: the key, and the signature they chain from. */
export interface ChunkSigning {
  readonly key: Buffer;
  readonly time: string;
  readonly scope: SigningScope;
  readonly seed: string;
}

/**
 * A request whose signature holds. `headers` are the request's own and, on a presigned URL, the `x-amz-` query
 * parameters that stand for headers: S3 treats both alike. `payloadHash` is the declared x-amz-content-sha256.
 */
export interface Authenticated {
  readonly key: S3Key;
  readonly headers: ReadonlyMap<string, string>;
  readonly payloadHash: string;
  readonly chunkSigning: ChunkSigning;
}

/**
 * Checks the Signature Version 4 of a request, in its headers or in its query (Amazon S3 API Reference,
 * "Authenticating Requests (AWS Signature Version 4)").
 *
 * @param region the only region the request may be signed for; undefined: any
 * @param now the server's time
 * @returns undefined when the request carries no credentials at all
 * @throws S3Refusal for a malformed, skewed, expired, unknown or wrong signature
 */
export function authenticate(
  request: S3Request,
  keys: readonly S3Key[],
  region: string | undefined,
  now: Date,
): Authenticated | undefined {
  const claim = claimOf(request, region, now);
  if (claim === undefined) return undefined;
  const key = keys.find((candidate) => candidate.accessKey === claim.accessKey && candidate.active !== false);
  if (key === undefined) {
    throw new S3Refusal('InvalidAccessKeyId', { details: { AWSAccessKeyId: claim.accessKey } });
  }
  checkSessionToken(key, claim, now);
  const canonical = canonicalRequest({
    method: request.method,
    path: request.keyPath,
    query: claim.query,
    headers: request.headers,
    signedHeaders: claim.signedHeaders,
    payloadHash: claim.payloadHash,
  });
  const text = stringToSign(claim.time, claim.scope, canonical);
  const signing = signingKey(key.secretKey, claim.scope);
  if (!sameSignature(signatureOf(signing, text), claim.signature)) {
    throw new S3Refusal('SignatureDoesNotMatch', {
      details: {
        AWSAccessKeyId: claim.accessKey,
        StringToSign: text,
        SignatureProvided: claim.signature,
        CanonicalRequest: canonical,
      },
    });
  }
  return {
    key,
    headers: claim.headers,
    payloadHash: claim.payloadHash,
    chunkSigning: { key: signing, time: claim.time, scope: claim.scope, seed: claim.signature },
  };
}

function claimOf(request: S3Request, region: string | undefined, now: Date): Claim | undefined {
  const authorization = request.headers.get('authorization');
  const presigned = request.query.some(([name]) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature');
  if (authorization !== undefined && presigned) {
    throw new S3Refusal('InvalidArgument', { message: 'Only one authentication mechanism may be used.' });
  }
  if (presigned) return presignedClaim(request, region, now);
  if (authorization !== undefined) return headerClaim(request, authorization, region, now);
  if (parameter(request, 'AWSAccessKeyId') !== undefined) throw unsupportedMechanism();
  return undefined;
}

/** A temporary key without its token is not a known key; with a token that is not its own, the token is at fault. */
function checkSessionToken(key: S3Key, claim: Claim, now: Date): void {
  const token = claim.headers.get('x-amz-security-token');
  if (token === undefined && key.sessionToken !== undefined) {
    throw new S3Refusal('InvalidAccessKeyId', { details: { AWSAccessKeyId: claim.accessKey } });
  }
  if (token !== key.sessionToken) throw new S3Refusal('InvalidToken');
  if (key.expiresAt !== undefined && key.expiresAt <= now) throw new S3Refusal('ExpiredToken');
}

/** Compares two signatures without telling by its duration how much of them agrees. */
export function sameSignature(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
