import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { s3Vendors } from '../../../functions/core/storage/s3-vendors.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { readVendorHost } from '../../../functions/core/storage/vendor-hosts.ts';
import { isBucketName, isRegion, s3Address } from '../../../functions/providers/s3/s3-endpoint.ts';

const address = (endpoint: string, more: Partial<StorageTarget> = {}) =>
  s3Address({ provider: 's3', endpoint, bucket: 'photos', prefix: '', ...more });

describe('Amazon S3', () => {
  test.each([
    ['s3.amazonaws.com', undefined],
    ['s3.us-west-2.amazonaws.com', 'us-west-2'],
    ['s3-us-west-2.amazonaws.com', 'us-west-2'],
    ['s3-external-1.amazonaws.com', 'us-east-1'],
    ['s3.dualstack.eu-central-1.amazonaws.com', 'eu-central-1'],
    ['s3-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['s3-fips.dualstack.us-east-1.amazonaws.com', 'us-east-1'],
    ['s3-accelerate.amazonaws.com', undefined],
    ['s3-accelerate.dualstack.amazonaws.com', undefined],
    ['s3.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['s3.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
  ])('%s: the bucket goes before it, and it tells the region %s', (host, region) => {
    expect(address(`https://${host}`)).toEqual({
      endpoint: `https://${host}`,
      pathStyle: false,
      region: region ?? 'us-east-1',
      isRegionGuessed: region === undefined,
      isRegionOfAnotherHost: false,
      isAccelerated: host.startsWith('s3-accelerate'),
      vendor: s3Vendors.amazon,
    });
    expect(address(`https://${host}`, { region: 'ap-south-1' })).toMatchObject({
      endpoint: `https://${host}`,
      region: 'ap-south-1',
      isRegionGuessed: false,
    });
    // A bucket's own address, pasted as the endpoint, does not get the bucket twice.
    expect(address(`https://photos.${host}`).endpoint).toBe(`https://${host}`);
    expect(address(`https://photos.${host}/photos`).endpoint).toBe(`https://${host}`);
  });

  test('names with dots go into the path, at the host of their region', () => {
    const dotted = { bucket: 'my.photos' };
    expect(address('https://s3.us-west-2.amazonaws.com', dotted)).toMatchObject({
      endpoint: 'https://s3.us-west-2.amazonaws.com',
      pathStyle: true,
    });
    expect(address('https://s3.amazonaws.com', { ...dotted, region: 'eu-west-1' }).endpoint).toBe(
      'https://s3.eu-west-1.amazonaws.com',
    );
    expect(address('https://s3.amazonaws.com', dotted).endpoint).toBe('https://s3.amazonaws.com');
  });

  test('PrivateLink endpoints have labels of their own', () => {
    const endpoint = 'https://bucket.vpce-1a2b3c4d-5e6f.s3.us-east-2.vpce.amazonaws.com';
    expect(address(endpoint)).toMatchObject({ endpoint, pathStyle: true, region: 'us-east-2' });
  });

  test.each([
    's3.amazonaws.com.evil.test',
    'evil-s3.amazonaws.com',
    's3.amazonaws.comm',
    's3-website-us-east-1.amazonaws.com',
    's3-control.us-east-1.amazonaws.com',
    's3express-use1-az4.us-east-1.amazonaws.com',
    'amazonaws.com',
  ])('%s is not one of its hosts', (host) => {
    expect(readVendorHost(host)).toBeUndefined();
    expect(address(`https://${host}`)).toMatchObject({ endpoint: `https://${host}`, pathStyle: true });
  });
});

describe('everything else', () => {
  test.each([
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['https://minio.example.com', 'https://minio.example.com'],
    ['https://gateway.example.com/s3', 'https://gateway.example.com/s3'],
    ['https://minio.example.com/photos', 'https://minio.example.com'],
    ['https://gateway.example.com/s3/photos', 'https://gateway.example.com/s3'],
    ['https://[fd00::1]:9000', 'https://[fd00::1]:9000'],
  ])('%s has the bucket in the path', (endpoint, used) => {
    expect(address(endpoint)).toMatchObject({
      endpoint: used,
      pathStyle: true,
      region: 'us-east-1',
      isRegionGuessed: true,
    });
  });

  test('Google signs for its one region', () => {
    for (const [provider, endpoint] of [
      ['gcs', 'https://storage.googleapis.com'],
      ['s3', 'https://storage.googleapis.com'],
      ['gcs', 'http://127.0.0.1:4443'],
    ] as const) {
      expect(address(endpoint, { provider })).toMatchObject({ endpoint, pathStyle: true, region: 'auto' });
    }
  });

  test('the host is the caller’s, whatever it is', () => {
    fc.assert(
      fc.property(fc.domain(), fc.constantFrom('photos', 'my.photos'), (host, bucket) => {
        fc.pre(readVendorHost(host) === undefined);
        expect(new URL(address(`https://${host}`, { bucket }).endpoint).hostname).toBe(host);
      }),
    );
  });
});

test.each(['photos', 'my.photos', 'Legacy_Bucket-2', 'a', '123', 'photos-s3alias', 'x--y'])(
  '%s may be a bucket',
  (name) => {
    expect(isBucketName(name)).toBe(true);
  },
);

test.each([
  '',
  '.',
  '..',
  '...',
  'a..b',
  '.a',
  'a.',
  '-a',
  '_a',
  'a/b',
  '../x',
  'a?b',
  'a#b',
  'a%2fb',
  'a b',
  'a\\b',
  'a:b:c',
  'a@b',
  '$root',
  'ünï',
  'arn:aws:s3:::photos',
  'arn:aws:s3:us-east-1:123456789012:accesspoint/photos',
  'photos--use1-az4--x-s3',
  'photos--use1-az4--xa-s3',
  'photos--op-s3',
  'photos--ol-s3',
  'photos--table-s3',
  'mfzwi23gnjvgw.mrap',
  'a'.repeat(256),
])('%j may not be a bucket', (name) => {
  expect(isBucketName(name)).toBe(false);
});

test('regions the SDK would take for something else are none', () => {
  for (const region of ['us-east-1', 'auto', 'RegionOne', 'garage', 'a', '1']) expect(isRegion(region)).toBe(true);
  for (const region of [
    '',
    '-a',
    'a-',
    'a.b',
    'a_b',
    'a/b',
    'fips-us-east-1',
    'us-east-1-fips',
    'a'.repeat(64),
    'x@evil.test',
  ]) {
    expect(isRegion(region)).toBe(false);
  }
});

describe('a vendor', () => {
  test('that is named counts at hosts that are nobody’s own', () => {
    expect(address('https://s3.storage.example.com', { vendor: 'wasabi' })).toMatchObject({
      pathStyle: true,
      region: 'us-east-1',
      vendor: s3Vendors.wasabi,
    });
    // What is Amazon's at Amazon's hosts only: the bucket before the host.
    expect(address('http://127.0.0.1:9000', { vendor: 'amazon' })).toMatchObject({ pathStyle: true });
  });

  test('is told by its own host, whatever was named', () => {
    expect(address('https://s3.eu-west-1.amazonaws.com', { vendor: 'other' }).vendor).toEqual(s3Vendors.amazon);
    expect(address('https://s3.eu-central-1.wasabisys.com').vendor).toEqual(s3Vendors.wasabi);
  });

  test.each([
    ['s3.eu-central-1.wasabisys.com', 'eu-central-1'],
    ['s3.wasabisys.com', 'us-east-1'],
  ])('Wasabi serves at %s the region %s, and no other', (host, region) => {
    const known = { endpoint: `https://${host}`, pathStyle: true, region, isRegionGuessed: false };
    expect(address(`https://${host}`)).toMatchObject({ ...known, isRegionOfAnotherHost: false });
    expect(address(`https://photos.${host}`)).toMatchObject(known);
    expect(address(`https://${host}`, { region })).toMatchObject({ ...known, isRegionOfAnotherHost: false });
    expect(address(`https://${host}`, { region: 'eu-west-1' })).toMatchObject({ isRegionOfAnotherHost: true });
  });
});
