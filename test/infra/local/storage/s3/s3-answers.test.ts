import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../../../../infra/local/storage/s3/s3-emulator.ts';
import { element, KEY, presigned, type RawAnswer, send, signed, type ToSign } from './signed-request.ts';

const HOST = 'storage.test';
const PLANTED = 'planted <words> & more';
let standIn: S3StandIn;

/** The secret of every key below but KEY. */
const secretKey = 'secret';

beforeAll(async () => {
  standIn = await startS3StandIn({
    errorMessage: PLANTED,
    keys: [
      { ...KEY, rights: [{ bucket: '*', actions: ['list', 'get', 'put', 'delete'] }] },
      { accessKey: 'READER', secretKey, rights: [{ bucket: 'first', actions: ['get'] }] },
      { accessKey: 'LISTER', secretKey, rights: [{ bucket: 'first', actions: ['list'], prefix: 'in/' }] },
      { accessKey: 'WRITER', secretKey, rights: [{ bucket: 'first', actions: ['put', 'delete'], prefix: 'in/' }] },
    ],
    buckets: [
      {
        name: 'first',
        region: 'us-east-1',
        cors: true,
        objects: { 'a.txt': 'hello', 'in/b.txt': 'world', nothing: '' },
      },
      { name: 'second', region: 'eu-west-1', accelerate: true },
    ],
  });
});
afterAll(() => standIn.stop());

const ask = async (toSign: ToSign, host = HOST): Promise<RawAnswer> => send(standIn.port, await signed(host, toSign));

describe('errors', () => {
  test.each<[string, ToSign, number, string, Readonly<Record<string, string>>]>([
    ['no such bucket', { path: '/third' }, 404, 'NoSuchBucket', { BucketName: 'third' }],
    ['no such bucket, for an object', { path: '/third/x' }, 404, 'NoSuchBucket', {}],
    ['no such key', { path: '/first/x%20y' }, 404, 'NoSuchKey', { Key: 'x y' }],
    ['a name no bucket has', { path: '/Upper_Case' }, 400, 'InvalidBucketName', { BucketName: 'Upper_Case' }],
    ['a name that is too short', { path: '/ab' }, 400, 'InvalidBucketName', {}],
    ['a name that is an address', { path: '/10.0.0.1/x' }, 400, 'InvalidBucketName', {}],
    ['no name before a key', { path: '//x' }, 400, 'InvalidBucketName', {}],
    ['a dot as the name', { path: '/..' }, 400, 'InvalidBucketName', {}],
    ['a path that is not UTF-8', { path: '/first/%ff' }, 400, 'InvalidURI', {}],
    ['a path with half an escape', { path: '/first/%4' }, 400, 'InvalidURI', {}],
    ['another subresource', { path: '/first', query: { acl: '' } }, 501, 'NotImplemented', { Resource: 'acl' }],
    ['two at once', { path: '/first', query: { policy: '', acl: '' } }, 501, 'NotImplemented', {}],
    ['a policy of an object', { path: '/first/x', query: { policy: '' } }, 501, 'NotImplemented', {}],
    ['an upload in parts', { method: 'POST', path: '/first/x', query: { uploads: '' } }, 501, 'NotImplemented', {}],
    ['a new bucket', { method: 'PUT', path: '/third' }, 501, 'NotImplemented', {}],
    ['a copy', copy(), 501, 'NotImplemented', { Header: 'x-amz-copy-source' }],
    ['a method of no service', { method: 'DELETE', path: '/' }, 405, 'MethodNotAllowed', { ResourceType: 'SERVICE' }],
    ['a method of no object', { method: 'PATCH', path: '/first/x' }, 405, 'MethodNotAllowed', { Method: 'PATCH' }],
    ['a method of no bucket', { method: 'PATCH', path: '/first' }, 405, 'MethodNotAllowed', { ResourceType: 'BUCKET' }],
    ['max-keys that is no number', list({ 'max-keys': '-1' }), 400, 'InvalidArgument', { ArgumentName: 'max-keys' }],
    ['an encoding that is none', list({ 'encoding-type': 'x' }), 400, 'InvalidArgument', {}],
    ['a list type that is none', { path: '/first', query: { 'list-type': '3' } }, 400, 'InvalidArgument', {}],
    ['a token of another make', list({ 'continuation-token': 'bm90aGluZw' }), 400, 'InvalidArgument', {}],
    ['a range behind the end', range('bytes=5-'), 416, 'InvalidRange', { ActualObjectSize: '5' }],
    ['a range of nothing', { path: '/first/nothing', headers: { range: 'bytes=0-' } }, 416, 'InvalidRange', {}],
    ['a match that fails', { path: '/first/a.txt', headers: { 'if-match': '"x"' } }, 412, 'PreconditionFailed', {}],
  ])('%s', async (_, toSign, status, code, details) => {
    const answer = await ask(toSign);
    expect(answer).toMatchObject({ status, code });
    for (const [name, value] of Object.entries(details)) expect(element(answer.body, name)).toBe(value);
    expect(element(answer.body, 'Message')).toMatch(/ planted &lt;words&gt; &amp; more$/);
    expect(answer.headers['content-type']).toBe('application/xml');
    expect(element(answer.body, 'RequestId')).toBe(answer.headers['x-amz-request-id']);
    expect(element(answer.body, 'HostId')).toBe(answer.headers['x-amz-id-2']);
  });

  test('a HEAD has none of it in a body', async () => {
    for (const path of ['/third', '/first/missing', '/Upper_Case']) {
      const answer = await ask({ method: 'HEAD', path });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).toBe('');
    }
  });

  test('the requests are recorded without their secrets', async () => {
    await ask(list({ prefix: 'in/' }));
    await send(standIn.port, await presigned(HOST, { path: '/first/a.txt', query: { 'x-id': 'GetObject' } }));
    await ask({ method: 'PUT', path: '/first', query: { acl: '' } });
    const [listed, got, refused] = standIn.requests.slice(-3);
    expect(listed).toEqual({
      method: 'GET',
      path: '/first',
      query: { 'list-type': '2', prefix: 'in/' },
      host: HOST,
      operation: 'ListObjectsV2',
      status: 200,
    });
    expect(got).toMatchObject({ query: { 'x-id': 'GetObject' }, operation: 'GetObject', status: 200 });
    expect(refused).toMatchObject({ operation: 'Unknown', status: 501 });
    expect(JSON.stringify(standIn.requests)).not.toMatch(new RegExp(`${KEY.secretKey}|${KEY.accessKey}|Signature`));
  });
});

