import { type S3Vendor, s3VendorNames, s3Vendors, type VendorRow } from './s3-vendors.ts';

/** What vendors have in common whose hosts are known, but whom no API names. */
const hosted = { region: 'us-east-1', listing: 'v2', bucketList: 'at-once' } as const;
const byHostName = { ...hosted, addressing: 'virtual-host' } as const;
const byPath = { ...hosted, addressing: 'path' } as const;

/**
 * Vendors that are recognized by their hosts alone, one row each. Callers cannot name them, so APIs show their storage as
 * one of no particular vendor.
 */
const rows = {
  /** https://www.alibabacloud.com/help/en/oss/user-guide/regions-and-endpoints; a bucket is in the host name only. */
  'alibaba-oss': {
    ...byHostName,
    hosts:
      /^(?:(?<lead>(?!s3\.oss-).+?)\.)?(?<service>(?:s3\.)?oss-(?<region>[a-z]{2}-[a-z]+(?:-[0-9]+)?)(?:-internal)?\.aliyuncs\.com)$/,
  },
  /** https://www.tencentcloud.com/document/product/436/6224; a bucket is in the host name only. */
  'tencent-cos': {
    ...byHostName,
    hosts:
      /^(?:(?<lead>.+)\.)?(?<service>cos\.(?<region>[a-z]{2}-[a-z]+(?:-[0-9]+)?(?:-[a-z]+)?)\.(?:myqcloud|tencentcos)\.(?:com|cn))$/,
  },
  /** https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/s3compatibleapi.htm; the host begins with the namespace. */
  'oracle-oci': {
    ...byPath,
    hosts:
      /^(?<service>[a-z0-9]+\.compat\.objectstorage\.(?<region>[a-z]{2,3}-[a-z]+-[0-9]+)\.(?:oraclecloud\.com|oci\.customer-oci\.com))$/,
  },
  /** https://developers.cloudflare.com/r2/api/s3/api/; the host begins with the account, and every region is `auto`. */
  'cloudflare-r2': {
    ...byPath,
    region: 'auto',
    hosts: /^(?:(?<lead>.+)\.)?(?<service>[0-9a-f]{32}(?:\.(?:eu|fedramp))?\.r2\.cloudflarestorage\.com)$/,
  },
  /** https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api */
  'backblaze-b2': {
    ...byPath,
    hosts: /^(?:(?<lead>.+)\.)?(?<service>s3\.(?<region>[a-z]{2}-[a-z]+-[0-9]{3})\.backblazeb2\.com)$/,
  },
  /** https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/; signed for us-east-1 wherever it is. */
  'digitalocean-spaces': {
    ...byPath,
    hosts: /^(?:(?<lead>.+)\.)?(?<service>[a-z]{3}[0-9]\.digitaloceanspaces\.com)$/,
  },
  /** https://www.scaleway.com/en/docs/object-storage/api-cli/object-storage-aws-cli/ */
  scaleway: {
    ...byPath,
    hosts: /^(?:(?<lead>.+)\.)?(?<service>s3\.(?<region>[a-z]{2}-[a-z]{3})\.scw\.cloud)$/,
  },
  /** https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-endpoints */
  'ibm-cos': {
    ...byPath,
    hosts:
      /^(?:(?<lead>(?!s3\.).+?)\.)?(?<service>s3\.(?:(?:private|direct)\.)?(?<region>[a-z]{2,4}(?:-[a-z]+)?[0-9]{0,2})\.cloud-object-storage\.appdomain\.cloud)$/,
  },
  /** https://yandex.cloud/en/docs/storage/s3/ */
  yandex: {
    ...byPath,
    region: 'ru-central1',
    hosts: /^(?:(?<lead>.+)\.)?(?<service>storage\.yandexcloud\.net)$/,
  },
  /** https://help.ovhcloud.com/csm/en-public-cloud-storage-s3-location */
  ovh: {
    ...byPath,
    hosts:
      /^(?:(?<lead>.+)\.)?(?<service>s3\.(?<region>[a-z]{2,4}(?:-[a-z]+){0,3}(?:-[0-9])?)\.(?:io|perf)\.cloud\.ovh\.(?:net|us))$/,
  },
  /** https://docs.hetzner.com/storage/object-storage/overview/ */
  hetzner: {
    ...byPath,
    hosts: /^(?:(?<lead>.+)\.)?(?<service>(?<region>[a-z]{3}[0-9])\.your-objectstorage\.com)$/,
  },
} as const satisfies Readonly<Record<string, VendorRow>>;

/** Everyone's rows that have hosts. `vendor` is the name by which callers may name the vendor, if they can. */
const all: readonly (VendorRow & { readonly vendor: S3Vendor })[] = [
  ...s3VendorNames.map((vendor) => ({ ...s3Vendors[vendor], vendor })),
  ...Object.values<VendorRow>(rows).map((row) => ({ ...row, vendor: 'other' as const })),
];

/** Names of the vendors that are known by their hosts alone. */
export const hostedVendorNames = Object.keys(rows);

/** What a vendor's own host says about how it is asked. */
export interface VendorHost {
  readonly vendor: S3Vendor;
  readonly row: VendorRow;
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

/** Reads a host name in lower case; `undefined` when no vendor calls it its own. */
export function readVendorHost(host: string): VendorHost | undefined {
  for (const { vendor, ...row } of all) {
    const { hosts, regionsOfHosts = {} } = row;
    const groups = hosts?.exec(host)?.groups;
    if (!groups) continue;
    const { lead, service = '' } = groups;
    const region = groups['region'] ?? (Object.hasOwn(regionsOfHosts, service) ? regionsOfHosts[service] : undefined);
    return {
      ...{ vendor, row, service },
      ...(lead !== undefined && { lead }),
      ...(region !== undefined && { region }),
      isAccelerated: groups['accelerated'] !== undefined,
      isPrivateLink: groups['privateLink'] !== undefined,
    };
  }
  return undefined;
}
