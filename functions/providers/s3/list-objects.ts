import type { _Object, ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import type { ListPage } from '../../core/storage/storage.ts';
import type { StorageTarget } from '../../core/storage/target.ts';
import type { Way } from '../egress/egress.ts';
import { listPage, pageSize } from '../normalize-listing.ts';
import { normalizeMessage } from '../normalize-message.ts';
import { readCause, readRegion } from './s3-causes.ts';
import type { S3Refusal } from './s3-diagnosis.ts';

/** A page, and the version of ListObjects that the rest of the bucket is to be asked for with. */
export interface S3Page {
  readonly page: ListPage;
  readonly version: 1 | 2;
}

/** Names are asked for in the encoding of URLs: keys may hold characters that XML cannot. */
const asked = ({ bucket, prefix }: StorageTarget) =>
  ({ Bucket: bucket, EncodingType: 'url', MaxKeys: pageSize, ...(prefix !== '' && { Prefix: prefix }) }) as const;

/**
 * One page by ListObjectsV2. A storage that does not know its parameters answers it as it answers ListObjects, without
 * a word: such an answer has no `KeyCount`, and no token though there is more.
 */
export async function listV2(
  client: S3Client,
  target: StorageTarget,
  way: Way,
  continuation: string | undefined,
): Promise<S3Page | undefined> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const token = continuation !== undefined && { ContinuationToken: continuation };
  const command = new ListObjectsV2Command({ ...asked(target), ...token });
  const output = await client.send(command, { abortSignal: way.signal });
  const { NextContinuationToken: next, KeyCount: count } = output;
  if (count === undefined && next === undefined && output.IsTruncated) return pageIn(output, target, 1);
  return pageIn(output, target, 2, next);
}

/**
 * One page by ListObjects, the first version, which goes on behind the last key it gave ("NextMarker": only with a
 * delimiter, which is never asked for).
 */
export async function listV1(
  client: S3Client,
  target: StorageTarget,
  way: Way,
  marker: string | undefined,
): Promise<S3Page | undefined> {
  const { ListObjectsCommand } = await import('@aws-sdk/client-s3');
  const command = new ListObjectsCommand({ ...asked(target), ...(marker !== undefined && { Marker: marker }) });
  return pageIn(await client.send(command, { abortSignal: way.signal }), target, 1);
}

/** Codes with which storages refuse a version, or a parameter, that they do not know. */
const unknownVersion: ReadonlySet<string> = new Set(['NotImplemented', 'InvalidRequest', 'UnsupportedParameter']);

/**
 * Whether a refusal may mean that the storage has no ListObjectsV2. `InvalidArgument` is said of a key, a region and a
 * port as well: it means the version only where it names the parameter.
 */
export function lacksV2({ status, code, message, argument }: S3Refusal): boolean {
  if ((status !== 501 && status !== 400) || code === undefined) return false;
  if (readCause(code, message) !== undefined || readRegion(message) !== undefined) return false;
  return (
    unknownVersion.has(code) ||
    (code === 'InvalidArgument' && `${argument} ${normalizeMessage(message)}`.includes('list-type'))
  );
}

type Listed = Pick<ListObjectsV2CommandOutput, 'Name' | 'Contents' | 'EncodingType' | 'IsTruncated'>;

/**
 * The page, if this is one: the SDK takes a web page, an empty body and a list of buckets for an empty listing, but
 * only a listing of this bucket bears its name.
 */
function pageIn(output: Listed, { bucket }: StorageTarget, version: 1 | 2, token?: string): S3Page | undefined {
  // Ceph names a bucket of another tenant without the tenant.
  if (output.Name !== bucket && output.Name !== bucket.slice(bucket.indexOf(':') + 1)) return undefined;
  const decode = output.EncodingType === 'url' ? decodeKey : (key: string | undefined) => key;
  const contents: readonly _Object[] = output.Contents ?? [];
  const listed = contents.map(({ Key, Size, LastModified }) => ({
    key: decode(Key),
    size: Size,
    // The SDK has made a date of it already.
    modifiedAt: LastModified?.getTime(),
  }));
  const next = version === 2 ? token : listed.slice(0, pageSize).at(-1)?.key;
  return { page: listPage(listed, output.IsTruncated ? next : undefined), version };
}

/** Storages encode a space as `+` or as `%20`; a plus sign is always `%2B`. What is not encoded so stays as it is. */
function decodeKey(encoded = ''): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return encoded;
  }
}
