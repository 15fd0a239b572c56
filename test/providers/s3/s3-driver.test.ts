import { describe, expect, test } from 'vitest';
import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { answering, answeringInTurn } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { bucketAt, credential, listing, outcome, refusal, signedRegion } from './s3-bucket.ts';

test.each<[number, string, DiagnosisCode]>([
  [403, 'InvalidAccessKeyId', 'access-key-unknown'],
  [403, 'InvalidSecurity', 'access-key-unknown'],
  [403, 'SignatureDoesNotMatch', 'signature-refused'],
  [403, 'AccessDenied', 'list-denied'],
  [404, 'NoSuchBucket', 'bucket-not-found'],
  [404, 'NoSuchKey', 'not-a-storage-api'],
  [405, 'MethodNotAllowed', 'not-a-storage-api'],
  [400, 'InvalidBucketName', 'bucket-name-invalid'],
  [400, 'ExpiredToken', 'session-expired'],
  [400, 'InvalidToken', 'session-token-refused'],
  [403, 'RequestTimeTooSkewed', 'clock-skewed'],
  [403, 'AllAccessDisabled', 'account-suspended'],
  [403, 'AccountProblem', 'account-suspended'],
  [400, 'IllegalLocationConstraintException', 'region-unclear'],
  [400, 'AuthorizationHeaderMalformed', 'region-unclear'],
  [301, 'PermanentRedirect', 'redirected'],
  [503, 'SlowDown', 'storage-busy'],
  [503, 'ServiceUnavailable', 'storage-failed'],
  [500, 'InternalError', 'storage-failed'],
  [200, 'InternalError', 'storage-failed'],
  [400, 'InvalidRequest', 'request-refused'],
  [501, 'NotImplemented', 'request-refused'],
  [400, 'constructor', 'request-refused'],
])('%d %s', async (status, code, diagnosis) => {
  expect(await outcome(await serverThat(answering(refusal(status, code))))).toBe(diagnosis);
});

test('a refusal over an encryption key names the policy of that key', async () => {
  const body = '<Error><Code>AccessDenied</Code><Message>not authorized to perform: kms:Decrypt</Message></Error>';
  expect(await outcome(await serverThat(answering({ status: 403, body })))).toBe('encryption-key-denied');
});

test('a refusal is one call, a passing failure two', async () => {
  const refusing = await serverThat(answering(refusal(403, 'AccessDenied')));
  await outcome(refusing);
  expect(refusing.requests).toHaveLength(1);
  const recovering = await serverThat(answeringInTurn(refusal(500, 'InternalError'), listing()));
  expect(await outcome(recovering)).toBe('connected');
  expect(recovering.requests).toHaveLength(2);
});

test('a clock that is off is corrected by what the answer says', async () => {
  const date = new Date(Date.now() + 3 * 3_600_000).toUTCString();
  const server = await serverThat(answeringInTurn(refusal(403, 'RequestTimeTooSkewed', '', { date }), listing()));
  expect(await outcome(server)).toBe('connected');
  const [first, second] = server.requests.map((head) => /x-amz-date: (\S+)/.exec(head)?.[1] ?? '');
  expect(Number(second?.slice(9, 11)) - Number(first?.slice(9, 11))).not.toBe(0);
});

describe('the region', () => {
  const malformed = (region: string) => refusal(400, 'AuthorizationHeaderMalformed', `<Region>${region}</Region>`);

  test('is learned at the same host, when nobody named one', async () => {
    const server = await serverThat(answeringInTurn(malformed('eu-north-1'), listing()));
    const bucket = await bucketAt(server);
    expect(await bucket.list()).toMatchObject({ ok: true });
    expect(server.requests.map(signedRegion)).toEqual(['us-east-1', 'eu-north-1']);
    expect(await bucket.signPut('x', 60)).toContain('eu-north-1');
  });

  test('is learned from a header as well', async () => {
    const redirect = refusal(301, 'PermanentRedirect', '<Endpoint>evil.test</Endpoint>', {
      'x-amz-bucket-region': 'eu-north-1',
      location: 'http://evil.test/',
    });
    const server = await serverThat(answeringInTurn(redirect, listing()));
    expect(await outcome(server)).toBe('connected');
    expect(server.requests.map(signedRegion)).toEqual(['us-east-1', 'eu-north-1']);
  });

  test('is learned once: what is named then is told', async () => {
    const server = await serverThat(answeringInTurn(malformed('eu-north-1'), malformed('eu-south-1')));
    const bucket = await bucketAt(server);
    expect(await bucket.list()).toMatchObject({
      diagnosis: { code: 'region-wrong', sentence: expect.stringContaining('eu-north-1') },
    });
    expect(server.requests).toHaveLength(2);
  });

  test('that the caller named is not tried otherwise', async () => {
    const server = await serverThat(answering(malformed('eu-north-1')));
    const bucket = await bucketAt(server, { region: 'us-west-2' });
    expect(await bucket.list()).toMatchObject({
      diagnosis: { code: 'region-wrong', sentence: expect.stringContaining('eu-north-1') },
    });
    expect(server.requests.map(signedRegion)).toEqual(['us-west-2']);
  });

  test.each(['evil.test', '../../x', 'a b', 'x@evil.test', 'us-east-1#', 'A'.repeat(80), 'us-east-1'])(
    'named %s by a server is neither tried nor told',
    async (region) => {
      const server = await serverThat(answering(malformed(region)));
      const opened = await bucketAt(server);
      expect(await opened.list()).toMatchObject({ ok: false, diagnosis: { code: 'region-unclear' } });
      expect(server.requests).toHaveLength(1);
    },
  );

  test('that is none is refused before a call', async () => {
    const server = await serverThat(answering(listing()));
    expect(await outcome(server, { region: 'fips-us-east-1' })).toBe('region-unclear');
    expect(server.reached()).toBe(0);
  });

  test('of Google is auto', async () => {
    const server = await serverThat(answering(listing()));
    expect(await outcome(server, { provider: 'gcs' })).toBe('connected');
    expect(server.requests.map(signedRegion)).toEqual(['auto']);
  });
});

