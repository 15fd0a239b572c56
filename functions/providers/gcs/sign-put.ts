import { createHash, type KeyObject, sign } from 'node:crypto';

/** What a signed URL is made of; `expiresIn` in seconds, seven days at most. */
export interface GcsPut {
  readonly host: string;
  readonly bucket: string;
  readonly name: string;
  readonly expiresIn: number;
  readonly clientEmail: string;
  readonly key: KeyObject;
  readonly now: Date;
}

/**
 * Signs a URL for a plain PUT of one object; no call is made ("V4 signing process", algorithm GOOG4-RSA-SHA256). The
 * host is the only header that is signed, so that the PUT needs none of its own.
 */
export function signGcsPut({ host, bucket, name, expiresIn, clientEmail, key, now }: GcsPut): string {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/auto/storage/goog4_request`;
  const path = `/${bucket}/${name.split('/').map(encoded).join('/')}`;
  // In the order of their names, as the algorithm wants them.
  const query = [
    ['X-Goog-Algorithm', 'GOOG4-RSA-SHA256'],
    ['X-Goog-Credential', `${clientEmail}/${scope}`],
    ['X-Goog-Date', time],
    ['X-Goog-Expires', `${expiresIn}`],
    ['X-Goog-SignedHeaders', 'host'],
  ]
    .map(([parameter = '', value = '']) => `${parameter}=${encoded(value)}`)
    .join('&');
  const request = ['PUT', path, query, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const hash = createHash('sha256').update(request).digest('hex');
  const signature = sign('RSA-SHA256', Buffer.from(['GOOG4-RSA-SHA256', time, scope, hash].join('\n')), key);
  return `https://${host}${path}?${query}&X-Goog-Signature=${signature.toString('hex')}`;
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
