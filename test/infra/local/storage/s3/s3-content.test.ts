import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../../../../infra/local/storage/s3/s3-emulator.ts';
import { element, KEY, type RawAnswer, send, signed, type ToSign } from './signed-request.ts';

const HOST = 'storage.test';
let standIn: S3StandIn;

beforeAll(async () => {
  standIn = await startS3StandIn({
    keys: [{ ...KEY, rights: [{ bucket: '*', actions: ['list', 'get', 'put', 'delete'] }] }],
    buckets: [
      { name: 'first', region: 'us-east-1', cors: true, objects: { 'a.txt': 'hello', nothing: '' } },
      { name: 'second', region: 'eu-west-1' },
    ],
  });
});
afterAll(() => standIn.stop());

const ask = async (toSign: ToSign): Promise<RawAnswer> => send(standIn.port, await signed(HOST, toSign));

describe('uploads', () => {
  const upload = { method: 'PUT', path: '/first/in/up', body: 'content' };
  const digest = (algorithm: string): string => createHash(algorithm).update(upload.body).digest('base64');
  const crc = 'rWz2mA==';

  test.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['its MD5', { 'content-md5': digest('md5') }, 200, ''],
    ['another MD5', { 'content-md5': createHash('md5').digest('base64') }, 400, 'BadDigest'],
    ['half an MD5', { 'content-md5': 'abcd' }, 400, 'InvalidDigest'],
    ['its SHA-256', { 'x-amz-checksum-sha256': digest('sha256') }, 200, ''],
    ['another CRC', { 'x-amz-checksum-crc32': crc }, 400, 'BadDigest'],
    ['a checksum nobody computes', { 'x-amz-checksum-crc32c': crc }, 501, 'NotImplemented'],
    ['the name of a checksum only', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 400, 'InvalidRequest'],
    ['a trailer that does not come', { 'x-amz-trailer': 'x-amz-checksum-crc32' }, 400, 'MalformedTrailerError'],
    ['another hash', { 'x-amz-content-sha256': 'a'.repeat(64) }, 400, 'XAmzContentSHA256Mismatch'],
    ['no hash', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 200, ''],
    ['too much metadata', { 'x-amz-meta-long': 'x'.repeat(2049) }, 400, 'MetadataTooLarge'],
    ['a condition that fails', { 'if-match': '"x"' }, 404, 'NoSuchKey'],
    ['a storage class', { 'x-amz-storage-class': 'GLACIER' }, 501, 'NotImplemented'],
  ])('with %s', async (_, headers, status, code) => {
    await ask({ method: 'DELETE', path: upload.path });
    expect(await ask({ ...upload, headers })).toMatchObject({ status, code });
    expect((await ask({ path: upload.path })).status).toBe(status === 200 ? 200 : 404);
  });

  test('over an object only if it is the one that was meant', async () => {
    const first = await ask({ ...upload, headers: { 'if-none-match': '*' } });
    expect(first.status).toBe(200);
    expect(await ask({ ...upload, headers: { 'if-none-match': '*' } })).toMatchObject({ status: 412 });
    const etag = String(first.headers['etag']);
    expect(await ask({ ...upload, headers: { 'if-match': etag } })).toMatchObject({ status: 200 });
    expect(await ask({ path: upload.path, headers: { 'if-none-match': etag } })).toMatchObject({
      status: 304,
      body: '',
    });
    await ask({ method: 'DELETE', path: upload.path });
  });

  test('that are too large, too long in the name, or of unknown length', async () => {
    const raw = await signed(HOST, { ...upload, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    const { body, ...bodiless } = raw;
    const withLength = (length: string) => ({ ...bodiless, headers: { ...raw.headers, 'content-length': length } });
    const tooLarge = await send(standIn.port, { ...withLength('20000000'), body: Buffer.alloc(20_000_000) });
    expect(tooLarge).toMatchObject({ status: 400, code: 'EntityTooLarge' });
    const { 'content-length': _, ...unknownLength } = raw.headers;
    const chunked = { ...bodiless, body: body ?? '', headers: { ...unknownLength, 'transfer-encoding': 'chunked' } };
    const streamed = await send(standIn.port, chunked);
    expect(streamed).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(element(streamed.body, 'Header')).toBe('Transfer-Encoding');
    const longName = `/first/${'k'.repeat(1025)}`;
    expect(await ask({ ...upload, path: longName })).toMatchObject({ status: 400, code: 'KeyTooLongError' });
    expect(await ask({ ...upload, path: longName.slice(0, -1) })).toMatchObject({ status: 200 });
    await ask({ method: 'DELETE', path: longName.slice(0, -1) });
  });

  test.each<[string, string, number, string]>([
    ['whole chunks', '7\r\ncontent\r\n0\r\nx-amz-checksum-sha256:SHA\r\n\r\n', 200, ''],
    ['a checksum that is not its own', '7\r\ncontenT\r\n0\r\nx-amz-checksum-sha256:SHA\r\n\r\n', 400, 'BadDigest'],
    ['no trailer', '7\r\ncontent\r\n0\r\n\r\n', 400, 'MalformedTrailerError'],
    ['half a chunk', '7\r\ncont', 400, 'IncompleteBody'],
    ['no end', '7\r\ncontent\r\n', 400, 'IncompleteBody'],
    ['fewer bytes than announced', '6\r\nconten\r\n0\r\nx-amz-checksum-sha256:SHA\r\n\r\n', 400, 'IncompleteBody'],
    ['small chunks', '3\r\ncon\r\n4\r\ntent\r\n0\r\nx-amz-checksum-sha256:SHA\r\n\r\n', 403, 'InvalidChunkSizeError'],
    ['a size that is none', 'x\r\ncontent\r\n0\r\n\r\n', 400, 'IncompleteBody'],
  ])('in %s', async (_, body, status, code) => {
    const headers = {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '7',
      'x-amz-trailer': 'x-amz-checksum-sha256',
    };
    const answer = await ask({ ...upload, headers, body: body.replace('SHA', digest('sha256')) });
    expect(answer).toMatchObject({ status, code });
    if (status !== 200) return;
    const got = await ask({ path: upload.path });
    expect(got).toMatchObject({ status: 200, body: 'content' });
    expect(got.headers['content-encoding']).toBeUndefined();
    await ask({ method: 'DELETE', path: upload.path });
  });
});

