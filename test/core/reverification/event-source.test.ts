import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awsAccountOf, eventSourceOf } from '../../../functions/core/reverification/event-source.ts';
import { newAccessKeyId } from '../../../infra/local/demo/demo-keys.ts';
import { amazon, azure, s3 } from './check-scene.ts';

const credential = (accessKey: string) => ({ kind: 'access-key-pair', accessKey, version: '1' }) as const;

describe('the account of an access key', () => {
  test('is in its id', () => {
    const account = fc.bigInt({ min: 0n, max: 999_999_999_999n }).map((number) => number.toString().padStart(12, '0'));
    fc.assert(
      fc.property(account, fc.constantFrom('AKIA' as const, 'ASIA' as const), (number, prefix) => {
        expect(awsAccountOf(newAccessKeyId(prefix, number))).toBe(number);
      }),
    );
  });

  test.each([
    // Published by AWS's customers beside their accounts.
    ['ASIAQNZGKIQY56JQ7WML', '029608264753'],
    ['ASIAY34FZKBOKMUTVV7A', '609629065308'],
    ['arn:aws:iam::111122223333:role/path/name', '111122223333'],
    ['arn:aws-us-gov:iam::111122223333:role/name', '111122223333'],
  ])('of %s is %s', (text, account) => expect(awsAccountOf(text)).toBe(account));

  test.each([
    '',
    'minio',
    'AKIAIOSFODNN7EXAMPLE',
    'AKIAQNZGKIQY56JQ7WM',
    'AROAQNZGKIQY56JQ7WMLX',
    'AKIA77777777777777777',
  ])('is not known of %j', (text) => expect(awsAccountOf(text)).toBeUndefined());

  test('is twelve digits or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(awsAccountOf(`AKIA${text}`) ?? '000000000000').toMatch(/^\d{12}$/);
      }),
    );
  });
});

describe('what is watched', () => {
  test.each([
    [amazon, 'ASIAQNZGKIQY56JQ7WML', { owner: 'amazon/029608264753', bucket: 'box' }],
    [amazon, 'AKIAIOSFODNN7EXAMPLE', { owner: 'amazon/', bucket: 'box' }],
    [{ ...s3, vendor: 'amazon' as const }, 'k', { owner: 'amazon/', bucket: 'box' }],
    [s3, 'ASIAQNZGKIQY56JQ7WML', undefined],
    [azure, 'acct', { owner: 'azure/acct', bucket: 'box' }],
    [{ provider: 'azure', endpoint: azure.endpoint, prefix: '' } as const, 'acct', { owner: 'azure/acct', bucket: '' }],
    [
      { provider: 'gcs', endpoint: 'https://storage.googleapis.com', bucket: 'box', prefix: '' } as const,
      'k',
      { owner: 'google/box', bucket: 'box' },
    ],
    [{ provider: 'gcs', endpoint: 'https://storage.googleapis.com', prefix: '' } as const, 'k', undefined],
  ])('for %j with %s is %j', (target, accessKey, watched) => {
    expect(eventSourceOf({ target, credential: credential(accessKey) })).toEqual(watched);
  });
});