function list(query: Readonly<Record<string, string>>): ToSign {
  return { path: '/first', query: { 'list-type': '2', ...query } };
}

function range(value: string): ToSign {
  return { path: '/first/a.txt', headers: { range: value } };
}

function copy(): ToSign {
  return { method: 'PUT', path: '/first/x', headers: { 'x-amz-copy-source': '/first/a.txt' }, body: '' };
}

describe('rights', () => {
  const put = (path: string): ToSign => ({ method: 'PUT', path, body: 'x' });
  test.each<[string, ToSign, number]>([
    ['READER', { path: '/first/a.txt' }, 200],
    // Who may not list does not learn that a key is missing.
    ['READER', { path: '/first/missing' }, 403],
    ['READER', list({}), 403],
    ['READER', { method: 'HEAD', path: '/first' }, 403],
    ['READER', put('/first/x'), 403],
    ['READER', { method: 'DELETE', path: '/first/a.txt' }, 403],
    ['READER', { path: '/' }, 403],
    ['LISTER', list({}), 403],
    ['LISTER', list({ prefix: 'i' }), 403],
    ['LISTER', list({ prefix: 'in/' }), 200],
    ['LISTER', list({ prefix: 'in/b' }), 200],
    ['LISTER', { path: '/first', query: { prefix: 'in/' } }, 200],
    ['LISTER', { path: '/first', query: { location: '' } }, 403],
    ['LISTER', { path: '/first/in/b.txt' }, 403],
    ['WRITER', put('/first/in/new.txt'), 200],
    ['WRITER', { method: 'DELETE', path: '/first/in/new.txt' }, 204],
    ['WRITER', put('/first/new.txt'), 403],
    ['WRITER', { path: '/first/in/b.txt' }, 403],
  ])('%s asking %o is answered %i', async (accessKey, toSign, status) => {
    const answer = await ask({ ...toSign, accessKey, secretKey });
    expect(answer.status).toBe(status);
    if (status === 403 && toSign.method !== 'HEAD') expect(answer.code).toBe('AccessDenied');
  });

  test('nobody has none, and learns only where the bucket is', async () => {
    const anonymous = { headers: { host: HOST } };
    const list = await send(standIn.port, { method: 'GET', path: '/first', ...anonymous });
    expect(list).toMatchObject({ status: 403, code: 'AccessDenied' });
    const head = await send(standIn.port, { method: 'HEAD', path: '/second', ...anonymous });
    expect(head).toMatchObject({ status: 403, headers: { 'x-amz-bucket-region': 'eu-west-1' } });
    const missing = await send(standIn.port, { method: 'GET', path: '/third', ...anonymous });
    expect(missing).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });
});

