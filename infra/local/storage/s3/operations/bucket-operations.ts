import { type S3Answer, xmlAnswer } from '../answer.ts';
import { demand } from '../auth/key-rights.ts';
import { invalidArgument, S3Refusal } from '../errors.ts';
import { parameter, type S3Request } from '../request.ts';
import type { ServedBucket } from '../store/buckets.ts';
import type { S3Key } from '../store/model.ts';
import type { ObjectHead } from '../store/objects.ts';
import type { XmlElement } from '../xml.ts';
import { continuationToken, listEncoded, listPage, nameInToken } from './listing.ts';

/** A page holds no more than this, whatever max-keys asks for. */
const MAXIMUM_KEYS = 1000;

/**
 * The buckets a key owns, or every bucket for a key that may list `*`. They come in pages, and with their regions, only
 * where `max-buckets` asks for that (Amazon S3 API Reference, ListBuckets).
 *
 * @throws S3Refusal AccessDenied for a key that owns none and may not list `*`, and for an anonymous request;
 *   InvalidArgument for a number or a token that cannot be one
 */
export function listBuckets(request: S3Request, key: S3Key | undefined, buckets: readonly ServedBucket[]): S3Answer {
  const all = key?.rights.some(({ bucket, actions }) => bucket === '*' && actions.includes('list')) === true;
  const seen = buckets.filter(({ owner }) => all || (key !== undefined && owner === key.accessKey));
  if (key === undefined || (seen.length === 0 && !all)) throw new S3Refusal('AccessDenied');
  const asked = parameter(request, 'max-buckets');
  const after = continueAfter(parameter(request, 'continuation-token'), undefined);
  const left = seen.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = asked === undefined ? left : left.slice(0, readMaxBuckets(asked));
  const last = page.length < left.length ? page.at(-1)?.name : undefined;
  return xmlAnswer([
    'ListAllMyBucketsResult',
    [
      ['Owner', ownerElements(key.accessKey)],
      ['Buckets', page.map((bucket) => ['Bucket', bucketElements(bucket, asked !== undefined)] as const)],
      ...opaque('ContinuationToken', last === undefined ? undefined : continuationToken(last)),
    ],
  ]);
}

function readMaxBuckets(value: string): number {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw invalidArgument('max-buckets', value, 'Argument max-buckets must be an integer between 1 and 10000');
}

/** @throws S3Refusal AccessDenied without the right to list the whole bucket */
export function headBucket(key: S3Key | undefined, bucket: ServedBucket): S3Answer {
  demand(key, 's3:ListBucket', bucket, '');
  return { status: 200, headers: { 'content-type': 'application/xml' } };
}

/** The bucket's region; us-east-1 is an empty element, for reasons of S3's history. */
export function bucketLocation(key: S3Key | undefined, bucket: ServedBucket): S3Answer {
  demand(key, 's3:GetBucketLocation', bucket, '');
  return xmlAnswer(['LocationConstraint', bucket.region === 'us-east-1' ? '' : bucket.region]);
}

/**
 * ListObjects, version 1 or 2.
 *
 * @throws S3Refusal AccessDenied when the key may not list this prefix; InvalidArgument for max-keys, encoding-type,
 *   list-type or a continuation token that is not one of ours
 */
export function listObjects(
  request: S3Request,
  key: S3Key | undefined,
  bucket: ServedBucket,
  version: 1 | 2,
): S3Answer {
  const value = (name: string): string | undefined => parameter(request, name);
  const prefix = value('prefix') ?? '';
  demand(key, 's3:ListBucket', bucket, prefix);
  const listType = value('list-type');
  if (version === 1 && listType !== undefined) throw invalidArgument('list-type', listType, 'Invalid list type');
  const encoding = value('encoding-type');
  if (encoding !== undefined && encoding !== 'url') {
    throw invalidArgument('encoding-type', encoding, 'Invalid Encoding Method specified in Request');
  }
  const text = encoding === 'url' ? listEncoded : (name: string): string => name;
  const maxKeys = readMaxKeys(value('max-keys'));
  const delimiter = value('delimiter') ?? '';
  const after =
    version === 1 ? (value('marker') ?? '') : continueAfter(value('continuation-token'), value('start-after'));
  const page = listPage(bucket.objects.list(), { prefix, delimiter, after, maxKeys: Math.min(maxKeys, MAXIMUM_KEYS) });

  const echoed = (element: string, given: string | undefined): readonly XmlElement[] =>
    given === undefined || given === '' ? [] : [[element, text(given)]];
  const withOwner = version === 1 || value('fetch-owner') === 'true';
  const pageElements: readonly XmlElement[] =
    version === 1
      ? [
          ['Marker', text(after)],
          // NextMarker is only sent with a delimiter; without one, the last key is where to go on.
          ...(delimiter === '' ? [] : echoed('NextMarker', page.last)),
        ]
      : [
          ...opaque('ContinuationToken', value('continuation-token')),
          ...echoed('StartAfter', value('start-after')),
          ...opaque('NextContinuationToken', page.last === undefined ? undefined : continuationToken(page.last)),
          ['KeyCount', page.contents.length + page.commonPrefixes.length],
        ];
  return xmlAnswer([
    'ListBucketResult',
    [
      ['Name', bucket.name],
      ['Prefix', text(prefix)],
      ...pageElements,
      ['MaxKeys', maxKeys],
      ...echoed('Delimiter', delimiter),
      ...(encoding === undefined ? [] : [['EncodingType', encoding] as const]),
      ['IsTruncated', page.last !== undefined],
      ...page.contents.map(
        (head) => ['Contents', contentElements(head, text, withOwner ? bucket.owner : undefined)] as const,
      ),
      ...page.commonPrefixes.map((common) => ['CommonPrefixes', [['Prefix', text(common)]]] as const),
    ],
  ]);
}

function continueAfter(token: string | undefined, startAfter: string | undefined): string {
  if (token === undefined) return startAfter ?? '';
  const name = nameInToken(token);
  if (name === undefined) throw invalidArgument('continuation-token', token, 'The continuation token is not valid.');
  return name;
}

function readMaxKeys(value: string | undefined): number {
  if (value === undefined || value === '') return MAXIMUM_KEYS;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number <= 2_147_483_647) return number;
  throw invalidArgument('max-keys', value, 'Argument max-keys must be an integer between 0 and 2147483647');
}

function opaque(element: string, token: string | undefined): readonly XmlElement[] {
  return token === undefined ? [] : [[element, token]];
}

function contentElements(
  head: ObjectHead,
  text: (name: string) => string,
  owner: string | undefined,
): readonly XmlElement[] {
  return [
    ['Key', text(head.key)],
    ['LastModified', head.modified.toISOString()],
    ['ETag', head.etag],
    ['Size', head.size],
    ...(owner === undefined ? [] : [['Owner', ownerElements(owner)] as const]),
    ['StorageClass', 'STANDARD'],
  ];
}

function ownerElements(owner: string): readonly XmlElement[] {
  return [['ID', owner]];
}

function bucketElements({ name, created, region }: ServedBucket, withRegion: boolean): readonly XmlElement[] {
  return [
    ['Name', name],
    ['CreationDate', created.toISOString()],
    ...(withRegion ? [['BucketRegion', region] as const] : []),
  ];
}
