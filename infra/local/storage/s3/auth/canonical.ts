import { createHash, createHmac } from 'node:crypto';

/** The parts of a request that Signature Version 4 covers. Path and query are decoded; header names are lower-case. */
export interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: ReadonlyMap<string, string>;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

/** A credential scope: the day (yyyymmdd) and the region a signing key is good for. The service is always s3. */
export interface SigningScope {
  readonly day: string;
  readonly region: string;
}

/**
 * Percent-encodes every byte but the unreserved characters of RFC 3986, with upper-case hexadecimal digits
 * ("Signature Calculations for the Authorization Header", UriEncode).
 */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The canonical request of the same document. S3 encodes the path once and does not normalize it: `.`, `..` and
 * repeated slashes stay, and a slash is never encoded.
 */
export function canonicalRequest(parts: SignedParts): string {
  const query = parts.query
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const headers = parts.signedHeaders.map((name) => `${name}:${canonicalValue(parts.headers.get(name) ?? '')}\n`);
  return [
    parts.method,
    parts.path.split('/').map(uriEncode).join('/'),
    query,
    headers.join(''),
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

/** The string that is signed for a whole request. `time` is the basic ISO 8601 form, yyyymmddThhmmssZ. */
export function stringToSign(time: string, scope: SigningScope, canonical: string): string {
  return ['AWS4-HMAC-SHA256', time, scopeText(scope), sha256(canonical)].join('\n');
}

/** The credential scope as it is written in credentials and strings to sign. */
export function scopeText(scope: SigningScope): string {
  return `${scope.day}/${scope.region}/s3/aws4_request`;
}

/** The key that signs everything within one day, region and service. */
export function signingKey(secretKey: string, scope: SigningScope): Buffer {
  return [scope.day, scope.region, 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretKey}`),
  );
}

/** A signature, in lower-case hexadecimal. */
export function signatureOf(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function canonicalValue(value: string): string {
  return value.trim().replace(/\s+/g, ' ');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
