import type { StorageTarget } from '../core/connection.ts';
import { readAmazonHost } from './amazon-host.ts';
import { vendorOf } from './vendors.ts';

/** Where and how a bucket is asked for by the S3 protocol. */
export interface S3Address {
  /** Scheme, host, port and path that the bucket's name is put into. */
  readonly endpoint: string;
  readonly pathStyle: boolean;
  readonly region: string;
  /** Only a guessed region gives way to the one the storage names. */
  readonly isRegionGuessed: boolean;
  /** The endpoint is Amazon's accelerated one. */
  readonly isAccelerated: boolean;
}

/**
 * Works out the address of a bucket. Everything in it comes from the caller and from `vendors.ts`, nothing from what
 * a server says.
 */
export function s3Address({ provider, endpoint, region, bucket }: StorageTarget): S3Address {
  const url = new URL(endpoint);
  const vendor = vendorOf(provider === 'gcs' ? 'gcs' : 's3', url.hostname);
  const amazon = vendor.name === 'amazon' ? readAmazonHost(url.hostname) : undefined;
  // The certificate of Amazon's hosts covers one label before them, and its PrivateLink endpoints have theirs already.
  const pathStyle = vendor.addressing === 'path' || bucket.includes('.') || amazon?.isPrivateLink === true;

  if (amazon?.lead === bucket) url.hostname = amazon.service;
  // A bucket is asked for by path at the endpoint of its own region only.
  if (pathStyle && region && url.hostname === 's3.amazonaws.com') url.hostname = `s3.${region}.amazonaws.com`;

  const known = region ?? amazon?.region;
  return {
    endpoint: url.origin + withoutBucket(url.pathname, bucket),
    pathStyle,
    region: known ?? vendor.region,
    isRegionGuessed: known === undefined,
    isAccelerated: amazon?.isAccelerated === true,
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
 * Whether the SDK may be given a bucket name: it must not change host, path or API (storage facts, trap 12). Wider
 * than Amazon's rules of today, because older buckets and other vendors have upper case and underscores.
 */
export const isBucketName = (name: string): boolean =>
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9_-])?$/.test(name) && !name.includes('..') && !otherApis.test(name);