describe('a listing', () => {
  test('has names decoded once, whichever way a space is written', async () => {
    const keys = ['a+b', 'a%20b', 'a%2Bb', 'a%2520b', '%E6%97%A5', '%zz', 'a%26b'];
    const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>7</Size></Contents>`).join('');
    const encoded = await bucketAt(await serverThat(answering(listing(`<EncodingType>url</EncodingType>${contents}`))));
    const names = ['a b', 'a b', 'a+b', 'a%20b', '日', '%zz', 'a&b'];
    expect(await encoded.list()).toEqual({ ok: true, value: { objects: names.map((key) => ({ key, size: 7 })) } });
    const plain = await bucketAt(await serverThat(answering(listing(contents))));
    expect(await plain.list()).toEqual({ ok: true, value: { objects: keys.map((key) => ({ key, size: 7 })) } });
  });

  test('has sizes that can be counted with', async () => {
    const sizes = ['', '-5', 'NaN', '1e400', '12.5', '99999999999999999999'];
    const contents = sizes.map((size) => `<Contents><Key>k</Key><Size>${size}</Size></Contents>`).join('');
    const answer = await (await bucketAt(await serverThat(answering(listing(contents))))).list();
    for (const { size } of answer.ok ? answer.value.objects : [])
      expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
  });

  test('has at most a page of keys', async () => {
    const contents = '<Contents><Key>k</Key><Size>1</Size></Contents>'.repeat(3000);
    const answer = await (await bucketAt(await serverThat(answering(listing(contents))))).list();
    expect(answer.ok && answer.value.objects).toHaveLength(1000);
  });

  test('goes on only where it says how', async () => {
    const more = (inner: string) => serverThat(answering(listing(`<IsTruncated>true</IsTruncated>${inner}`)));
    const named = await (await bucketAt(await more('<NextContinuationToken>t/=+</NextContinuationToken>'))).list();
    expect(named).toEqual({ ok: true, value: { objects: [], next: 't/=+' } });
    expect(await (await bucketAt(await more(''))).list()).toEqual({ ok: true, value: { objects: [] } });
    const finished = listing('<IsTruncated>false</IsTruncated><NextContinuationToken>t</NextContinuationToken>');
    const answer = await (await bucketAt(await serverThat(answering(finished)))).list();
    expect(answer).toEqual({ ok: true, value: { objects: [] } });
  });

  test('asks for its prefix, its page and where to go on', async () => {
    const server = await serverThat(answering(listing()));
    await (await bucketAt(server, { prefix: 'a b/ü&c' })).list('t/=+');
    const query = new URL(/^GET (\S+)/.exec(server.requests[0] ?? '')?.[1] ?? '', 'http://x').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': '1000',
      'continuation-token': 't/=+',
      prefix: 'a b/ü&c',
    });
  });

  test('of another bucket is not this one’s', async () => {
    expect(await outcome(await serverThat(answering(listing('', 'other'))))).toBe('not-a-storage-api');
  });
});

test('an accelerated endpoint of a bucket that is not accelerated is told', async () => {
  const server = await serverThat(answering(refusal(400, 'InvalidRequest')));
  const storage = storageFor({
    CONNECT_TO: `*.s3-accelerate.amazonaws.com::127.0.0.1:${server.port}`,
    EGRESS_ALLOW: '127.0.0.1,photos.s3-accelerate.amazonaws.com:80',
  });
  const target = {
    provider: 's3',
    endpoint: 'http://s3-accelerate.amazonaws.com',
    bucket: 'photos',
    prefix: '',
  } as const;
  const opened = await storage.open(target, credential, AbortSignal.timeout(5_000));
  expect(opened.ok && (await opened.value.list())).toMatchObject({ diagnosis: { code: 'acceleration-off' } });
});
