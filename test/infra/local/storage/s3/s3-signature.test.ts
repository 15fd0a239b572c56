import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type S3StandIn, startS3StandIn } from '../../../../../infra/local/storage/s3/s3-emulator.ts';
import { element, KEY, pathOf, presigned, type RawRequest, send, signed, type ToSign } from './signed-request.ts';

const HOST = 'storage.test';
const LIST = { path: '/first', query: { 'list-type': '2' } };
const MINUTE = 60_000;

let standIn: S3StandIn;

beforeAll(async () => {
  const rights = [{ bucket: '*', actions: ['list', 'get', 'put', 'delete'] }] as const;
  standIn = await startS3StandIn({
    keys: [
      { ...KEY, rights },
      { accessKey: 'OFF', secretKey: 'off', active: false, rights },
      { accessKey: 'TEMPORARY', secretKey: 'temporary', sessionToken: 'token', rights },
      { accessKey: 'EXPIRED', secretKey: 'expired', sessionToken: 'token', expiresAt: new Date(0), rights },
    ],
    buckets: [
      { name: 'first', region: 'us-east-1', objects: { 'a.txt': 'hello' } },
      { name: 'second', region: 'eu-west-1' },
    ],
  });
});
afterAll(() => standIn.stop());

const fromNow = (ms: number): Date => new Date(Date.now() + ms);
const sendSigned = async (toSign: ToSign) => send(standIn.port, await signed(HOST, toSign));
const sendPresigned = async (toSign: ToSign) => send(standIn.port, await presigned(HOST, toSign));

