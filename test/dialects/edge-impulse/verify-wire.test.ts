import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import { fromVerifyRequest, toVerifyResponse } from '../../../functions/dialects/edge-impulse/verify-wire.ts';
import { Refused } from '../../../functions/http/problem.ts';

const good = { accessKey: 'name', secretKey: 'word', endpoint: 'https://s3.example.com', bucket: 'box' };

const problemWith = (body: unknown) => {
  try {
    return fromVerifyRequest(body);
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
};
const faultsOf = (body: unknown) => {
  const problem = problemWith(body);
  if (!('kind' in problem) || problem.kind !== 'invalid') return problem;
  return problem.faults.map(({ field, message }) => `${field} ${message}`);
};

describe('a verify request', () => {
  test.each([
    [undefined, 's3'],
    [null, 's3'],
    ['s3', 's3'],
    ['google', 'gcs'],
    ['azure', 'azure'],
    ['other', 's3'],
  ])('of storageProvider %s is for %s', (storageProvider, provider) => {
    expect(fromVerifyRequest({ ...good, storageProvider })).toMatchObject({ with: 'sent', target: { provider } });
  });

  test('may leave out or null what is optional, and may hold what is unknown', () => {
    const read = fromVerifyRequest({ ...good, region: null, prefix: null, color: 'red', __proto__: { bucket: 'x' } });
    expect(read).toMatchObject({
      target: { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' },
    });
  });

  test('lacks every required property by name', () => {
    expect(faultsOf({})).toEqual(['accessKey is required', 'bucket is required', 'endpoint is required']);
    const { secretKey: _, ...rest } = good;
    const missingSecret = 'secretKey is required, unless bucketId names a saved bucket whose secret is to be used';
    expect(faultsOf(rest)).toEqual([missingSecret]);
    expect(faultsOf({ ...good, secretKey: null })).toEqual([missingSecret]);
  });

  test('of wrong types says what each should be', () => {
    expect(
      faultsOf({
        storageProvider: 'ftp',
        accessKey: 1,
        secretKey: [],
        bucket: {},
        endpoint: true,
        region: 5,
        prefix: 0,
      }),
    ).toEqual([
      'storageProvider must be one of: s3, google, azure, other',
      'accessKey must be a string',
      'secretKey must be a string',
      'bucket must be a string',
      'endpoint must be a string',
      'region must be a string',
      'prefix must be a string',
    ]);
  });

  test.each([undefined, null, [], 'text', 5, true])('of %j is no object', (body) => {
    expect(problemWith(body)).toEqual({ kind: 'malformed', message: 'The request body must be a JSON object.' });
  });

  test('of any JSON is read or refused, and a refusal never repeats a value', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant('CANARY-VALUE\u0000'));
    const body = fc.record({ accessKey: value, secretKey: value, endpoint: value, bucket: value, region: value });
    fc.assert(
      fc.property(body, (given) => {
        expect(JSON.stringify(problemWith(given)).includes('CANARY-VALUE')).toBe(false);
      }),
    );
  });
});

describe('a verify response', () => {
  const since = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

  test('names the field at fault as this API does, and the remedy', () => {
    expect(toVerifyResponse({ status: 'error', since, diagnosis: diagnose('secret-key-wrong') })).toEqual({
      success: true,
      connectionStatus: 'error',
      connectionError:
        'secretKey: The secret key does not belong to this access key. Enter the access key and its secret key again.',
      connectionStatusSince: '2026-01-02T03:04:05.678Z',
    });
    expect(toVerifyResponse({ status: 'error', since, diagnosis: diagnose('storage-busy') }).connectionError).toBe(
      'The storage asks to slow down. Try again in a minute.',
    );
  });

  test('while connecting has nothing else', () => {
    expect(Object.keys(toVerifyResponse({ status: 'connecting', since }))).toEqual([
      'success',
      'connectionStatus',
      'connectionError',
      'connectionStatusSince',
    ]);
  });
});
