import { type Fault, faultsOf, type Parsed } from '../validation/result.ts';
import { parseTarget } from './parse-target.ts';
import { s3Vendors } from './s3-vendors.ts';
import type { AccountTarget, StorageTarget } from './target.ts';

const hostOf = ({ endpoint }: Pick<AccountTarget, 'endpoint'>) =>
  s3Vendors.amazon.hosts?.exec(new URL(endpoint).hostname)?.groups;

/** Whether a target is Amazon's own S3, by the vendor that was named or else by its host. */
export const isAmazon = ({ provider, vendor, endpoint }: AccountTarget): boolean =>
  provider === 's3' && (vendor === undefined ? hostOf({ endpoint }) !== undefined : vendor === 'amazon');

/** Whether a target is reached through Amazon's transfer acceleration, which is so at its own hosts only. */
export const isAccelerated = (target: Pick<AccountTarget, 'endpoint'>): boolean =>
  hostOf(target)?.['accelerated'] !== undefined;

/** Serves every region that has it, so that the region is only signed for. */
const acceleratedEndpoint = 'https://s3-accelerate.amazonaws.com';

/** A bucket at Amazon, named by its region instead of an endpoint. */
export interface AmazonBucket {
  /** As Amazon spells it: `us-west-2`. */
  readonly region: string;
  readonly bucket: string;
  readonly prefix?: string | undefined;
  /** Whether it is to be reached through transfer acceleration. */
  readonly accelerated: boolean;
}

/**
 * Reads the target of a bucket at Amazon's endpoint of a region, or at the accelerated one ("Configuring fast, secure
 * file transfers using Amazon S3 Transfer Acceleration": the bucket's name has no dots then).
 *
 * @returns the target, or all faults found
 */
export function parseAmazonTarget({ region, accelerated, ...place }: AmazonBucket): Parsed<StorageTarget> {
  const endpoint = toRegionalEndpoint(region);
  // What is wrong with the rest is told along with a region that is none.
  const target = parseTarget({ provider: 's3', endpoint: endpoint ?? acceleratedEndpoint, ...place });
  const faults = [
    ...(endpoint === undefined ? [regionFault(region)] : []),
    ...faultsOf(target),
    ...(accelerated && target.ok && place.bucket.includes('.') ? [dotsFault] : []),
  ];
  if (!target.ok || endpoint === undefined || faults.length > 0) return { ok: false, faults };
  return { ok: true, value: { ...target.value, endpoint: accelerated ? acceleratedEndpoint : endpoint, region } };
}

/** "Amazon Simple Storage Service endpoints and quotas": each partition has a domain. Undefined for what is no region. */
export function toRegionalEndpoint(region: string): string | undefined {
  const domain = Object.entries(domains).find(([partition]) => region.startsWith(partition))?.[1] ?? 'amazonaws.com';
  const endpoint = `https://s3.${region}.${domain}`;
  return URL.canParse(endpoint) && hostOf({ endpoint })?.['region'] === region ? endpoint : undefined;
}

/** The partitions whose domain is not `amazonaws.com`, by what their regions begin with. */
const domains = { 'cn-': 'amazonaws.com.cn', 'eusc-': 'amazonaws.eu' } as const;

const regionFault = (region: string): Fault =>
  region === ''
    ? { field: 'region', code: 'blank', message: "can't be blank" }
    : { field: 'region', code: 'invalid', message: 'must be an AWS region, such as us-west-2' };

const dotsFault: Fault = {
  field: 'bucket',
  code: 'invalid',
  message: 'must not contain dots where transfer acceleration is used',
};
