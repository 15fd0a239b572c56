import { describe, expect, onTestFinished, test } from 'vitest';
import { s3VendorNames, s3Vendors } from '../../../functions/core/storage/s3-vendors.ts';
import type { Bucket } from '../../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { type S3StandIn, startS3StandIn } from '../../../infra/local/storage/s3/s3-emulator.ts';
import type { WithoutV2 } from '../../../infra/local/storage/s3/service.ts';
import { answering, answeringInTurn, type CannedAnswer } from '../../conformance/storage/hostile.ts';
import { pagesOf } from '../../conformance/storage/scene.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { bucketAt, credential, listing, outcome, refusal } from './s3-bucket.ts';

/** Keys whose order and escaping a marker has to survive. */
const keys = Array.from({ length: 2100 }, (_, at) => `f & ü/${String(at).padStart(4, '0')} +%41`);

async function standIn(withoutV2: WithoutV2 | undefined): Promise<S3StandIn> {
  const service = await startS3StandIn({
    ...(withoutV2 && { withoutV2 }),
    keys: [
      { accessKey: 'AKIATEST', secretKey: 'test-secret', rights: [{ bucket: 'photos', actions: ['list'] }] },
      { accessKey: 'AKIANONE', secretKey: 'test-secret', rights: [] },
    ],
    buckets: [{ name: 'photos', region: 'us-east-1', objects: Object.fromEntries(keys.map((key) => [key, ''])) }],
  });
  onTestFinished(service.stop);
  return service;
}

async function opened(service: S3StandIn, more: Partial<StorageTarget> = {}): Promise<Bucket> {
  const storage = storageFor({ EGRESS_ALLOW: `127.0.0.1:${service.port}` });
  const target = { provider: 's3', endpoint: service.url, bucket: 'photos', prefix: '', ...more } as const;
  const answer = await storage.open(target, credential, AbortSignal.timeout(5_000));
  if (!answer.ok) throw new Error(answer.diagnosis.code);
  return answer.value;
}

const operations = ({ requests }: S3StandIn) => requests.map(({ operation, status }) => `${operation} ${status}`);

describe('a storage that lacks ListObjectsV2', () => {
  test.each<[WithoutV2 | undefined, readonly string[]]>([
    ['not-implemented', ['Unknown 501', 'ListObjects 200', 'ListObjects 200', 'ListObjects 200']],
    ['invalid-argument', ['ListObjects 400', 'ListObjects 200', 'ListObjects 200', 'ListObjects 200']],
    ['ignored', ['ListObjects 200', 'ListObjects 200', 'ListObjects 200']],
    [undefined, ['ListObjectsV2 200', 'ListObjectsV2 200', 'ListObjectsV2 200']],
  ])('and meets it so (%s) is listed with at most one call more', async (withoutV2, asked) => {
    const service = await standIn(withoutV2);
    expect((await pagesOf(await opened(service))).flat()).toEqual(keys);
    expect(operations(service)).toEqual(asked);
  });

  test('is remembered: a listing from the start is one call', async () => {
    const service = await standIn('not-implemented');
    const bucket = await opened(service);
    await bucket.list();
    await bucket.list();
    expect(operations(service)).toEqual(['Unknown 501', 'ListObjects 200', 'ListObjects 200']);
  });

  test.each(s3VendorNames)('%s is asked as its row says', async (vendor) => {
    const service = await standIn('not-implemented');
    const answer = await (await opened(service, { vendor, region: 'us-east-1' })).list();
    const mayLackIt = s3Vendors[vendor].listing === 'v2-or-v1';
    expect(answer.ok).toBe(mayLackIt);
    expect(service.requests).toHaveLength(mayLackIt ? 2 : 1);
  });
});

test('what refuses both versions is told by the second answer', async () => {
  const server = await serverThat(answeringInTurn(refusal(501, 'NotImplemented'), refusal(403, 'AccessDenied')));
  expect(await outcome(server)).toBe('list-denied');
  expect(server.requests).toHaveLength(2);
  expect(server.requests.map((head) => head.includes('list-type=2'))).toEqual([true, false]);
});

test.each([
  refusal(403, 'AccessDenied'),
  refusal(400, 'ExpiredToken'),
  refusal(501, 'Whatever'),
  { status: 501, body: '<html/>' },
])('another refusal is not asked again: %o', async (answer: CannedAnswer) => {
  const server = await serverThat(answering(answer));
  await outcome(server);
  expect(server.requests).toHaveLength(1);
});

test('a listing that never gets further ends where its reader does', async () => {
  const same = '<IsTruncated>true</IsTruncated><Contents><Key>same</Key><Size>1</Size></Contents>';
  const bucket = await bucketAt(await serverThat(answering(listing(same))));
  const first = await bucket.list();
  expect(first).toEqual({ ok: true, value: { objects: [{ key: 'same', size: 1 }], next: 'same' } });
});
