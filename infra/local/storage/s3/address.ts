import { isIPv4 } from 'node:net';

/**
 * Which endpoint a request was sent to: a regional AWS host, the global one (`s3.amazonaws.com`), the accelerated one,
 * or any other host, which stands for a custom endpoint.
 */
export type S3Endpoint =
  | { readonly kind: 'regional'; readonly region: string }
  | { readonly kind: 'global' }
  | { readonly kind: 'accelerate' }
  | { readonly kind: 'custom' };

/** The resource a request names. No bucket: the service itself. An empty key: the bucket itself. */
export interface S3Address {
  readonly endpoint: S3Endpoint;
  readonly style: 'path' | 'virtual-host';
  readonly bucket: string | undefined;
  readonly key: string;
}

const AWS_HOST =
  /^(?:(?<bucket>.+)\.)?(?<service>s3-accelerate(?:\.dualstack)?|s3-external-1|s3|s3(?:-fips)?(?:\.dualstack)?[.-](?<region>[a-z]{2,}(?:-[a-z]+)+-\d+))\.amazonaws\.com(?:\.cn)?$/;

/**
 * Finds endpoint, bucket and key (Amazon S3 User Guide, "Virtual hosting of general purpose buckets").
 *
 * @param host the Host header, port included or not
 * @param path the decoded path, beginning with a slash
 * @param virtualHosts further hosts under which `bucket.<host>` names a bucket
 */
export function s3Address(host: string, path: string, virtualHosts: readonly string[]): S3Address {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  const [endpoint, hostBucket] = fromHost(name, virtualHosts);
  const rest = path.slice(1);
  if (hostBucket !== undefined) return { endpoint, style: 'virtual-host', bucket: hostBucket, key: rest };
  const slash = rest.indexOf('/');
  const bucket = slash === -1 ? rest : rest.slice(0, slash);
  const key = slash === -1 ? '' : rest.slice(slash + 1);
  return { endpoint, style: 'path', bucket: bucket === '' && key === '' ? undefined : bucket, key };
}

/** The host of AWS that a name is, or that a bucket's name stands before; undefined for every other name. */
export function awsServiceHost(name: string): string | undefined {
  const aws = AWS_HOST.exec(name)?.groups;
  if (aws === undefined) return undefined;
  return aws['bucket'] === undefined ? name : name.slice(aws['bucket'].length + 1);
}

function fromHost(name: string, virtualHosts: readonly string[]): readonly [S3Endpoint, string | undefined] {
  const aws = AWS_HOST.exec(name)?.groups;
  if (aws !== undefined) return [awsEndpoint(aws['service'] ?? '', aws['region']), aws['bucket']];
  const base = virtualHosts.find((candidate) => name.endsWith(`.${candidate.toLowerCase()}`));
  const bucket = base === undefined ? undefined : name.slice(0, -base.length - 1);
  return [{ kind: 'custom' }, bucket];
}

function awsEndpoint(service: string, region: string | undefined): S3Endpoint {
  if (region !== undefined) return { kind: 'regional', region };
  if (service.startsWith('s3-accelerate')) return { kind: 'accelerate' };
  return service === 's3-external-1' ? { kind: 'regional', region: 'us-east-1' } : { kind: 'global' };
}

/** Whether a bucket may have this name (Amazon S3 User Guide, "General purpose bucket naming rules"). */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !name.includes('..') && !isIPv4(name);
}

/**
 * The region whose servers receive a request: the host's own; for a bucket named in a global host the bucket's, because
 * DNS leads there; us-east-1 for the global host otherwise. A custom endpoint serves every bucket where it is.
 *
 * @param bucketRegion where the bucket is; undefined when there is none
 */
export function servingRegion(address: S3Address, bucketRegion: string | undefined): string | undefined {
  switch (address.endpoint.kind) {
    case 'regional':
      return address.endpoint.region;
    case 'global':
      return (address.style === 'virtual-host' ? bucketRegion : undefined) ?? 'us-east-1';
    case 'accelerate':
    case 'custom':
      return bucketRegion;
  }
}
