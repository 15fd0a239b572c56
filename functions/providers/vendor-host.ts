import { type S3Vendor, s3VendorNames, s3Vendors } from '../core/vendors.ts';

/** What a vendor's own host says about how it is asked. */
export interface VendorHost {
  readonly vendor: S3Vendor;
  /** What stands before the service's name: a bucket, when somebody pasted a bucket's own address. */
  readonly lead?: string;
  /** The host without `lead`. */
  readonly service: string;
  /** Absent for the hosts that serve every region. */
  readonly region?: string;
  /** Serves buckets as host names only, and only those that have transfer acceleration. */
  readonly isAccelerated: boolean;
  /** A PrivateLink endpoint, whose leading labels are its own. */
  readonly isPrivateLink: boolean;
}

/** Reads a host name in lower case; `undefined` when no vendor in the table calls it its own. */
export function readVendorHost(host: string): VendorHost | undefined {
  for (const vendor of s3VendorNames) {
    const { hosts, regionsOfHosts = {} } = s3Vendors[vendor];
    const groups = hosts?.exec(host)?.groups;
    if (!groups) continue;
    const { lead, service = '' } = groups;
    const region = groups['region'] ?? (Object.hasOwn(regionsOfHosts, service) ? regionsOfHosts[service] : undefined);
    return {
      vendor,
      ...(lead !== undefined && { lead }),
      service,
      ...(region !== undefined && { region }),
      isAccelerated: groups['accelerated'] !== undefined,
      isPrivateLink: groups['privateLink'] !== undefined,
    };
  }
  return undefined;
}
