import { createHash, verify } from 'node:crypto';
import { uriEncode } from '../s3/auth/canonical.ts';
import { GcsRefusal } from './answer.ts';
import type { GcsServiceAccount } from './model.ts';

/** What a signed URL covers; `path` as it was sent, header names in lower case. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: ReadonlyMap<string, string>;
}

const longest = 604_800;
const skew = 15 * 60 * 1000;

/**
 * Whose URL this is ("V4 signing process with your own program", GOOG4-RSA-SHA256).
 *
 * @throws GcsRefusal for a malformed, expired or wrong signature, and for a header that needs to be signed and is not
 */
export function signerOf(
  { method, path, query, headers }: SignedRequest,
  accounts: readonly GcsServiceAccount[],
  now: number,
): GcsServiceAccount {
  const parameter = (name: string): string => query.get(`X-Goog-${name}`) ?? '';
  const time = parameter('Date');
  const signed = parameter('SignedHeaders').split(';');
  const [email = '', day, ...scope] = parameter('Credential').split('/');
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const expires = Number(parameter('Expires'));
  const isFormed =
    parameter('Algorithm') === 'GOOG4-RSA-SHA256' &&
    Number.isFinite(at) &&
    day === time.slice(0, 8) &&
    /^[a-z0-9-]+\/storage\/goog4_request$/.test(scope.join('/')) &&
    Number.isInteger(expires) &&
    expires >= 1 &&
    expires <= longest &&
    signed.includes('host');
  if (!isFormed) throw refused(400, 'InvalidArgument', 'A parameter of the signature is missing or malformed.');
  if (at > now + skew || at + expires * 1000 < now)
    throw refused(400, 'ExpiredToken', 'The provided token has expired.');
  const unsigned = [...headers.keys()].filter((name) => name.startsWith('x-goog-') && !signed.includes(name));
  if (unsigned.length > 0) throw refused(400, 'MalformedSecurityHeader', 'A header that is present was not signed.');

  const account = accounts.find((one) => one.email === email);
  if (!account) throw refused(403, 'AccessDenied', 'Access denied.');
  const canonicalQuery = [...query]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const canonical = [
    method,
    path
      .split('/')
      .map((segment) => uriEncode(decodeURIComponent(segment)))
      .join('/'),
    canonicalQuery,
    signed.map((name) => `${name}:${(headers.get(name) ?? '').trim().replace(/\s+/g, ' ')}\n`).join(''),
    signed.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = Buffer.from(['GOOG4-RSA-SHA256', time, [day, ...scope].join('/'), hash].join('\n'));
  const signature = Buffer.from(parameter('Signature'), 'hex');
  if (account.publicKeys.some((key) => verify('RSA-SHA256', text, key, signature))) return account;
  throw refused(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match the one provided.');
}

const refused = (status: number, code: string, message: string): GcsRefusal =>
  new GcsRefusal('xml', status, code, message);