describe('at the hosts of AWS', () => {
  const ok = { status: 200, code: '' };
  test.each<[string, string, string, Partial<RawAnswer>]>([
    ['s3.us-east-1.amazonaws.com', '/first', 'us-east-1', ok],
    ['first.s3.us-east-1.amazonaws.com', '/', 'us-east-1', ok],
    ['first.s3.dualstack.us-east-1.amazonaws.com', '/', 'us-east-1', ok],
    ['first.s3.amazonaws.com', '/', 'us-east-1', ok],
    ['FIRST.S3.amazonaws.com:443', '/', 'us-east-1', ok],
    ['s3.amazonaws.com', '/first', 'us-east-1', ok],
    ['second.s3.eu-west-1.amazonaws.com', '/', 'eu-west-1', ok],
    ['second.s3-eu-west-1.amazonaws.com', '/', 'eu-west-1', ok],
    // The global name of a bucket leads to its region, which asks for its own signing region.
    ['second.s3.amazonaws.com', '/', 'eu-west-1', ok],
    ['second.s3.amazonaws.com', '/', 'us-east-1', { status: 400, code: 'AuthorizationHeaderMalformed' }],
    // A regional host asks for its own region, even for a bucket it does not have.
    ['first.s3.us-east-1.amazonaws.com', '/', 'eu-west-1', { status: 400, code: 'AuthorizationHeaderMalformed' }],
    ['third.s3.eu-west-1.amazonaws.com', '/', 'us-east-1', { status: 400, code: 'AuthorizationHeaderMalformed' }],
    ['third.s3.eu-west-1.amazonaws.com', '/', 'eu-west-1', { status: 404, code: 'NoSuchBucket' }],
    // A bucket of another region is elsewhere.
    ['second.s3.us-east-1.amazonaws.com', '/', 'us-east-1', { status: 301, code: 'PermanentRedirect' }],
    ['s3.us-west-2.amazonaws.com', '/second/x', 'us-west-2', { status: 301, code: 'PermanentRedirect' }],
    ['s3.amazonaws.com', '/second', 'us-east-1', { status: 301, code: 'PermanentRedirect' }],
    ['second.s3-accelerate.amazonaws.com', '/', 'eu-west-1', ok],
    ['first.s3-accelerate.amazonaws.com', '/', 'us-east-1', { status: 400, code: 'InvalidRequest' }],
  ])('%s%s signed for %s', async (host, path, region, expected) => {
    const answer = await ask({ path, region }, host);
    expect(answer).toMatchObject(expected);
    if (answer.status !== 301) return;
    expect(answer.headers['x-amz-bucket-region']).toBe('eu-west-1');
    expect(answer.headers['location']).toBeUndefined();
    expect(element(answer.body, 'Endpoint')).toBe('second.s3.eu-west-1.amazonaws.com');
  });

  test('a redirect is told to anyone', async () => {
    const headers = { host: 'second.s3.us-east-1.amazonaws.com' };
    const answer = await send(standIn.port, { method: 'HEAD', path: '/', headers });
    expect(answer).toMatchObject({ status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' }, body: '' });
  });
});
