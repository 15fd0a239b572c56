import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isAccelerated,
  isAmazon,
  parseAmazonTarget,
  toRegionalEndpoint,
} from '../../../functions/core/storage/aws-endpoints.ts';

const place = { region: 'us-west-2', bucket: 'box', accelerated: false };
const faultsOf = (given: object) => {
  const parsed = parseAmazonTarget({ ...place, ...given });
  return parsed.ok ? [] : parsed.faults.map(({ field, code, message }) => `${field} ${code}: ${message}`);
};

describe('a bucket at Amazon', () => {
  test('is at the endpoint of its region', () => {
    expect(parseAmazonTarget({ ...place, prefix: 'a/' })).toEqual({
      ok: true,
      value: {
        ...{ provider: 's3', endpoint: 'https://s3.us-west-2.amazonaws.com', region: 'us-west-2' },
        ...{ bucket: 'box', prefix: 'a/' },
      },
    });
  });

  test('that is accelerated is at the one endpoint for that, its region kept', () => {
    expect(parseAmazonTarget({ ...place, accelerated: true })).toMatchObject({
      ok: true,
      value: { endpoint: 'https://s3-accelerate.amazonaws.com', region: 'us-west-2' },
    });
    expect(faultsOf({ accelerated: true, bucket: 'a.b' })).toEqual([
      'bucket invalid: must not contain dots where transfer acceleration is used',
    ]);
    expect(faultsOf({ bucket: 'a.b' })).toEqual([]);
  });

  test.each([
    '',
    'x',
    'us-west',
    'us_west_2',
    'US-WEST-2',
    'us-west-2.evil.example',
    'us-west-2/',
    '@evil.example/',
    'ü',
  ])('is in no region %j, and what else is wrong is said too', (region) => {
    expect(faultsOf({ region, bucket: 'a/b', prefix: '\u0000' })).toEqual([
      region === '' ? "region blank: can't be blank" : 'region invalid: must be an AWS region, such as us-west-2',
      'bucket invalid: must be letters, digits, dots, dashes and underscores only',
      'prefix invalid: must not contain control characters',
    ]);
  });
});

describe('the endpoint of a region', () => {
  test.each([
    ['us-east-1', 'https://s3.us-east-1.amazonaws.com'],
    ['us-gov-west-1', 'https://s3.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'https://s3.eusc-de-east-1.amazonaws.eu'],
  ])('%s is %s', (region, endpoint) => {
    expect(toRegionalEndpoint(region)).toBe(endpoint);
    expect(isAmazon({ provider: 's3', endpoint })).toBe(true);
  });

  test('of any text is at a host of Amazon, or there is none', () => {
    const text = fc.oneof(fc.string(), fc.domain(), fc.stringMatching(/^[a-z]{2}-[a-z/@.#?:]+-\d$/));
    fc.assert(
      fc.property(text, (region) => {
        const endpoint = toRegionalEndpoint(region);
        if (endpoint !== undefined)
          expect(new URL(endpoint).host).toMatch(/^s3\.[a-z0-9-]+\.amazonaws\.(com|com\.cn|eu)$/);
      }),
    );
  });
});

describe('a target', () => {
  const at = (host: string) => ({ provider: 's3', endpoint: `https://${host}` }) as const;

  test('is Amazon’s by its host or by the vendor that was named', () => {
    expect(isAmazon(at('s3.amazonaws.com'))).toBe(true);
    expect(isAmazon(at('box.s3.eu-west-1.amazonaws.com'))).toBe(true);
    expect(isAmazon(at('s3.example.com'))).toBe(false);
    expect(isAmazon(at('s3.amazonaws.com.evil.example'))).toBe(false);
    expect(isAmazon({ ...at('10.0.0.1'), vendor: 'amazon' })).toBe(true);
    expect(isAmazon({ ...at('s3.amazonaws.com'), vendor: 'swift' })).toBe(false);
    expect(isAmazon({ ...at('s3.amazonaws.com'), provider: 'gcs' })).toBe(false);
  });

  test('is accelerated at the hosts that are for that', () => {
    expect(isAccelerated(at('s3-accelerate.amazonaws.com'))).toBe(true);
    expect(isAccelerated(at('s3-accelerate.dualstack.amazonaws.com'))).toBe(true);
    expect(isAccelerated(at('s3.us-west-2.amazonaws.com'))).toBe(false);
    expect(isAccelerated(at('s3-accelerate.example.com'))).toBe(false);
  });
});
