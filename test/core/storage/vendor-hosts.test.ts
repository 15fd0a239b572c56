import { describe, expect, test } from 'vitest';
import {
  belongsToAnotherProvider,
  isProvidersOwnHost,
  vendorOf,
} from '../../../functions/core/storage/provider-hosts.ts';
import { hostedVendorNames, readVendorHost } from '../../../functions/core/storage/vendor-hosts.ts';

const account = '0123456789abcdef0123456789abcdef';

/** A host of each vendor, the region that it names, and where its buckets go. */
const hosts: readonly (readonly [string, string | undefined, 'virtual-host' | 'path'])[] = [
  ['oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou', 'virtual-host'],
  ['oss-us-west-1.aliyuncs.com', 'us-west-1', 'virtual-host'],
  ['s3.oss-cn-hongkong.aliyuncs.com', 'cn-hongkong', 'virtual-host'],
  ['cos.ap-guangzhou.myqcloud.com', 'ap-guangzhou', 'virtual-host'],
  ['cos.na-siliconvalley.myqcloud.com', 'na-siliconvalley', 'virtual-host'],
  ['mynamespace.compat.objectstorage.us-ashburn-1.oraclecloud.com', 'us-ashburn-1', 'path'],
  [`${account}.r2.cloudflarestorage.com`, undefined, 'path'],
  [`${account}.eu.r2.cloudflarestorage.com`, undefined, 'path'],
  ['s3.us-west-004.backblazeb2.com', 'us-west-004', 'path'],
  ['nyc3.digitaloceanspaces.com', undefined, 'path'],
  ['s3.fr-par.scw.cloud', 'fr-par', 'path'],
  ['s3.us-south.cloud-object-storage.appdomain.cloud', 'us-south', 'path'],
  ['s3.eu-de.cloud-object-storage.appdomain.cloud', 'eu-de', 'path'],
  ['s3.ams03.cloud-object-storage.appdomain.cloud', 'ams03', 'path'],
  ['storage.yandexcloud.net', undefined, 'path'],
  ['s3.gra.io.cloud.ovh.net', 'gra', 'path'],
  ['s3.eu-west-par.io.cloud.ovh.net', 'eu-west-par', 'path'],
  ['fsn1.your-objectstorage.com', 'fsn1', 'path'],
];

describe.each(hosts)('%s', (host, region, addressing) => {
  test('is a vendor’s own host, names its region, and says where a bucket goes', () => {
    expect(readVendorHost(host)).toMatchObject({ service: host, vendor: 'other', row: { addressing } });
    expect(readVendorHost(host)?.region).toBe(region);
    expect(isProvidersOwnHost(host)).toBe(true);
  });

  test('may have a bucket before it, where the vendor takes one there', () => {
    const isByPathOnly = host.includes('oraclecloud');
    expect(readVendorHost(`my.photos.${host}`)).toEqual(
      isByPathOnly ? undefined : { ...readVendorHost(host), lead: 'my.photos' },
    );
  });

  test('is recognized to the letter only', () => {
    for (const other of [`${host}.evil.test`, `evil${host}`, host.replace('.', '-')]) {
      const found = readVendorHost(other);
      expect(found === undefined || found.lead !== undefined || found.service === other).toBe(true);
    }
    expect(readVendorHost(`${host}.evil.test`)).toBeUndefined();
  });

  test('is shown as of no particular vendor, and is not taken for another provider’s', () => {
    const endpoint = `https://${host}`;
    expect(vendorOf({ endpoint })).toBe('other');
    expect(belongsToAnotherProvider({ provider: 's3', endpoint })).toBe(false);
    expect(belongsToAnotherProvider({ provider: 'azure', endpoint })).toBe(true);
    expect(belongsToAnotherProvider({ provider: 'gcs', endpoint })).toBe(true);
  });
});

test('every vendor that is known by its hosts is tried', () => {
  const tried = new Set(hosts.map(([host]) => readVendorHost(host)?.row.hosts));
  expect(tried.size).toBe(hostedVendorNames.length);
});