describe('a signature in headers', () => {
  test('is accepted when it holds', async () => {
    expect(await sendSigned(LIST)).toMatchObject({ status: 200 });
  });

  test.each<[string, Partial<ToSign>, number, string]>([
    ['another secret', { secretKey: 'wrong' }, 403, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKey: 'AKIANOBODY' }, 403, 'InvalidAccessKeyId'],
    ['an inactive key', { accessKey: 'OFF', secretKey: 'off' }, 403, 'InvalidAccessKeyId'],
    ['another region', { region: 'eu-central-1' }, 400, 'AuthorizationHeaderMalformed'],
    ['another service', { service: 'ec2' }, 400, 'AuthorizationHeaderMalformed'],
    ['a clock 16 minutes slow', { date: fromNow(-16 * MINUTE) }, 403, 'RequestTimeTooSkewed'],
    ['a clock 16 minutes fast', { date: fromNow(16 * MINUTE) }, 403, 'RequestTimeTooSkewed'],
    ['a clock 14 minutes slow', { date: fromNow(-14 * MINUTE) }, 200, ''],
    ['a clock 14 minutes fast', { date: fromNow(14 * MINUTE) }, 200, ''],
    ['a token no key has', { sessionToken: 'token' }, 400, 'InvalidToken'],
    ['a temporary key', { accessKey: 'TEMPORARY', secretKey: 'temporary', sessionToken: 'token' }, 200, ''],
    ['a temporary key alone', { accessKey: 'TEMPORARY', secretKey: 'temporary' }, 403, 'InvalidAccessKeyId'],
    ['an expired token', { accessKey: 'EXPIRED', secretKey: 'expired', sessionToken: 'token' }, 400, 'ExpiredToken'],
  ])('with %s', async (_, changed, status, code) => {
    expect(await sendSigned({ ...LIST, ...changed })).toMatchObject({ status, code });
  });

  test('tells the region that was expected, in the error and in a header', async () => {
    const answer = await sendSigned({ path: '/second' });
    expect(answer).toMatchObject({ status: 400, code: 'AuthorizationHeaderMalformed' });
    expect(element(answer.body, 'Region')).toBe('eu-west-1');
    expect(answer.body).toContain("the region 'us-east-1' is wrong; expecting 'eu-west-1'");
    expect(answer.headers['x-amz-bucket-region']).toBe('eu-west-1');
    expect(await sendSigned({ path: '/second', region: 'eu-west-1' })).toMatchObject({ status: 200 });
  });

  test.each([
    ['a slash in the access key, as in a secret', 'with/slash', 'the Credential is mal-formed'],
    ['no access key', '', 'a non-empty Access Key'],
  ])('with %s is malformed, and the error names no region', async (_, accessKey, message) => {
    const raw = await signed(HOST, { path: '/second', region: 'eu-west-1' });
    const authorization = (raw.headers['authorization'] ?? '').replace(`=${KEY.accessKey}/`, `=${accessKey}/`);
    const answer = await send(standIn.port, { ...raw, headers: { ...raw.headers, authorization } });
    expect(answer).toMatchObject({ status: 400, code: 'AuthorizationHeaderMalformed' });
    expect(answer.body).toContain(message);
    expect(answer.body).not.toContain('<Region>');
  });

  test('tells what it computed, but not the secret', async () => {
    const { body } = await sendSigned({ ...LIST, secretKey: 'wrong' });
    expect(element(body, 'StringToSign')).toMatch(/^AWS4-HMAC-SHA256\n/);
    expect(element(body, 'AWSAccessKeyId')).toBe(KEY.accessKey);
    expect(body).not.toContain(KEY.secretKey);
  });

  test('must cover host and every x-amz- header', async () => {
    const raw = await signed(HOST, LIST);
    const added = { ...raw, headers: { ...raw.headers, 'x-amz-meta-later': '1' } };
    const answer = await send(standIn.port, added);
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(element(answer.body, 'HeadersNotSigned')).toBe('x-amz-meta-later');
    const authorization = (raw.headers['authorization'] ?? '').replace('host;', '');
    const hostless = { ...raw, headers: { ...raw.headers, authorization } };
    expect(await send(standIn.port, hostless)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  test.each<[string, (raw: RawRequest) => Readonly<Record<string, string>>, number, string]>([
    ['no credentials', () => ({ host: HOST }), 403, 'AccessDenied'],
    ['Signature Version 2', () => ({ host: HOST, authorization: 'AWS key:c2ln' }), 400, 'InvalidRequest'],
    ['a bearer token', () => ({ host: HOST, authorization: 'Bearer token' }), 400, 'InvalidRequest'],
    [
      'half an authorization',
      ({ headers }) => ({ ...headers, authorization: 'AWS4-HMAC-SHA256 Credential=x' }),
      400,
      'AuthorizationHeaderMalformed',
    ],
    [
      'a short credential',
      ({ headers }) => ({ ...headers, authorization: 'AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=a, Signature=b' }),
      400,
      'AuthorizationHeaderMalformed',
    ],
    ['no date', ({ headers }) => without(headers, 'x-amz-date'), 403, 'AccessDenied'],
    ['a date that is none', ({ headers }) => ({ ...headers, 'x-amz-date': 'today' }), 403, 'AccessDenied'],
    ['no hash', ({ headers }) => without(headers, 'x-amz-content-sha256'), 400, 'InvalidRequest'],
    ['a hash that is none', ({ headers }) => ({ ...headers, 'x-amz-content-sha256': 'abc' }), 400, 'InvalidArgument'],
  ])('with %s', async (_, headers, status, code) => {
    const raw = await signed(HOST, LIST);
    expect(await send(standIn.port, { ...raw, headers: headers(raw) })).toMatchObject({ status, code });
  });

  test('and one in the query are one too many', async () => {
    const [inQuery, inHeaders] = [await presigned(HOST, LIST), await signed(HOST, LIST)];
    const both = { ...inQuery, headers: inHeaders.headers };
    expect(await send(standIn.port, both)).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
});

describe('a presigned URL', () => {
  test('is accepted while it is valid', async () => {
    expect(await sendPresigned({ path: '/first/a.txt' })).toMatchObject({ status: 200, body: 'hello' });
    const almostOver = { path: '/first/a.txt', expiresIn: 3600, date: fromNow(-59 * MINUTE) };
    expect(await sendPresigned(almostOver)).toMatchObject({ status: 200 });
  });

  test.each<[string, Partial<ToSign>, number, string]>([
    ['over', { date: fromNow(-2 * MINUTE), expiresIn: 60 }, 403, 'AccessDenied'],
    ['not valid yet', { date: fromNow(16 * MINUTE) }, 403, 'AccessDenied'],
    ['signed with another secret', { secretKey: 'wrong' }, 403, 'SignatureDoesNotMatch'],
    ['signed by nobody', { accessKey: 'AKIANOBODY' }, 403, 'InvalidAccessKeyId'],
    ['signed for another region', { region: 'eu-central-1' }, 400, 'AuthorizationQueryParametersError'],
    ['signed with a temporary key', { accessKey: 'TEMPORARY', secretKey: 'temporary', sessionToken: 'token' }, 200, ''],
  ])('that is %s', async (_, changed, status, code) => {
    expect(await sendPresigned({ path: '/first/a.txt', ...changed })).toMatchObject({ status, code });
  });

  test('says when it expired', async () => {
    const { body } = await sendPresigned({ path: '/first/a.txt', date: fromNow(-2 * MINUTE), expiresIn: 60 });
    expect(element(body, 'X-Amz-Expires')).toBe('60');
    expect(element(body, 'Expires')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('may not be valid for more than seven days, nor for no time', async () => {
    const raw = await presigned(HOST, { path: '/first/a.txt' });
    for (const expires of ['604801', '0', '-1', 'soon']) {
      const path = raw.path.replace(/X-Amz-Expires=60/, `X-Amz-Expires=${expires}`);
      expect(await send(standIn.port, { ...raw, path })).toMatchObject({
        status: 400,
        code: 'AuthorizationQueryParametersError',
      });
    }
  });

  test('needs each of its parameters', async () => {
    const raw = await presigned(HOST, { path: '/first/a.txt' });
    for (const name of ['Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature', 'Algorithm']) {
      const path = raw.path.replace(new RegExp(`X-Amz-${name}=[^&]*&?`), '');
      expect((await send(standIn.port, { ...raw, path })).status, name).toBe(400);
    }
  });

  test('takes no x-amz- header that it did not sign', async () => {
    const raw = await presigned(HOST, { method: 'PUT', path: '/first/b.txt' });
    const headers = { ...raw.headers, 'x-amz-meta-more': '1', 'content-length': '0' };
    expect(await send(standIn.port, { ...raw, headers })).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});

/** A change of one thing that the signature covers. */
const TAMPERINGS: Readonly<Record<string, (raw: RawRequest, at: number) => RawRequest>> = {
  method: (raw) => ({ ...raw, method: raw.method === 'GET' ? 'HEAD' : 'GET' }),
  'the key': (raw, at) => ({
    ...raw,
    path: at % 2 === 0 ? raw.path.replace('/first/', '/first/x') : raw.path.replace(/(?=\?|$)/, 'x'),
  }),
  bucket: (raw) => ({ ...raw, path: raw.path.replace('/first', '/third') }),
  'a parameter more': (raw) => ({ ...raw, path: `${raw.path}${raw.path.includes('?') ? '&' : '?'}response-expires=0` }),
  'the signature in the header': (raw, at) => flip(raw, at, /Signature=([0-9a-f]{64})$/),
  'the hash of the content': (raw) => ({
    ...raw,
    headers: { ...raw.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  }),
  host: (raw) => ({ ...raw, headers: { ...raw.headers, host: 'other.test' } }),
  date: (raw) => {
    const date = raw.headers['x-amz-date'] ?? '';
    return { ...raw, headers: { ...raw.headers, 'x-amz-date': date.replace(/(\d)Z$/, (_, d) => `${9 - Number(d)}Z`) } };
  },
};

function flip(raw: RawRequest, at: number, place: RegExp): RawRequest {
  const authorization = (raw.headers['authorization'] ?? '').replace(place, (whole, hex: string) => {
    const digit = Number.parseInt(hex[at % 64] ?? '0', 16) ^ 1;
    return whole.replace(hex, `${hex.slice(0, at % 64)}${digit.toString(16)}${hex.slice((at % 64) + 1)}`);
  });
  return { ...raw, headers: { ...raw.headers, authorization } };
}

function without(headers: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

test('whatever key is signed, a tampered request is refused', async () => {
  const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(
      key,
      fc.constantFrom('GET', 'PUT', 'DELETE'),
      fc.constantFrom(...Object.entries(TAMPERINGS)),
      fc.nat(1000),
      async (name, method, [, tamper], at) => {
        const raw = await signed(HOST, {
          method,
          path: pathOf('first', name),
          ...(method === 'PUT' ? { body: '' } : {}),
        });
        const answer = await send(standIn.port, tamper(raw, at));
        expect(answer.status).toBe(403);
        if (tamper(raw, at).method !== 'HEAD') expect(answer.code).toBe('SignatureDoesNotMatch');
        const genuine = await send(standIn.port, raw);
        expect([200, 204, 404]).toContain(genuine.status);
      },
    ),
    { numRuns: 150 },
  );
});

test('a presigned URL is refused for another key, and with any digit of its signature changed', async () => {
  const raw = await presigned(HOST, { path: '/first/a.txt' });
  const elsewhere = { ...raw, path: raw.path.replace('/first/a.txt', '/first/b.txt') };
  expect(await send(standIn.port, elsewhere)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  for (let at = 0; at < 64; at += 1) {
    const path = raw.path.replace(/X-Amz-Signature=([0-9a-f]{64})/, (_, hex: string) => {
      const digit = (Number.parseInt(hex[at] ?? '0', 16) ^ 1).toString(16);
      return `X-Amz-Signature=${hex.slice(0, at)}${digit}${hex.slice(at + 1)}`;
    });
    expect(await send(standIn.port, { ...raw, path })).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
  }
});
