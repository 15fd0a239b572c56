import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  belongsToAnotherProvider,
  isProvidersOwnHost,
  vendorOf,
} from '../../../functions/core/storage/provider-hosts.ts';

const own = [
  's3.amazonaws.com',
  's3.eu-west-1.amazonaws.com',
  's3-fips.dualstack.us-gov-west-1.amazonaws.com',
  's3.cn-north-1.amazonaws.com.cn',
  'bucket.s3.eu-west-1.amazonaws.com',
  's3-accelerate.amazonaws.com',
  'storage.googleapis.com',
  's3.wasabisys.com',
  's3.eu-central-2.wasabisys.com',
  'core.windows.net',
  'blob.core.windows.net',
  'acct.blob.core.windows.net',
  'acct-secondary.dfs.core.windows.net',
  'acct.blob.core.chinacloudapi.cn',
  'acct.blob.core.usgovcloudapi.net',
  'acct.z13.blob.storage.azure.net',
];

describe('a host', () => {
  test.each(own)('%s is a provider’s own', (host) => {
    expect(isProvidersOwnHost(host)).toBe(true);
  });

  test.each(own)('that only looks like %s is not', (host) => {
    const lookalikes = [`${host}.example.com`, `${host}.`, `example.com.${host.replaceAll('.', '-')}`];
    // A name within the domain is the provider's to give; one that runs into it is anybody's.
    const domain = host.split('.').slice(-2).join('.');
    for (const other of [...lookalikes, `evil${domain}`, `s3.evil-${domain}`, host.slice(0, -1)]) {
      expect(isProvidersOwnHost(other), other).toBe(false);
    }
  });

  test.each([
    '',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'minio.example.com',
    's3.example.com',
    'amazonaws.com',
    'ec2.eu-west-1.amazonaws.com',
    'ec2-203-0-113-5.eu-west-1.compute.amazonaws.com',
    'bucket.s3-website-eu-west-1.amazonaws.com',
    'evil.azurewebsites.net',
    'evil.cloudapp.azure.com',
    'evil.storage.azure.net',
    'evilstorage.googleapis.com',
    'evil.appspot.com',
    'evilcore.windows.net',
  ])('“%s”, where anybody may answer, is not', (host) => {
    expect(isProvidersOwnHost(host)).toBe(false);
  });

  test('of any other domain is not, whatever it begins with', () => {
    fc.assert(
      fc.property(fc.constantFrom(...own), fc.domain(), (host, domain) => {
        fc.pre(!own.some((known) => domain.endsWith(known)));
        expect(isProvidersOwnHost(`${host}.${domain}`)).toBe(false);
      }),
    );
  });
});

test.each([
  [{ endpoint: 'https://s3.amazonaws.com' }, 'amazon'],
  [{ endpoint: 'https://s3.eu-west-1.amazonaws.com.:8443' }, 'amazon'],
  [{ endpoint: 'https://s3.eu-central-1.wasabisys.com' }, 'wasabi'],
  [{ endpoint: 'https://storage.googleapis.com' }, 'google'],
  [{ endpoint: 'https://minio.example.com' }, 'other'],
  [{ endpoint: 'https://s3.amazonaws.com', vendor: 'scality' }, 'scality'],
] as const)('the vendor of %j is %s', (target, vendor) => {
  expect(vendorOf(target)).toBe(vendor);
});

describe('the endpoint of a target', () => {
  test.each([
    { provider: 's3', vendor: 'amazon', endpoint: 'https://s3.wasabisys.com' },
    { provider: 's3', vendor: 'scality', endpoint: 'https://s3.amazonaws.com' },
    { provider: 's3', vendor: 'amazon', endpoint: 'https://storage.googleapis.com.' },
    { provider: 's3', endpoint: 'https://acct.blob.core.windows.net' },
    { provider: 'gcs', endpoint: 'https://s3.amazonaws.com' },
    { provider: 'gcs', endpoint: 'https://acct.blob.core.windows.net' },
    { provider: 'azure', endpoint: 'https://storage.googleapis.com' },
  ] as const)('is of another provider: %j', (target) => {
    expect(belongsToAnotherProvider(target)).toBe(true);
  });

  test.each([
    { provider: 's3', endpoint: 'https://s3.amazonaws.com' },
    { provider: 's3', vendor: 'other', endpoint: 'https://storage.googleapis.com' },
    { provider: 's3', vendor: 'amazon', endpoint: 'https://s3.eu-west-1.amazonaws.com' },
    { provider: 's3', vendor: 'amazon', endpoint: 'https://gateway.example.com' },
    { provider: 'gcs', endpoint: 'https://storage.googleapis.com' },
    { provider: 'gcs', endpoint: 'https://gateway.example.com' },
    { provider: 'azure', endpoint: 'https://acct.blob.core.windows.net' },
    { provider: 'azure', endpoint: 'http://127.0.0.1:10000/acct' },
  ] as const)('is its own or anybody’s: %j', (target) => {
    expect(belongsToAnotherProvider(target)).toBe(false);
  });
});
