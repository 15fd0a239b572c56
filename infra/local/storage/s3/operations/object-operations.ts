import type { IncomingMessage } from 'node:http';
import { validateHeaderValue } from 'node:http';
import type { S3Answer } from '../answer.ts';
import { byteRange, isUnchanged, requirePreconditions } from '../auth/conditions.ts';
import { allows, demand } from '../auth/key-rights.ts';
import type { Authenticated } from '../auth/signature.ts';
import { invalidArgument, S3Refusal } from '../errors.ts';
import { parameter, type S3Request } from '../request.ts';
import type { ServedBucket } from '../store/buckets.ts';
import type { S3Key } from '../store/model.ts';
import type { ObjectHead } from '../store/objects.ts';
import { type PayloadBudget, receivePayload } from './payload.ts';

const MAXIMUM_KEY_BYTES = 1024;
const MAXIMUM_METADATA_BYTES = 2048;

/** Headers of an upload that come back with the object, besides x-amz-meta-. */
const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];

/** Query parameters that replace a header of the answer, for authenticated requests. */
const RESPONSE_OVERRIDES = [...KEPT_HEADERS, 'content-encoding'];

/**
 * GetObject and HeadObject, with ranges and conditions.
 *
 * @throws S3Refusal AccessDenied, NoSuchKey, InvalidRequest, PreconditionFailed or InvalidRange
 */
export async function getObject(
  request: S3Request,
  headers: ReadonlyMap<string, string>,
  key: S3Key | undefined,
  bucket: ServedBucket,
): Promise<S3Answer> {
  const name = request.address.key;
  demand(key, 's3:GetObject', bucket, name);
  const object = await bucket.objects.open(name);
  if (object === undefined) throw missing(key, bucket, name);
  const { head } = object;
  let reading = false;
  try {
    const described = { ...describe(head), ...overrides(request, key) };
    requirePreconditions(headers, head);
    if (isUnchanged(headers, head)) return { status: 304, headers: describe(head) };
    const range = byteRange(headers.get('range'), head.size);
    const answer = {
      status: range === undefined ? 200 : 206,
      headers: {
        ...described,
        ...(range === undefined
          ? { ...checksums(headers, head), 'content-length': `${head.size}` }
          : {
              'content-length': `${range.end - range.start + 1}`,
              'content-range': `bytes ${range.start}-${range.end}/${head.size}`,
            }),
      },
    };
    if (request.method === 'HEAD' || head.size === 0) return answer;
    reading = true;
    return { ...answer, body: object.read(range?.start ?? 0, range?.end ?? head.size - 1) };
  } finally {
    if (!reading) await object.close();
  }
}

/**
 * PutObject.
 *
 * @throws S3Refusal AccessDenied, KeyTooLongError, MetadataTooLarge, PreconditionFailed, or what the content is
 *   refused for
 */
export async function putObject(
  request: S3Request,
  authenticated: Authenticated | undefined,
  bucket: ServedBucket,
  message: IncomingMessage,
  budget: PayloadBudget,
): Promise<S3Answer> {
  const name = request.address.key;
  demand(authenticated?.key, 's3:PutObject', bucket, name);
  if (authenticated === undefined) throw new S3Refusal('AccessDenied');
  const size = Buffer.byteLength(name);
  if (size > MAXIMUM_KEY_BYTES) {
    throw new S3Refusal('KeyTooLongError', { details: { Size: size, MaxSizeAllowed: MAXIMUM_KEY_BYTES } });
  }
  const kept = keptHeaders(authenticated.headers);
  const payload = await receivePayload(message, authenticated, budget);
  requirePreconditions(authenticated.headers, bucket.objects.head(name), true);
  const head = await bucket.objects.put(name, payload.content, { ...kept, ...payload.checksums });
  return { status: 200, headers: { etag: head.etag, ...payload.checksums, 'content-length': '0' } };
}

/** DeleteObject, which succeeds whether or not there was an object. */
export async function deleteObject(
  request: S3Request,
  key: S3Key | undefined,
  bucket: ServedBucket,
): Promise<S3Answer> {
  demand(key, 's3:DeleteObject', bucket, request.address.key);
  await bucket.objects.remove(request.address.key);
  return { status: 204, headers: {} };
}

/** Who may not list the bucket does not learn that a key is missing (Amazon S3 API Reference, GetObject). */
function missing(key: S3Key | undefined, bucket: ServedBucket, name: string): S3Refusal {
  return allows(key, 's3:ListBucket', bucket, '')
    ? new S3Refusal('NoSuchKey', { details: { Key: name } })
    : new S3Refusal('AccessDenied');
}

function describe(head: ObjectHead): Readonly<Record<string, string>> {
  const served = Object.entries(head.headers).filter(([name]) => !name.startsWith('x-amz-checksum-'));
  return {
    ...Object.fromEntries(served),
    etag: head.etag,
    'last-modified': head.modified.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function checksums(headers: ReadonlyMap<string, string>, head: ObjectHead): Readonly<Record<string, string>> {
  if (headers.get('x-amz-checksum-mode')?.toUpperCase() !== 'ENABLED') return {};
  const kept = Object.entries(head.headers).filter(([name]) => name.startsWith('x-amz-checksum-'));
  return Object.fromEntries(kept);
}

function overrides(request: S3Request, key: S3Key | undefined): Readonly<Record<string, string>> {
  const replaced: Record<string, string> = {};
  for (const name of RESPONSE_OVERRIDES) {
    const value = parameter(request, `response-${name}`);
    if (value === undefined) continue;
    if (key === undefined) {
      const message = 'Request specific response headers cannot be used for anonymous GET requests.';
      throw new S3Refusal('InvalidRequest', { message });
    }
    replaced[name] = sendable(`response-${name}`, value);
  }
  return replaced;
}

function keptHeaders(headers: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadataBytes = 0;
  for (const [name, value] of headers) {
    if (name.startsWith('x-amz-meta-')) metadataBytes += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value);
    else if (!KEPT_HEADERS.includes(name)) continue;
    kept[name] = sendable(name, value);
  }
  if (metadataBytes > MAXIMUM_METADATA_BYTES) {
    throw new S3Refusal('MetadataTooLarge', {
      details: { Size: metadataBytes, MaxSizeAllowed: MAXIMUM_METADATA_BYTES },
    });
  }
  // aws-chunked says how the content travelled, not what it is.
  const encoding = (headers.get('content-encoding') ?? '').split(',').map((coding) => coding.trim());
  const lasting = encoding.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',');
  return lasting === '' ? kept : { ...kept, 'content-encoding': lasting };
}

/** A value from a query may hold what no header can; it must not reach the answer. */
function sendable(name: string, value: string): string {
  try {
    validateHeaderValue(name, value);
    return value;
  } catch {
    throw invalidArgument(name, value, 'The value cannot be sent as a header.');
  }
}
