import { s3Vendors, type VendorRow } from '../../core/storage/s3-vendors.ts';
import type { AccountTarget, StorageTarget } from '../../core/storage/target.ts';
import { readVendorHost, type VendorHost } from '../../core/storage/vendor-hosts.ts';

/** Where and how a bucket, or an account, is asked for by the S3 protocol. */
export interface S3Address {
  /** Scheme, host, port and path that the bucket's name is put into. */
  readonly endpoint: string;
  readonly pathStyle: boolean;
  readonly region: string;
  /** Only a guessed region gives way to the one the storage names. */
  readonly isRegionGuessed: boolean;
  /** The caller named another region than the only one that this host serves. */
  readonly isRegionOfAnotherHost: boolean;
  /** The endpoint is Amazon's accelerated one. */
  readonly isAccelerated: boolean;
  readonly vendor: VendorRow;
}

/**
 * Works out the address of a bucket. Everything in it comes from the caller and from the table of vendors, nothing from
 * what a server says.
 */
export function s3Address(target: StorageTarget): S3Address {
  const { region, bucket } = target;
  const url = new URL(target.endpoint);
  const { host, vendor } = servedBy(target, url.hostname);
  // The certificate of a vendor's hosts covers one label before them, and PrivateLink endpoints have theirs already.
  const takesBucket = host !== undefined && vendor.addressing === 'virtual-host' && !host.isPrivateLink;
  const pathStyle = !takesBucket || /[.:]/.test(bucket);

  if (host?.lead === bucket) url.hostname = host.service;
  // A bucket is asked for by path at the endpoint of its own region only.
  if (pathStyle && region && url.hostname === 's3.amazonaws.com') url.hostname = `s3.${region}.amazonaws.com`;
  return {
    endpoint: url.origin + withoutBucket(url.pathname, bucket),
    pathStyle,
    ...signedFor(region, host, vendor),
    isAccelerated: host?.isAccelerated === true,
    vendor,
  };
}

/** As `s3Address`, of what lists an account's buckets. */
export function s3AccountAddress(target: AccountTarget): S3Address {
  const url = new URL(target.endpoint);
  const { host, vendor } = servedBy(target, url.hostname);
  return {
    endpoint: url.origin + url.pathname.replace(/\/+$/, ''),
    pathStyle: true,
    ...signedFor(target.region, host, vendor),
    isAccelerated: host?.isAccelerated === true,
    vendor,
  };
}

/** A vendor's own host says whose it is better than the caller does. */
function servedBy(target: AccountTarget, hostname: string) {
  if (target.provider === 'gcs') return { host: undefined, vendor: s3Vendors.google };
  const host = readVendorHost(hostname);
  return { host, vendor: host?.row ?? s3Vendors[target.vendor ?? 'other'] };
}

function signedFor(named: string | undefined, host: VendorHost | undefined, vendor: VendorRow) {
  const known = named ?? host?.region;
  return {
    region: known ?? vendor.region,
    isRegionGuessed: known === undefined,
    isRegionOfAnotherHost: vendor.regionIsOfHost === true && host?.region !== undefined && host.region !== known,
  };
}

/** A pasted address of a bucket ends in its name, which the request is going to have once more. */
function withoutBucket(path: string, bucket: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare.endsWith(`/${bucket}`) ? bare.slice(0, -bucket.length - 1) : bare;
}

/** Regions that the SDK can sign with; it reads `fips-…` as something else than a region. */
export const isRegion = (text: string): boolean =>
  /^(?!fips-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?<!-fips)$/.test(text);

/** Endings that make the SDK speak another API, or to another host, than S3 at the endpoint: directory buckets,
 * access points, Outposts, Object Lambda, multi-region access points, tables ("General purpose bucket naming rules"). */
const otherApis = /(?:--x-s3|--xa-s3|--op-s3|--ol-s3|--table-s3|\.mrap)$/;

/**
 * Whether the SDK may be given a bucket name: it must not change host, path or API. Wider than Amazon's rules of today,
 * because older buckets and other vendors have upper case and underscores, and Ceph names a tenant before a colon.
 */
export const isBucketName = (name: string): boolean =>
  /^(?:\w{1,128}:)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9_-])?$/.test(name) &&
  !name.includes('..') &&
  !otherApis.test(name);
