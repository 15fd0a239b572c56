import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../../../../infra/local/storage/s3/s3-emulator.ts';
import { KEY } from './signed-request.ts';

let standIn: S3StandIn;
let s3: S3Client;

beforeAll(async () => {
  standIn = await startS3StandIn({
    keys: [{ ...KEY, rights: [{ bucket: '*', actions: ['list', 'get', 'put', 'delete'] }] }],
    buckets: ['pages', 'keys'].map((name) => ({ name, region: 'us-east-1' })),
  });
  s3 = new S3Client({
    endpoint: standIn.url,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: KEY.accessKey, secretAccessKey: KEY.secretKey },
  });
});
afterAll(async () => {
  s3.destroy();
  await standIn.stop();
});

test('any key can be put, listed, read and deleted', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '/',
      '//',
      '%',
      '%2F',
      '%00',
      '+',
      ' ',
      '~',
      "'",
      '*',
      '\\',
      '?',
      '#',
      '&',
      '=',
      ';',
      ':',
    ),
    fc.constantFrom('ä', '\u{1F600}', '\ufb00', '\u200b', '<x>', '"', 'CON', '.object', '\u00e9', 'e\u0301'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  );
  const keys = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
  await fc.assert(
    fc.asyncProperty(keys, fc.uint8Array({ maxLength: 64 }), async (Key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket: 'keys', Key, Body }));
      const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'keys', EncodingType: 'url' }));
      expect(listed.Contents?.map((object) => formDecoded(object.Key ?? ''))).toEqual([Key]);
      const got = await s3.send(new GetObjectCommand({ Bucket: 'keys', Key }));
      expect(await got.Body?.transformToByteArray()).toEqual(Body);
      await s3.send(new DeleteObjectCommand({ Bucket: 'keys', Key }));
      expect((await s3.send(new ListObjectsV2Command({ Bucket: 'keys' }))).KeyCount).toBe(0);
    }),
    { numRuns: 40 },
  );
});

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

describe('pages', () => {
  const keys = ['a.txt', 'b/1.txt', 'b/2.txt', 'b/c/3.txt', 'd.txt', 'e/4.txt', '\uff5e', '\u{1F600}'];

  beforeAll(async () => {
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: 'pages', Key, Body: Key }));
  });

  test('version 2 goes on with a token, and shows each key once, in byte order', async () => {
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(new ListObjectsV2Command({ Bucket: 'pages', MaxKeys: 3, ContinuationToken }));
      expect(page.KeyCount).toBe(page.Contents?.length);
      expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(keys);
  });

  test('version 1 goes on with a marker: the next one with a delimiter, the last key without', async () => {
    const plain = await s3.send(new ListObjectsCommand({ Bucket: 'pages', MaxKeys: 2 }));
    expect(plain).toMatchObject({ IsTruncated: true, Name: 'pages', Marker: '' });
    expect(plain.NextMarker).toBeUndefined();
    const folders = { Bucket: 'pages', Delimiter: '/', MaxKeys: 2 };
    const first = await s3.send(new ListObjectsCommand(folders));
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b/', CommonPrefixes: [{ Prefix: 'b/' }] });
    const second = await s3.send(new ListObjectsCommand({ ...folders, Marker: first.NextMarker }));
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['d.txt']);
    expect(second.CommonPrefixes).toEqual([{ Prefix: 'e/' }]);
  });

  test('prefix, delimiter and start-after narrow the list', async () => {
    const below = await s3.send(new ListObjectsV2Command({ Bucket: 'pages', Prefix: 'b/', Delimiter: '/' }));
    expect(below.Contents?.map(({ Key }) => Key)).toEqual(['b/1.txt', 'b/2.txt']);
    expect(below).toMatchObject({ CommonPrefixes: [{ Prefix: 'b/c/' }], KeyCount: 3, Prefix: 'b/', Delimiter: '/' });
    const after = await s3.send(new ListObjectsV2Command({ Bucket: 'pages', StartAfter: 'b/2.txt', MaxKeys: 1 }));
    expect(after).toMatchObject({ StartAfter: 'b/2.txt', IsTruncated: true, Contents: [{ Key: 'b/c/3.txt' }] });
    const none = await s3.send(new ListObjectsV2Command({ Bucket: 'pages', MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
});
