import { describe, expect, test } from 'vitest';
import { storageFor } from '../../functions/providers/open-storage.ts';
import { answering, type CannedAnswer } from '../conformance/storage/hostile.ts';
import { serverThat } from '../conformance/storage/server-that.ts';
import { bucketAt, credential, listing, outcome } from './s3/s3-bucket.ts';

const objects = (inner: string) => `<KeyCount>1</KeyCount><Contents><Key>a.csv</Key>${inner}</Contents>`;
const listed = async (answer: CannedAnswer) => (await bucketAt(await serverThat(answering(answer)))).list();
const newYear = Date.UTC(2026, 0, 1);

describe('an optional detail of a listing', () => {
  test.each([
    ['RFC 3339', '2026-01-01T00:00:00.000Z', newYear],
    ['an offset', '2026-01-01T01:00:00+01:00', newYear],
    ['an offset without a colon', '2026-01-01T00:00:00.000+0000', newYear],
    ['RFC 2822', 'Thu, 01 Jan 2026 00:00:00 GMT', newYear],
    ['RFC 2822 with an offset', 'Thu, 1 Jan 2026 01:00:00 +0100', newYear],
    ['a space', '2026-01-01 00:00:00', newYear],
    ['no zone', '2026-01-01T00:00:00', newYear],
    ['nothing', '', undefined],
    ['words', 'yesterday', undefined],
    ['a number', '1767225600', undefined],
    ['a day that is in no calendar', '2026-02-31T00:00:00Z', undefined],
  ])('never costs the listing: a time written as %s', async (_, text, modifiedAt) => {
    const answer = await listed(listing(objects(`<LastModified>${text}</LastModified><Size>3</Size>`)));
    const object = { key: 'a.csv', size: 3, ...(modifiedAt !== undefined && { modifiedAt }) };
    expect(answer).toEqual({ ok: true, value: { objects: [object] } });
  });

  test.each([
    ['no time', ''],
    ['an empty time', '<LastModified/>'],
    ['an ETag without quotes', '<ETag>x</ETag>'],
    ['an empty ETag', '<ETag/>'],
    ['an unknown storage class', '<StorageClass>ATTIC</StorageClass>'],
    ['an owner that is a text', '<Owner>me</Owner>'],
    ['an empty owner', '<Owner/>'],
    ['a restore that ends at no time', '<RestoreStatus><RestoreExpiryDate>soon</RestoreExpiryDate></RestoreStatus>'],
  ])('never costs the listing: %s', async (_, inner) => {
    const answer = await listed(listing(objects(`${inner}<Size>3</Size>`)));
    expect(answer).toEqual({ ok: true, value: { objects: [{ key: 'a.csv', size: 3 }] } });
  });

  test.each([
    '',
    '<Size/>',
    '<Size>many</Size>',
    '<Size>-1</Size>',
    '<Size>1.5</Size>',
    `<Size>${'9'.repeat(30)}</Size>`,
  ])('never costs the listing: the size %j counts as none', async (size) => {
    expect(await listed(listing(objects(size)))).toEqual({ ok: true, value: { objects: [{ key: 'a.csv', size: 0 }] } });
  });

  test('never costs the listing of the first version either', async () => {
    const inner =
      '<IsTruncated>false</IsTruncated><Marker/><Contents><Key>a.csv</Key><LastModified>x</LastModified></Contents>';
    expect(await listed(listing(inner))).toMatchObject({ ok: true });
  });

  test('never costs the list of buckets', async () => {
    const bucket = (name: string, created: string) =>
      `<Bucket><Name>${name}</Name><CreationDate>${created}</CreationDate></Bucket>`;
    const server = await serverThat(
      answering({
        status: 200,
        body: `<ListAllMyBucketsResult><Buckets>${bucket('a', '')}${bucket('b', '2026-01-01 00:00:00')}</Buckets></ListAllMyBucketsResult>`,
      }),
    );
    const endpoint = `http://127.0.0.1:${server.port}`;
    const opened = await storageFor({ EGRESS_ALLOW: `127.0.0.1:${server.port}` }).openAccount(
      { provider: 's3', endpoint },
      credential,
      AbortSignal.timeout(5_000),
    );
    if (!opened.ok) throw new Error(opened.diagnosis.code);
    expect(await opened.value.listBuckets()).toEqual({ ok: true, value: [{ name: 'a' }, { name: 'b' }] });
  });
});

describe('the name of the bucket in a listing', () => {
  test.each(['photos', '', ' ', '/photos', 'photos/', '/data/photos/', '/photos//'])('may be %j', async (name) => {
    expect(await listed(listing(objects('<Size>3</Size>'), name))).toMatchObject({ ok: true });
  });

  test.each(['other', '/photos/other', 'photos2', 'xphotos'])('is another bucket’s when it is %j', async (name) => {
    expect(await outcome(await serverThat(answering(listing(objects(''), name))))).toBe('not-a-storage-api');
  });

  test.each([
    ['a web page', '<html><head><Name></Name></head><body><IsTruncated>x</IsTruncated></body></html>'],
    [
      'a list of buckets',
      '<ListAllMyBucketsResult><Owner/><Buckets><Bucket><Name></Name></Bucket></Buckets></ListAllMyBucketsResult>',
    ],
    ['nothing of a listing', '<ListBucketResult><Name></Name></ListBucketResult>'],
    ['JSON', '{"Name":"","IsTruncated":false}'],
    ['nothing', ''],
  ])('does not make a listing of %s', async (_, body) => {
    expect(await outcome(await serverThat(answering({ status: 200, body })))).toBe('not-a-storage-api');
  });
});

test('the write check is none of the files, wherever it lies', async () => {
  const keys = [
    '.storage-connections-write-check',
    'data/.storage-connections-write-check',
    'a.csv',
    'x.storage-connections-write-check',
  ];
  const inner = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('');
  const answer = await listed(listing(`<KeyCount>4</KeyCount>${inner}`));
  expect(answer).toMatchObject({
    value: { objects: [{ key: 'a.csv' }, { key: 'x.storage-connections-write-check' }] },
  });
});
