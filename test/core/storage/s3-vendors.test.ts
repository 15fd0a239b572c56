import { describe, expect, test } from 'vitest';
import { s3VendorNames, s3Vendors } from '../../../functions/core/storage/s3-vendors.ts';

/** `provider` in Nodeum's document, without `azure`, which does not speak S3. */
const ofNodeum = [
  'amazon_aws_s3',
  'cloudian_hyperstore',
  'datacore_swarm',
  'dell_emc_ecs',
  'generic_s3',
  'google_cloud_storage',
  'openstack_swift',
  'quantum_activescale',
  'scality_ring',
  'wasabi',
];

test('every vendor of Nodeum’s is one row, and none is two', () => {
  expect(s3VendorNames.map((vendor) => s3Vendors[vendor].nodeum).sort()).toEqual(ofNodeum);
});

describe.each(s3VendorNames.map((name) => [name, s3Vendors[name]] as const))('%s', (_, row) => {
  test('knows its public endpoint for a host of its own, and the region in it', () => {
    if (row.publicEndpoint === undefined) {
      expect(row.hosts).toBeUndefined();
      return;
    }
    const { hostname, protocol } = new URL(row.publicEndpoint.replace('{region}', 'eu-central-1'));
    const groups = row.hosts?.exec(hostname)?.groups;
    expect(protocol).toBe('https:');
    expect(groups?.['service']).toBe(hostname);
    expect(groups?.['region']).toBe(row.publicEndpoint.includes('{region}') ? 'eu-central-1' : undefined);
    expect(row.hosts?.test(`${hostname}.evil.test`)).toBe(false);
    expect(row.hosts?.test(`evil${hostname}`)).toBe(false);
  });
});
