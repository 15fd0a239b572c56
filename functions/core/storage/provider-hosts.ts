import type { S3Vendor } from './s3-vendors.ts';
import type { AccountTarget } from './target.ts';
import { readVendorHost } from './vendor-hosts.ts';

/** Azure's blob services: those of its clouds (public, China, US government), and accounts with a DNS zone endpoint. */
const azure = /(?:^|\.)(?:core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)|blob\.storage\.azure\.net)$/;

const vendorOfHost = (host: string): S3Vendor | undefined => readVendorHost(host)?.vendor;

/** Whether a host name (lower case) is a provider's or vendor's own, which all customers share. */
export const isProvidersOwnHost = (host: string): boolean => azure.test(host) || vendorOfHost(host) !== undefined;

/** A name with a dot at its end is the same host. */
const hostOf = ({ endpoint }: Pick<AccountTarget, 'endpoint'>): string => new URL(endpoint).hostname.replace(/\.$/, '');

/** Whose storage speaks S3 at a target: the vendor that was named, else the one whose host it is, else nobody's. */
export const vendorOf = (target: Pick<AccountTarget, 'vendor' | 'endpoint'>): S3Vendor =>
  target.vendor ?? vendorOfHost(hostOf(target)) ?? 'other';

/**
 * Whether the endpoint of a target is the own host of another provider or vendor than the target names: one of the two
 * is a mistake. Whoever speaks S3 under no particular name may be anybody who does.
 */
export function belongsToAnotherProvider({ provider, vendor = 'other', endpoint }: AccountTarget): boolean {
  const host = hostOf({ endpoint });
  const owner = vendorOfHost(host);
  switch (provider) {
    case 's3':
      return azure.test(host) || (vendor !== 'other' && owner !== undefined && owner !== vendor);
    case 'gcs':
      return azure.test(host) || (owner !== undefined && owner !== 'google');
    case 'azure':
      return owner !== undefined;
  }
}
