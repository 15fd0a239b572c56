import { parseTimestamp } from '../../core/validation/parse-timestamp.ts';

/** The elements that the SDK parses as timestamps, and gives up the whole answer for when one is not as it expects. */
const timestamp = /<(LastModified|CreationDate|RestoreExpiryDate)>([^<]{0,64})<\/\1>/g;
const emptyTimestamp = /<(?:LastModified|CreationDate|RestoreExpiryDate)\s{0,8}\/>/g;

/** What an answer to ListObjects begins with, and the elements of which a listing has at least one. */
const listingRoot = /^\ufeff?\s{0,64}(?:<\?xml[^>]{0,256}\?>)?\s{0,64}<(?:\w{1,32}:)?ListBucketResult[\s>]/;
const listingElements = ['<IsTruncated', '<MaxKeys', '<KeyCount'];
const bucketName = /<Name>([^<]{0,512})<\/Name>|<Name\s{0,8}\/>/;

/**
 * Normalizes what is optional in the answer to a listing, so that an odd detail does not cost the whole of it: a timestamp
 * in another form is rewritten, or left out where it is none; the name of the bucket is completed where a storage leaves it
 * empty or writes a path. Everything else stays as it came. The time it takes is linear in the body's length.
 *
 * @param bucket the bucket that was asked for; undefined for a list of buckets
 */
export function normalizeS3Body(body: string, bucket: string | undefined): string {
  const dated = body.replace(emptyTimestamp, '').replace(timestamp, (_, element: string, text: string) => {
    const at = readTimestamp(text.trim());
    return at === undefined ? '' : `<${element}>${new Date(at).toISOString()}</${element}>`;
  });
  return bucket === undefined ? dated : nameBucket(dated, bucket);
}

/**
 * Reads the forms in which storages write times besides RFC 3339: an offset without a colon, a space before the time, no
 * offset at all (taken for UTC), and RFC 2822.
 */
function readTimestamp(text: string): number | undefined {
  const iso = text
    .replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')
    .replace(/ ?([+-]\d\d)(\d\d)$/, '$1:$2')
    .replace(/^(\d{4}-\d\d-\d\dT[\d:.]{5,24})$/, '$1Z');
  const at = parseTimestamp(iso);
  if (at !== undefined) return inRange(at);
  return /^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{5,8} (?:GMT|UTC|[+-]\d{4})$/.test(text)
    ? inRange(Date.parse(text))
    : undefined;
}

/** Years of four digits only: others have another form, which the SDK does not take. */
const inRange = (at: number): number | undefined => (at >= 0 && at < Date.UTC(10_000, 0) ? at : undefined);

/** Only a listing is given the name, so that a web page, or a list of buckets, is not taken for one. */
function nameBucket(body: string, bucket: string): string {
  if (!listingRoot.test(body) || !listingElements.some((element) => body.includes(element))) return body;
  const end = body.indexOf('<Contents>');
  const head = end === -1 ? body : body.slice(0, end);
  const found = bucketName.exec(head);
  if (!found) return body;
  const [whole, name = ''] = found;
  const path = name.trim().replace(/^\/{1,8}|\/{1,8}$/g, '');
  if (path !== '' && path.slice(path.lastIndexOf('/') + 1) !== bucket) return body;
  return `${body.slice(0, found.index)}<Name>${bucket}</Name>${body.slice(found.index + whole.length)}`;
}
