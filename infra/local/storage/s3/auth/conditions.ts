import { S3Refusal } from '../errors.ts';
import type { ObjectHead } from '../store/objects.ts';

/**
 * If-Match and If-Unmodified-Since and, for writes, If-None-Match (RFC 9110, 13.1; Amazon S3 User Guide, "Conditional
 * requests").
 *
 * @param head the object as it is; undefined when there is none, which only a write can meet
 * @throws S3Refusal PreconditionFailed; NoSuchKey when a write asks for a match and there is nothing to match
 */
export function requirePreconditions(
  headers: ReadonlyMap<string, string>,
  head: ObjectHead | undefined,
  writing = false,
): void {
  const match = headers.get('if-match');
  if (match !== undefined) {
    if (head === undefined) throw new S3Refusal('NoSuchKey');
    if (!matches(match, head)) throw failed('If-Match');
  } else if (head !== undefined && isLater(head, headers.get('if-unmodified-since'))) {
    throw failed('If-Unmodified-Since');
  }
  const noneMatch = headers.get('if-none-match');
  if (writing && noneMatch !== undefined && head !== undefined && matches(noneMatch, head)) {
    throw failed('If-None-Match');
  }
}

/** Whether a read may be answered 304: If-None-Match decides, and If-Modified-Since only without it. */
export function isUnchanged(headers: ReadonlyMap<string, string>, head: ObjectHead): boolean {
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) return matches(noneMatch, head);
  const since = headers.get('if-modified-since');
  return since !== undefined && !Number.isNaN(Date.parse(since)) && !isLater(head, since);
}

/**
 * The bytes a Range header asks for. Several ranges, or a header that is not one, mean the whole object, as in S3.
 *
 * @param size the object's size in bytes
 * @throws S3Refusal InvalidRange when the range begins behind the end
 */
export function byteRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start < size && start <= end) return { start, end };
  throw new S3Refusal('InvalidRange', {
    details: { RangeRequested: header ?? '', ActualObjectSize: size },
    headers: { 'content-range': `bytes */${size}` },
  });
}

function matches(header: string, head: ObjectHead): boolean {
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(head.etag) || tags.includes(head.etag.replaceAll('"', ''));
}

/** Whether the object was changed after a date; false when that is missing or not a date. */
function isLater(head: ObjectHead, date: string | undefined): boolean {
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return head.modified.getTime() > at;
}

function failed(condition: string): S3Refusal {
  return new S3Refusal('PreconditionFailed', { details: { Condition: condition } });
}
