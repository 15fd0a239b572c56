import { describe, expect, test } from 'vitest';
import type { ListedBucket } from '../../functions/core/storage/storage.ts';
import { allBuckets, type BucketPage } from '../../functions/providers/normalize-listing.ts';
import { storageFor } from '../../functions/providers/open-storage.ts';
import { answering, answeringInTurn, type CannedAnswer } from '../conformance/storage/hostile.ts';
import { serverThat } from '../conformance/storage/server-that.ts';
import { googleThat, jsonAnswer, openAccountAt, token } from './gcs/gcs-scene.ts';
import { credential } from './s3/s3-bucket.ts';

const pages = async (page: (next: string | undefined) => BucketPage) => {
  const asked: (string | undefined)[] = [];
  const answer = await allBuckets(async (next) => {
    asked.push(next);
    return { ok: true, value: page(next) };
  });
  return { asked, buckets: answer.ok ? answer.value : [] };
};

describe('the pages of a list of buckets', () => {
  test('are read to their end, in order', async () => {
    const { asked, buckets } = await pages((next) => ({
      buckets: [{ name: `after-${next ?? 'nothing'}` }],
      ...(next !== 'b' && { next: next === 'a' ? 'b' : 'a' }),
    }));
    expect(asked).toEqual([undefined, 'a', 'b']);
    expect(buckets.map(({ name }) => name)).toEqual(['after-nothing', 'after-a', 'after-b']);
  });

  test('that never end are ten', async () => {
    const { asked } = await pages(() => ({ buckets: [], next: 'same' }));
    expect(asked).toHaveLength(10);
  });

  test('that are too long end at 10,000 buckets', async () => {
    const many: readonly ListedBucket[] = Array.from({ length: 6000 }, (_, at) => ({ name: `bucket-${at}` }));
    const { asked, buckets } = await pages(() => ({ buckets: many, next: 'same' }));
    expect([asked.length, buckets.length]).toEqual([2, 10_000]);
  });

  test('have names and regions as those are written, and nothing else a server says', async () => {
    const { buckets } = await pages(() => ({
      buckets: [
        { name: 'fine', region: 'eu-west-1' },
        { name: '<script>' },
        { name: '' },
        { name: 'x', region: 'a b' },
      ],
    }));
    expect(buckets).toEqual([{ name: 'fine', region: 'eu-west-1' }, { name: 'x' }]);
  });
});

const s3Account = async (answer: CannedAnswer, ...then: readonly CannedAnswer[]) => {
  const server = await serverThat(then.length > 0 ? answeringInTurn(answer, ...then) : answering(answer));
  const storage = storageFor({ EGRESS_ALLOW: `127.0.0.1:${server.port}` });
  const account = { provider: 's3', endpoint: `http://127.0.0.1:${server.port}` } as const;
  const opened = await storage.openAccount(account, credential, AbortSignal.timeout(5_000));
  return { server, answer: opened.ok ? await opened.value.listBuckets() : opened };
};
const list = (inner: string): CannedAnswer => ({
  status: 200,
  body: `<?xml version="1.0"?><ListAllMyBucketsResult>${inner}</ListAllMyBucketsResult>`,
});

describe('an account that speaks S3', () => {
  test('without a bucket is a success', async () => {
    expect((await s3Account(list('<Buckets/>'))).answer).toEqual({ ok: true, value: [] });
    expect((await s3Account(list('<Owner><ID>x</ID></Owner>'))).answer).toEqual({ ok: true, value: [] });
  });

  test('goes on where it says so, and names regions where it does', async () => {
    const bucket = (name: string, inner = '') => `<Buckets><Bucket><Name>${name}</Name>${inner}</Bucket></Buckets>`;
    const { server, answer } = await s3Account(
      list(`${bucket('one', '<BucketRegion>eu-west-1</BucketRegion>')}<ContinuationToken>t/=</ContinuationToken>`),
      list(bucket('two')),
    );
    expect(answer).toEqual({ ok: true, value: [{ name: 'one', region: 'eu-west-1' }, { name: 'two' }] });
    expect(server.requests[0]).toMatch(/^GET \/(?:\?x-id=ListBuckets)? HTTP/);
    expect(server.requests[1]).toContain('continuation-token=t%2F%3D');
  });

  test('learns the region it is to be signed for as a bucket does', async () => {
    const malformed = '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-north-1</Region></Error>';
    const { server, answer } = await s3Account({ status: 400, body: malformed }, list('<Buckets/>'));
    expect(answer).toMatchObject({ ok: true });
    expect(server.requests[1]).toContain('/eu-north-1/s3/aws4_request');
  });

  test.each([
    ['NoSuchBucket', 404],
    ['InvalidBucketName', 400],
  ])('is not one where a path is taken for a bucket: %s', async (code, status) => {
    const { answer } = await s3Account({ status, body: `<Error><Code>${code}</Code></Error>` });
    expect(answer).toMatchObject({ diagnosis: { code: 'not-a-storage-api' } });
  });
});

test('a project of Google’s has buckets in locations', async () => {
  const buckets = jsonAnswer(200, { kind: 'storage#buckets', items: [{ name: 'photos', location: 'EUROPE-WEST1' }] });
  const servers = await googleThat(token, buckets);
  const opened = await openAccountAt(servers);
  expect(opened.ok && (await opened.value.listBuckets())).toEqual({
    ok: true,
    value: [{ name: 'photos', region: 'europe-west1' }],
  });
  expect(servers.api.requests[0]).toContain('/storage/v1/b?project=acme-vision&');
});