describe('reads', () => {
  test.each([
    ['bytes=0-1', 206, 'he', 'bytes 0-1/5'],
    ['bytes=3-99', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=2-', 206, 'llo', 'bytes 2-4/5'],
    ['bytes=-2', 206, 'lo', 'bytes 3-4/5'],
    ['bytes=-99', 206, 'hello', 'bytes 0-4/5'],
    ['bytes=2-1', 200, 'hello', undefined],
    ['bytes=0-0,2-3', 200, 'hello', undefined],
    ['lines=0-1', 200, 'hello', undefined],
  ])('of %s', async (value, status, body, contentRange) => {
    const answer = await ask({ path: '/first/a.txt', headers: { range: value } });
    expect(answer).toMatchObject({ status, body });
    expect(answer.headers['content-range']).toBe(contentRange);
  });

  test('of an empty object, and of its head', async () => {
    const got = await ask({ path: '/first/nothing' });
    expect(got).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0' } });
    const head = await ask({ method: 'HEAD', path: '/first/a.txt' });
    const headers = { 'content-length': '5', 'content-type': 'text/plain', 'accept-ranges': 'bytes' };
    expect(head).toMatchObject({ status: 200, body: '', headers });
  });
});

describe('from a browser', () => {
  const preflight = (path: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> =>
    send(standIn.port, { method: 'OPTIONS', path, headers: { host: HOST, ...headers } });
  const origin = 'https://app.test';

  test('a preflight is allowed where CORS is', async () => {
    const asked = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' };
    const answer = await preflight('/first/x', { origin, ...asked });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': expect.stringContaining('PUT'),
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': '3000',
      },
    });
    expect(standIn.requests.at(-1)).toMatchObject({ operation: 'Preflight', status: 200 });
  });

  test('and not elsewhere, nor half-asked', async () => {
    const method = { 'access-control-request-method': 'PUT' };
    expect(await preflight('/second/x', { origin, ...method })).toMatchObject({ status: 403, code: 'AccessForbidden' });
    expect(await preflight('/third/x', { origin, ...method })).toMatchObject({ status: 403, code: 'AccessForbidden' });
    const patch = { 'access-control-request-method': 'PATCH' };
    expect(await preflight('/first/x', { origin, ...patch })).toMatchObject({ status: 403, code: 'AccessForbidden' });
    expect(await preflight('/first/x', method)).toMatchObject({ status: 400, code: 'BadRequest' });
    expect(await preflight('/first/x', { origin })).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  test('answers and errors carry what it needs, and only then', async () => {
    const cors = 'access-control-allow-origin';
    const read = (path: string, headers: Readonly<Record<string, string>>) =>
      ask({ path, headers, region: 'us-east-1' });
    expect((await read('/first/a.txt', { origin })).headers[cors]).toBe('*');
    expect((await read('/first/missing', { origin })).headers[cors]).toBe('*');
    expect((await read('/first/a.txt', {})).headers[cors]).toBeUndefined();
    expect((await ask({ path: '/second', headers: { origin }, region: 'eu-west-1' })).headers[cors]).toBeUndefined();
  });
});
