import type { CloudFront } from '../records/connection.ts';
import type { Fault, Parsed } from '../validation/result.ts';

/** A host name of at least two labels (RFC 1123, section 2.1), 253 characters at most. */
const domainName = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** A public key's id, or the older id of a root user's key pair ("Specify signers that can create signed URLs"). */
const publicKeyId = /^(?:K[A-Z0-9]{11,19}|APKA[A-Z0-9]{12,28})$/;

/**
 * Checks what a caller says of the CloudFront distribution in front of a bucket. It is kept as it was given; nothing is
 * asked of it.
 *
 * @returns undefined when nothing was said
 */
export function parseCloudFront(given: CloudFront): Parsed<CloudFront | undefined, keyof CloudFront> {
  const faults: Fault<keyof CloudFront>[] = [];
  if (given.domain !== undefined && !domainName.test(given.domain)) {
    faults.push({
      field: 'domain',
      code: 'invalid',
      message: 'must be a domain name, such as d111111abcdef8.cloudfront.net',
    });
  }
  if (given.publicKeyId !== undefined && !publicKeyId.test(given.publicKeyId)) {
    faults.push({
      field: 'publicKeyId',
      code: 'invalid',
      message: 'must be the id of a CloudFront public key, such as K2JCJMDEHXQW5F',
    });
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: given.domain === undefined && given.publicKeyId === undefined ? undefined : given };
}
