import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../../../../infra/local/storage/s3/s3-emulator.ts';
import { KEY } from './signed-request.ts';

const Bucket = 'first';
let standIn: S3StandIn;
const clients: S3Client[] = [];

beforeAll(async () => {
  standIn = await startS3StandIn({
    virtualHosts: ['s3.localhost'],
    keys: [
      { ...KEY, rights: [{ bucket: '*', actions: ['list', 'get', 'put', 'delete'] }] },
      { accessKey: 'OWNER', secretKey: 'owner', rights: [{ bucket: 'second', actions: ['list'] }] },
    ],
    buckets: [
      { name: Bucket, region: 'us-east-1', objects: { 'notes/a.txt': 'hello', 'notes/b.json': '{}' } },
      { name: 'second', region: 'eu-west-1', owner: 'OWNER' },
      { name: 'empty', region: 'us-east-1' },
    ],
  });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await standIn.stop();
});

function client(config: S3ClientConfig = {}): S3Client {
  const made = new S3Client({
    endpoint: standIn.url,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: KEY.accessKey, secretAccessKey: KEY.secretKey },
    ...config,
  });
  clients.push(made);
  return made;
}

describe('the AWS SDK', () => {
  test('lists, and finds the name of the bucket and nothing in an empty one', async () => {
    const s3 = client();
    const listed = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(listed).toMatchObject({ Name: Bucket, KeyCount: 2, IsTruncated: false, MaxKeys: 1000, Prefix: '' });
    expect(listed.Contents?.map(({ Key, Size }) => [Key, Size])).toEqual([
      ['notes/a.txt', 5],
      ['notes/b.json', 2],
    ]);
    const empty = await s3.send(new ListObjectsV2Command({ Bucket: 'empty' }));
    expect(empty).toMatchObject({ Name: 'empty', KeyCount: 0, IsTruncated: false });
    expect(empty.Contents).toBeUndefined();
  });

  test('puts, reads, heads and deletes an object with its metadata', async () => {
    const s3 = client();
    const Key = 'made/by sdk.txt';
    const described = {
      ContentType: 'text/plain; charset=utf-8',
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="x.txt"',
      ContentLanguage: 'en',
      ContentEncoding: 'identity',
      Metadata: { origin: 'test', 'two-words': 'a  b' },
    };
    const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'content', ...described }));
    const ETag = `"${createHash('md5').update('content').digest('hex')}"`;
    expect(put.ETag).toBe(ETag);
    const expected = { ...described, Metadata: { origin: 'test', 'two-words': 'a  b' }, ETag, ContentLength: 7 };
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject(expected);
    // The SDK asks for the checksum it sent and verifies it.
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(got).toMatchObject(expected);
    expect(got.ChecksumCRC32).toBe(put.ChecksumCRC32);
    expect(await got.Body?.transformToString()).toBe('content');
    expect((await s3.send(new DeleteObjectCommand({ Bucket, Key }))).$metadata.httpStatusCode).toBe(204);
    expect((await s3.send(new DeleteObjectCommand({ Bucket, Key }))).$metadata.httpStatusCode).toBe(204);
    await expect(s3.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  test.each(['CRC32', 'SHA1', 'SHA256'] as const)('sends and verifies %s', async (ChecksumAlgorithm) => {
    const s3 = client();
    const Key = `checksum/${ChecksumAlgorithm}`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'checked', ChecksumAlgorithm }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(await got.Body?.transformToString()).toBe('checked');
    expect(got[`Checksum${ChecksumAlgorithm}`]).toMatch(/=$/);
  });

  test('streams a body of many chunks, whose checksum follows it', async () => {
    const s3 = client();
    const content = Buffer.alloc(1_000_000, 'stream ');
    const pieces = Array.from({ length: 16 }, (_, n) => content.subarray(n * 65_536, (n + 1) * 65_536));
    const stream = (): Readable => Readable.from(pieces);
    const upload = { Bucket, Key: 'stream', ContentLength: content.length };
    const put = await s3.send(new PutObjectCommand({ ...upload, Body: stream() }));
    expect(put.ETag).toBe(`"${createHash('md5').update(content).digest('hex')}"`);
    expect(put.ChecksumCRC32).toBeDefined();
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'stream' }));
  });

  test('reads a range', async () => {
    const got = await client().send(new GetObjectCommand({ Bucket, Key: 'notes/a.txt', Range: 'bytes=1-3' }));
    expect(got).toMatchObject({ ContentRange: 'bytes 1-3/5', ContentLength: 3 });
    expect(await got.Body?.transformToString()).toBe('ell');
  });

  test('lists the buckets that a key owns, or all for a key that may', async () => {
    const names = async (s3: S3Client): Promise<unknown> =>
      (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);
    const owner = client({ credentials: { accessKeyId: 'OWNER', secretAccessKey: 'owner' } });
    expect(await names(owner)).toEqual(['second']);
    expect(await names(client())).toEqual(['empty', 'first', 'second']);
  });

  test('lists buckets by the page, with their regions, where that is asked for', async () => {
    const first = await client().send(new ListBucketsCommand({ MaxBuckets: 2 }));
    expect(first.Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion])).toEqual([
      ['empty', expect.any(String)],
      ['first', expect.any(String)],
    ]);
    const token = first.ContinuationToken ?? '';
    const rest = await client().send(new ListBucketsCommand({ MaxBuckets: 2, ContinuationToken: token }));
    expect(rest.Buckets?.map(({ Name }) => Name)).toEqual(['second']);
    expect(rest.ContinuationToken).toBeUndefined();
  });

  test('learns where a bucket is', async () => {
    const here = await client().send(new GetBucketLocationCommand({ Bucket }));
    expect(here.LocationConstraint ?? '').toBe('');
    const there = client({ region: 'eu-west-1' });
    const located = await there.send(new GetBucketLocationCommand({ Bucket: 'second' }));
    expect(located.LocationConstraint).toBe('eu-west-1');
    expect(await there.send(new HeadBucketCommand({ Bucket: 'second' }))).toMatchObject({ BucketRegion: 'eu-west-1' });
  });

  test('is told the right region in the error', async () => {
    await expect(client().send(new ListObjectsV2Command({ Bucket: 'second' }))).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
      Region: 'eu-west-1',
    });
  });

  test('gets no code from a HEAD that failed, only a status', async () => {
    const wrong = client({ credentials: { accessKeyId: KEY.accessKey, secretAccessKey: 'wrong' } });
    await expect(wrong.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('learns the time from the refusal and is right the next time', async () => {
    const slow = client({ systemClockOffset: -3_600_000 });
    await expect(slow.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'RequestTimeTooSkewed',
    });
    expect(await slow.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({ Name: Bucket });
  });
});

describe('presigned by the SDK', () => {
  const whenRequired = { requestChecksumCalculation: 'WHEN_REQUIRED' } as const;

  test('a PUT and a GET work with a plain HTTP client', async () => {
    const s3 = client(whenRequired);
    const Key = 'plain/größe +1.bin';
    const put = await fetch(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key })), {
      method: 'PUT',
      body: 'plain',
    });
    expect(put.status).toBe(200);
    const got = await fetch(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key })));
    expect([got.status, await got.text()]).toEqual([200, 'plain']);
  });

  test('a PUT that carries the checksum of nothing fails for anything else', async () => {
    const url = await getSignedUrl(client(), new PutObjectCommand({ Bucket, Key: 'checksummed' }));
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
    const answer = await fetch(url, { method: 'PUT', body: 'something' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<Code>BadDigest</Code>');
    expect((await fetch(url, { method: 'PUT', body: '' })).status).toBe(200);
  });

  test('a GET can replace headers of the answer', async () => {
    const command = new GetObjectCommand({ Bucket, Key: 'notes/a.txt', ResponseContentType: 'text/x-other' });
    const got = await fetch(await getSignedUrl(client(), command));
    expect(got.headers.get('content-type')).toBe('text/x-other');
  });
});

test('a bucket can be named in the host', async () => {
  // `*.localhost` need not resolve everywhere: the request goes to the address and only says the name.
  const s3 = client({ endpoint: `http://s3.localhost:${standIn.port}`, forcePathStyle: false });
  s3.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (typeof request === 'object' && request !== null && 'hostname' in request) request.hostname = '127.0.0.1';
      return next(args);
    },
    { step: 'deserialize', priority: 'low' },
  );
  const before = standIn.requests.length;
  expect(await s3.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({
    Name: Bucket,
    KeyCount: expect.any(Number),
  });
  expect(standIn.requests.slice(before)).toMatchObject([{ host: `first.s3.localhost:${standIn.port}`, path: '/' }]);
});
